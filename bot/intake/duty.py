"""The hospital's roster (值班表) in any file to rows and faults."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Final

from bot.intake.dates import SHANGHAI, parse_moment
from bot.intake.faults import Fault, FaultLog
from bot.intake.headers import DUTY
from bot.intake.names import tidy_name
from bot.intake.record import Record
from bot.intake.table import read_table
from bot.intake.visit_hours import parse_clock, parse_hours
from bot.intake.words import folded, meanings, words
from models.hospital import StaffRole

LONGEST: Final = dt.timedelta(hours=72)
_A_DAY: Final = dt.timedelta(days=1)
_ROLES: Final = meanings("role")
_SHIFTS: Final = meanings("shift")
_PLACES: Final = meanings("duty_place")
_WHOLE_HOUSE: Final = words("yes", "whole_house")

Span = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True)
class DutyRow:
    """Somebody's shift on the clocks of Shanghai.

    `role` None: the person's own; no `departments`: the person's own, unless `whole_house`.
    """

    line: int
    number: str
    name: str = field(repr=False)
    role: StaffRole | None
    departments: tuple[str, ...]
    whole_house: bool
    starts: dt.datetime
    ends: dt.datetime
    place: int


@dataclass(frozen=True, slots=True)
class DutyList:
    """The good rows and all that was found about the file."""

    filename: str
    rows: tuple[DutyRow, ...]
    faults: tuple[Fault, ...]
    unknown_columns: tuple[str, ...]
    total_rows: int


def read_duty(content: bytes, filename: str) -> DutyList:
    """Read a roster; a row nobody can be woken by is left out and named."""
    table = read_table(content, filename, headers=DUTY)
    log = FaultLog(DUTY.labels)
    read = (_row(Record(found, log)) for found in table.rows)
    rows = tuple(row for row in read if row)
    faults = tuple(sorted((*table.faults, *log.all()), key=lambda fault: fault.line or 0))
    return DutyList(filename, rows, faults, table.unknown_columns, table.total_rows)


def _row(record: Record) -> DutyRow | None:
    number, name = record.required("number"), record.required("name")
    role_is_known, place = _role_is_known(record), _place(record)
    span = _span(record)
    if number is None or name is None or span is None or place is None or not role_is_known:
        return None
    departments = record.items("department")
    house = any(folded(one) in _WHOLE_HOUSE for one in departments)
    return DutyRow(
        line=record.row.line,
        number=number,
        name=tidy_name(name),
        role=_role(record),
        departments=() if house else departments,
        whole_house=house,
        starts=span[0],
        ends=span[1],
        place=place,
    )


def _role(record: Record) -> StaffRole | None:
    meaning = _ROLES.get(folded(record.text("role")))
    return StaffRole(meaning) if meaning else None


def _role_is_known(record: Record) -> bool:
    """A blank role is the person's own; one nobody knows gives no shift."""
    if not record.text("role") or _role(record) is not None:
        return True
    record.note("role_unknown", "role")
    return False


def _place(record: Record) -> int | None:
    text = record.text("place")
    meaning = _PLACES.get(folded(text)) if text else "1"
    if meaning is None:
        record.note("place_unknown", "place")
    return int(meaning) if meaning else None


def _span(record: Record) -> Span | None:
    """Read from when to when; a shift of more than three days is a wrong date."""
    span = _from_ends(record) if record.row["starts"] else _from_shift(record)
    if span is None:
        return None
    if span[0] >= span[1]:
        record.note("shift_reversed", "ends")
        return None
    if span[1] - span[0] > LONGEST:
        record.note("shift_too_long", "ends", hours=int(LONGEST.total_seconds() // 3600))
        return None
    return span


def _from_ends(record: Record) -> Span | None:
    """Read beginning and end, each a moment, or clock times of the day beside them."""
    starts, ends = (_moment(record, column) for column in ("starts", "ends"))
    if starts is None or ends is None:
        return None
    by_clock = parse_moment(record.row["ends"]) is None
    return (starts, ends + _A_DAY) if by_clock and ends <= starts else (starts, ends)


def _moment(record: Record, column: str) -> dt.datetime | None:
    text = record.row[column]
    clock = parse_clock(text)
    day = parse_moment(record.row["day"])
    if clock is not None and day is not None:
        return dt.datetime.combine(day.date(), clock, SHANGHAI)
    moment = parse_moment(text) if clock is None else None
    if moment is None:
        record.note("shift_time_invalid" if text else "shift_missing", column)
    return moment


def _from_shift(record: Record) -> Span | None:
    """Read day and 班次; a night ends on the next day."""
    text = record.text("shift")
    if not text or not record.row["day"]:
        record.note("shift_missing")
        return None
    moment = record.required_moment("day")
    hours = parse_hours(_SHIFTS.get(folded(text), text))
    if hours is None:
        record.note("shift_unknown", "shift")
    if hours is None or moment is None:
        return None
    first, last = (dt.datetime.combine(moment.date(), clock, SHANGHAI) for clock in hours)
    return (first, last) if first < last else (first, last + _A_DAY)
