"""The hospital's list of staff in any file to rows and faults."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from bot.intake.faults import Fault, FaultLog
from bot.intake.headers import STAFF
from bot.intake.names import tidy_name
from bot.intake.phones import Phone
from bot.intake.record import Record
from bot.intake.table import read_table
from bot.intake.words import folded, meanings


class StaffRole(StrEnum):
    """What a member of staff is to a patient or to the system."""

    NURSE = "nurse"
    DOCTOR = "doctor"
    HEAD_NURSE = "head_nurse"
    DIRECTOR = "director"
    DUTY_DOCTOR = "duty_doctor"
    MEDICAL_AFFAIRS = "medical_affairs"
    MARKET_CENTRE = "market_centre"
    COMPLAINT_OFFICE = "complaint_office"
    NURSING_OFFICE = "nursing_office"
    SUPERVISION_OFFICE = "supervision_office"
    LOGISTICS = "logistics"
    FINANCE = "finance"
    OUTPATIENT_OFFICE = "outpatient_office"
    REGISTRATION = "registration"
    GUIDE_DESK = "guide_desk"
    CONSULT_ROOM = "consult_room"
    IT = "it"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class StaffRow:
    """A member of staff; `roles` and `departments` may be several."""

    line: int
    number: str
    name: str = field(repr=False)
    roles: tuple[StaffRole, ...]
    departments: tuple[str, ...]
    phones: tuple[Phone, ...]
    is_licensed: bool
    is_active: bool
    skills: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffList:
    """The good rows and all that was found about the file."""

    filename: str
    rows: tuple[StaffRow, ...]
    faults: tuple[Fault, ...]
    unknown_columns: tuple[str, ...]
    total_rows: int


_ROLES = meanings("role")
_ACTIVE = meanings("active")
_LIST = re.compile(r"[、,，;；/|\s]+")


def read_staff(content: bytes, filename: str) -> StaffList:
    """Read a list of staff; two rows of one number keep the last."""
    table = read_table(content, filename, headers=STAFF)
    log = FaultLog(STAFF.labels)
    rows: dict[str, StaffRow] = {}
    for found in table.rows:
        row = _member(Record(found, log))
        if row is None:
            continue
        if earlier := rows.pop(row.number, None):
            log.add("record_repeated", earlier.line, "number", other=row.line)
        rows[row.number] = row
    return StaffList(
        filename,
        tuple(rows.values()),
        table.faults + log.all(),
        table.unknown_columns,
        table.total_rows,
    )


def _member(record: Record) -> StaffRow | None:
    number, name, roles = record.required("number"), record.required("name"), _roles(record)
    if number is None or name is None or not roles:
        return None
    return StaffRow(
        line=record.row.line,
        number=number,
        name=tidy_name(name),
        roles=roles,
        departments=record.items("department"),
        phones=record.phones("mobile"),
        is_licensed=bool(record.flag("licensed")),
        is_active=_is_active(record),
        skills=record.items("skills"),
    )


def _roles(record: Record) -> tuple[StaffRole, ...]:
    """Read one or several roles; an unknown one gives none, since rights hang on it."""
    text = record.required("role")
    if text is None:
        return ()
    meanings_found = [_ROLES.get(folded(word)) for word in _LIST.split(text) if word]
    if None in meanings_found:
        record.note("role_unknown", "role")
        return ()
    return tuple(dict.fromkeys(StaffRole(meaning) for meaning in meanings_found if meaning))


def _is_active(record: Record) -> bool:
    """Read 状态; what cannot be understood is taken as not active."""
    text = record.row["status"]
    meaning = _ACTIVE.get(folded(text)) if text else "yes"
    if meaning is None:
        record.note("word_unknown", "status")
    return meaning == "yes"
