"""A stay as the hospital states it, and how to tell that it states something new."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from handlers.desk import Desk
from handlers.discharge_entry import DischargeEntry, NumberEntry, PatientEntry, StayEntry
from handlers.import_report import Finding, Trouble
from models.care import Encounter
from models.draft import drafted
from models.hospital import Department
from models.people import Patient
from models.seal import keyring

_OF_PATIENT: Final = attrgetter(*(f.name for f in fields(PatientEntry)))
_OF_STAY: Final = attrgetter(*(f.name for f in fields(StayEntry)))
_OF_NUMBER: Final = attrgetter(*(f.name for f in fields(NumberEntry)))
_OTHERWISE: Final = ("department", "medicine_changed")
_SAME_NAME: Final = [f.name for f in fields(StayEntry) if f.name not in _OTHERWISE]


def _width(table: Any, column: str) -> int:
    return int(table._meta.fields_map[column].max_length)  # noqa: SLF001 - Tortoise's description


_WIDTHS: Final = {
    column: _width(Encounter, column)
    for column in (
        "ward",
        "bed",
        "diagnosis_code",
        "diagnosis_name",
        "operation",
        "attending",
        "nurse",
        "severity",
    )
}


def fitted(entry: DischargeEntry) -> tuple[DischargeEntry, list[Finding]]:
    """Cut texts to what their columns take; numbers are never cut, see `too_long`."""
    stay, findings = entry.stay, []
    for column, width in _WIDTHS.items():
        text = getattr(stay, column)
        if len(text) > width:
            stay = replace(stay, **{column: text[:width]})
            findings.append(Finding(entry.line, Trouble.TEXT_SHORTENED, column))
    return (replace(entry, stay=stay) if findings else entry), findings


def too_long(entry: DischargeEntry) -> list[Finding]:
    """Name the numbers that no column holds: half a number would be somebody else's."""
    numbers = {
        "inpatient_no": (entry.stay.inpatient_no, _width(Encounter, "inpatient_no")),
        "mrn": (entry.patient.mrn, _width(Patient, "mrn")),
    }
    return [
        Finding(entry.line, Trouble.NUMBER_TOO_LONG, column)
        for column, (number, width) in numbers.items()
        if len(number) > width
    ]


def fingerprint(
    desk: Desk, entry: DischargeEntry, department: Department | None, *, expected: bool = False
) -> str:
    """Return a keyed hash of everything that decides what the row leads to.

    The department's policy and the legal basis count: when they change, the same file leads to
    something else. So does a row that was only expected: the same words then say that it came true.
    """
    policy = [department.code, department.follow_up_policy] if department else []
    numbers = [_OF_NUMBER(number) for number in entry.numbers]
    said = [_OF_PATIENT(entry.patient), _OF_STAY(entry.stay), numbers, entry.consent]
    only = ["expected"] if expected else []
    text = json.dumps([said, policy, bool(desk.legal_basis), *only], default=str)
    key = keyring().signing_key("discharge-row")
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()


def put_stay(
    stay: Encounter | None,
    entry: DischargeEntry,
    patient: Patient,
    department: Department | None,
    now: datetime,
) -> Encounter:
    """Write the stay as stated, blanks included: the hospital's record of it is the only one."""
    said = {name: getattr(entry.stay, name) for name in _SAME_NAME}
    said["department_id"] = department.id if department else None
    changed_on = stay.medicine_changed_on if stay else None
    if entry.stay.medicine_changed and changed_on is None:
        changed_on = entry.stay.discharged_on
    said["medicine_changed_on"] = changed_on
    if stay is None:
        return drafted(Encounter, patient_id=patient.id, created_at=now, updated_at=now, **said)
    for name, value in said.items():
        setattr(stay, name, value)
    # a discharge that was called off and is listed anew has taken place after all
    stay.withdrawn_at, stay.updated_at = None, now
    return stay


def later_stay(stay: Encounter, others: Sequence[Encounter]) -> Encounter | None:
    """Return a stay of the same patient that began after this one ended (R055)."""
    return next((other for other in others if _follows(other, stay)), None)


def earlier_stays(stay: Encounter, others: Sequence[Encounter]) -> list[Encounter]:
    """Return the stays that ended before this one began."""
    return [other for other in others if _follows(stay, other)]


def _follows(later: Encounter, earlier: Encounter) -> bool:
    """Tell whether the patient came back; two stays of one day follow each other only one way.

    A stay that is only expected to end proves nothing yet.
    """
    if later is earlier or later.withdrawn_at or later.expected:
        return False
    if _place(later) <= _place(earlier):
        return False
    return (later.admitted_on or later.discharged_on) >= earlier.discharged_on


def _place(stay: Encounter) -> tuple[object, ...]:
    return stay.discharged_on, stay.visit_seq, stay.inpatient_no
