"""One discharged patient as read from a list."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from bot.intake.dispositions import Disposition
from bot.intake.faults import Fault
from bot.intake.phones import Phone


class Sex(StrEnum):
    """Administrative sex (GB/T 2261.1) in FHIR's words."""

    MALE = "male"
    FEMALE = "female"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, repr=False)
class DischargeRow:
    """A stay that ended.

    Texts are blank when unknown; `inpatient_no`, `name` and `discharged_on` are always there.
    `birth_is_approximate` marks a birth date reckoned from an age or a month.
    `discharged_at` is a moment in Asia/Shanghai when the list gives a time of day.
    `id_no` holds 18 characters with a right checksum, or the number of another document.
    """

    line: int
    mrn: str
    inpatient_no: str
    visit_seq: int
    name: str
    sex: Sex
    birth_date: dt.date | None
    birth_is_approximate: bool
    age_years: float | None
    id_type: str
    id_no: str
    phones: tuple[Phone, ...]
    contact_name: str
    contact_relation: str
    contact_phones: tuple[Phone, ...]
    contact_authorised: bool | None
    guardian_name: str
    guardian_phones: tuple[Phone, ...]
    department: str
    ward: str
    bed: str
    admitted_on: dt.date | None
    discharged_on: dt.date
    discharged_at: dt.datetime | None
    disposition: Disposition | None
    diagnosis_code: str
    diagnosis_name: str
    operation: str
    operated_on: dt.date | None
    attending: str
    nurse: str
    review_on: dt.date | None
    follow_up_request: str
    summary: str
    discharge_medicines: str
    severity: str
    medicine_changed: bool | None
    consent: bool | None
    protective_disclosure: bool
    needs: tuple[str, ...]
    tags: tuple[str, ...]

    def __repr__(self) -> str:
        """Show the line only: logs and test output must not hold a patient."""
        return f"DischargeRow(line={self.line})"


@dataclass(frozen=True, slots=True)
class DischargeList:
    """The good rows of a list and all that was found about it."""

    filename: str
    rows: tuple[DischargeRow, ...]
    faults: tuple[Fault, ...]
    unknown_columns: tuple[str, ...]
    total_rows: int
