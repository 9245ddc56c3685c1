"""The head of the follow-up form: its fields, what fills them, what is missing (R003, M6)."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from models.audit import append_entry
from models.care import Encounter
from models.hospital import StaffMember
from models.people import (
    ContactPoint,
    HospitalPhone,
    HospitalPhoneStatus,
    Patient,
    RespondentRole,
    Sex,
    System,
)
from models.unit import lock_row, unit_of_work

SHIPPED: Final = Path(__file__).with_name("form_header.toml")
MOST: Final = 200
# SQLite takes no more than 32,766 values in a statement
_AT_ONCE: Final = 5000
SOURCES: Final = frozenset(
    {
        "name",
        "sex",
        "birth_date",
        "inpatient_no",
        "department",
        "ward",
        "bed",
        "diagnosis",
        "operation",
        "admitted_on",
        "discharged_on",
        "attending",
        "nurse",
        "review_on",
        "phone",
    }
)

# neither list nor page lets a stay in without them
_ALWAYS: Final = frozenset({"name", "inpatient_no", "discharged_on"})
_COLUMNS: Final = {"department": "department_id"}


class BadHeader(ValueError):
    """The file of header fields cannot be used; the message names every fault."""


@dataclass(frozen=True, slots=True)
class HeaderField:
    """One field: its label, and where it comes from; by hand where nothing brings it."""

    key: str
    label: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """One field of one stay; `given` by a list, else `value` as a nurse wrote it down."""

    key: str
    label: str
    given: bool
    value: str = field(default="", repr=False)

    @property
    def missing(self) -> bool:
        """Whether nobody has filled it in."""
        return not self.given and not self.value


@cache
def shipped_fields() -> tuple[HeaderField, ...]:
    """Return the eleven fields as shipped."""
    return read_fields(SHIPPED)


def read_fields(file: Path) -> tuple[HeaderField, ...]:
    """Read a file of header fields; BadHeader with all its faults."""
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise BadHeader(f"{file.name}: {fault}") from fault
    entries = raw.get("field")
    if not isinstance(entries, list) or not entries:
        raise BadHeader(f"{file.name}: no [[field]]")
    faults = [f"{file.name}: field {n}: {fault}" for n, fault in _faults(entries)]
    if faults:
        raise BadHeader("\n".join(faults))
    return tuple(HeaderField(e["key"], e["label"], e.get("from", "")) for e in entries)


def _faults(entries: list[Any]) -> list[tuple[int, str]]:
    found: list[tuple[int, str]] = []
    seen: set[str] = set()
    for number, entry in enumerate(entries, 1):
        known = entry if isinstance(entry, dict) else {}
        key, source = str(known.get("key", "")), str(known.get("from", ""))
        if not key or not known.get("label"):
            found.append((number, "key and label are needed"))
        if key in seen:
            found.append((number, f"{key} stands twice"))
        if source and source not in SOURCES:
            found.append((number, f"nothing brings {source}"))
        seen.add(key)
    return found


def header_lines(
    fields: Collection[HeaderField], stay: Encounter, patient: Patient, *, phone: bool
) -> list[HeaderLine]:
    """Fill the head of a form from what is on file; `phone`: a number is known."""
    return [
        HeaderLine(
            one.key,
            one.label,
            bool(one.source) and _brings(one.source, stay, patient, phone=phone),
            str(stay.header.get(one.key, "")),
        )
        for one in fields
    ]


def unfilled(
    fields: Collection[HeaderField], stay: Encounter, patient: Patient, *, phone: bool
) -> tuple[str, ...]:
    """Return the labels of what is missing; none when the record is complete (M6)."""
    lines = header_lines(fields, stay, patient, phone=phone)
    return tuple(line.label for line in lines if line.missing)


def _brings(source: str, stay: Encounter, patient: Patient, *, phone: bool) -> bool:
    match source:
        case "phone":
            return phone
        case "sex":
            return patient.sex is not Sex.UNKNOWN
        case "birth_date":
            return patient.birth_date is not None
        case "diagnosis":
            return bool(stay.diagnosis_name or stay.diagnosis_code)
    return source in _ALWAYS or bool(getattr(stay, _COLUMNS.get(source, source)))


async def with_phones(stays: Collection[Encounter]) -> set[UUID]:
    """Return which of these stays have a number that can be dialled."""
    in_files = HospitalPhone.filter(encounter_id__in=[stay.id for stay in stays])
    usable = in_files.filter(
        status__in=(
            HospitalPhoneStatus.OK,
            HospitalPhoneStatus.SHARED,
            HospitalPhoneStatus.LANDLINE,
        )
    )
    found = {UUID(str(one)) for one in await usable.values_list("encounter_id", flat=True)}
    left = [stay for stay in stays if stay.id not in found]
    own = await _own_numbers({stay.patient_id for stay in left})
    return found | {stay.id for stay in left if stay.patient_id in own}


async def _own_numbers(patients: Collection[UUID]) -> set[UUID]:
    roles = RespondentRole.filter(patient_id__in=list(patients), active=True)
    pairs = await roles.values_list("patient_id", "respondent_id")
    points = ContactPoint.filter(
        respondent_id__in=[respondent for _, respondent in pairs],
        system=System.PHONE,
        wrong_at=None,
    )
    reachable = set(await points.values_list("respondent_id", flat=True))
    return {patient for patient, respondent in pairs if respondent in reachable}


async def stays_with_gaps(fields: Collection[HeaderField], stays: Collection[UUID]) -> set[UUID]:
    """Return which of many stays have a form with gaps at its head."""
    found: set[UUID] = set()
    wanted = list(stays)
    for place in range(0, len(wanted), _AT_ONCE):
        rows = await Encounter.filter(id__in=wanted[place : place + _AT_ONCE])
        people = Patient.filter(id__in=list({row.patient_id for row in rows}))
        known = {one.id: one for one in await people.only("id", "sex", "birth_date")}
        phones = await with_phones(rows)
        found |= {
            row.id
            for row in rows
            if unfilled(fields, row, known[row.patient_id], phone=row.id in phones)
        }
    return found


async def header_of(fields: Collection[HeaderField], stay: Encounter) -> list[HeaderLine]:
    """Return the head of one stay's form."""
    phone = stay.id in await with_phones([stay])
    patient = await Patient.get(id=stay.patient_id)
    return header_lines(fields, stay, patient, phone=phone)


async def write_header(
    fields: Collection[HeaderField],
    stay_id: UUID,
    values: Mapping[str, str],
    staff: StaffMember,
    now: datetime,
) -> None:
    """Write down what no list brought; an emptied field is empty again."""
    known = {one.key for one in fields}
    wanted = {key: text.strip()[:MOST] for key, text in values.items() if key in known}

    async def work() -> None:
        stay = await lock_row(await Encounter.get(id=stay_id))
        header = {key: text for key, text in {**stay.header, **wanted}.items() if text}
        if header == stay.header:
            return
        await Encounter.filter(id=stay.id).update(header=header, updated_at=now)
        await append_entry(
            now, staff.username, "header.written", subject_type="encounter", subject=stay.id
        )

    await unit_of_work(work)
