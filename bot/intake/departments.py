"""The hospital's list of departments in any file to rows and faults."""

from dataclasses import dataclass
from enum import StrEnum

from bot.intake.faults import Fault, FaultLog
from bot.intake.headers import DEPARTMENTS
from bot.intake.phones import Phone
from bot.intake.record import Record
from bot.intake.table import read_table
from bot.intake.words import folded, meanings


class FollowUp(StrEnum):
    """Which patients of a department are followed up."""

    ALL = "all"
    SELECTIVE = "selective"  # a nurse chooses, as in psychiatry
    NONE = "none"


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """A department; phones are the hospital's own and may be shown to patients."""

    line: int
    code: str
    name: str
    aliases: tuple[str, ...]
    work_phones: tuple[Phone, ...]
    duty_phones: tuple[Phone, ...]
    follow_up: FollowUp
    hide_name_at_first: bool
    plan: str = ""


@dataclass(frozen=True, slots=True)
class DepartmentList:
    """The good rows and all that was found about the file."""

    filename: str
    rows: tuple[DepartmentRow, ...]
    faults: tuple[Fault, ...]
    unknown_columns: tuple[str, ...]
    total_rows: int


_FOLLOW_UPS = meanings("follow_up")


def read_departments(content: bytes, filename: str) -> DepartmentList:
    """Read a list of departments; two rows of one name keep the last."""
    table = read_table(content, filename, headers=DEPARTMENTS)
    log = FaultLog(DEPARTMENTS.labels)
    rows: dict[str, DepartmentRow] = {}
    for found in table.rows:
        row = _department(Record(found, log))
        if earlier := rows.pop(row.name, None):
            log.add("record_repeated", earlier.line, "name", other=row.line)
        rows[row.name] = row
    return DepartmentList(
        filename,
        tuple(rows.values()),
        table.faults + log.all(),
        table.unknown_columns,
        table.total_rows,
    )


def _department(record: Record) -> DepartmentRow:
    duty_phones = record.phones("duty_phone", for_messages=False)
    if not any(phone.number for phone in duty_phones):
        record.note("duty_phone_missing", "duty_phone")
    return DepartmentRow(
        line=record.row.line,
        code=record.number("code"),
        name=record.row["name"],
        aliases=record.items("aliases"),
        work_phones=record.phones("work_phone", for_messages=False),
        duty_phones=duty_phones,
        follow_up=_follow_up(record),
        hide_name_at_first=bool(record.flag("discreet")),
        plan=record.row["plan"],
    )


def _follow_up(record: Record) -> FollowUp:
    text = record.row["follow_up"]
    meaning = _FOLLOW_UPS.get(folded(text)) if text else FollowUp.ALL
    if meaning is None:
        record.note("word_unknown", "follow_up")
    return FollowUp(meaning or FollowUp.ALL)
