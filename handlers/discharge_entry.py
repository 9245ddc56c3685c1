"""One discharge as the hospital states it, whatever it was read from: the input of the import."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from models.people import ContactKind, HospitalPhoneStatus, ResponderRole, Sex

# 离院方式 9: not stated
UNKNOWN_WAY: Final = "9"


@dataclass(frozen=True, slots=True, repr=False)
class PatientEntry:
    """Who was discharged; blank means that the hospital says nothing about it."""

    name: str
    mrn: str = ""
    sex: Sex = Sex.UNKNOWN
    birth_date: date | None = None
    birth_is_approximate: bool = False
    id_type: str = ""
    id_no: str = ""
    protective_disclosure: bool = False
    needs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class NumberEntry:
    """A telephone number and whose it is; `number` is None when there is none to dial.

    `authorised`: whether the patient lets this person be told (R218), None when nothing is said.
    """

    role: ResponderRole
    number: str | None = None
    status: HospitalPhoneStatus = HospitalPhoneStatus.OK
    kind: ContactKind = ContactKind.MOBILE
    owner: str = ""
    relation: str = ""
    authorised: bool | None = None


@dataclass(frozen=True, slots=True, repr=False)
class StayEntry:
    """The stay, which number and visit name; the other fields are called as in `Encounter`.

    `medicine_changed`: the medicines are others than before the stay, or need an eye (R045).
    """

    inpatient_no: str
    discharged_on: date
    visit_seq: int = 1
    department: str = ""
    ward: str = ""
    bed: str = ""
    admitted_on: date | None = None
    discharged_at: datetime | None = None
    disposition: str = UNKNOWN_WAY
    diagnosis_code: str = ""
    diagnosis_name: str = ""
    operation: str = ""
    attending: str = ""
    nurse: str = ""
    review_on: date | None = None
    follow_up_request: str = ""
    summary: str = ""
    discharge_medicines: str = ""
    severity: str = ""
    medicine_changed: bool = False

    @property
    def key(self) -> tuple[str, int]:
        """What names a stay in the hospital."""
        return self.inpatient_no, self.visit_seq


@dataclass(frozen=True, slots=True)
class DischargeEntry:
    """A discharge; `line` is where it stands in its source. `consent` as signed on the ward.

    Every stay comes at most once in a source; the patient's own numbers come first.
    """

    line: int
    patient: PatientEntry = field(repr=False)
    stay: StayEntry = field(repr=False)
    numbers: tuple[NumberEntry, ...] = field(default=(), repr=False)
    consent: bool | None = None


def not_yet(entry: DischargeEntry) -> DischargeEntry:
    """Return the entry of somebody who has not left: nothing is known of how or at what hour."""
    stay = replace(entry.stay, disposition=UNKNOWN_WAY, discharged_at=None)
    return replace(entry, stay=stay)
