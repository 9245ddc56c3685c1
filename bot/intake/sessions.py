"""The hospital's list of sessions (出诊表) in any file to rows and faults."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.intake.clinics import kind_of
from bot.intake.faults import Fault, FaultLog
from bot.intake.headers import SESSIONS
from bot.intake.names import tidy_name
from bot.intake.record import Record
from bot.intake.table import read_table
from bot.intake.visit_hours import parse_clock, parse_hours
from bot.intake.words import folded, meanings
from handlers.booking.periods import Hours

_COUNT: Final = re.compile(r"(\d{1,3})(?:\.0)?(?:个|号|人)?")
_STATES: Final = meanings("session_state")
_SHORTEST, _LONGEST = 5, 240


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One doctor's hours in one clinic on one day, on the clocks of Shanghai.

    `quota` counts all numbers (限号数), `walk_in` those of them that are not booked (现场号).
    `slot_minutes` is None where the clinic's rule decides. `stopped`: the list says 停诊.
    """

    line: int
    clinic: str
    kind: str
    doctor: str
    doctor_code: str
    day: dt.date
    starts: dt.time
    ends: dt.time
    room: str
    quota: int
    walk_in: int
    slot_minutes: int | None
    stopped: bool

    @property
    def key(self) -> tuple[str, str, dt.date, dt.time]:
        """What names a session in a list."""
        return folded(self.clinic), self.doctor, self.day, self.starts


@dataclass(frozen=True, slots=True)
class SessionList:
    """The good rows and all that was found about the file."""

    filename: str
    rows: tuple[SessionRow, ...]
    faults: tuple[Fault, ...]
    unknown_columns: tuple[str, ...]
    total_rows: int


def read_sessions(content: bytes, filename: str, *, today: dt.date) -> SessionList:
    """Read a list of sessions; `today` is the day in Shanghai.

    Two rows of one session keep the last; a doctor in two places at once keeps neither.
    """
    table = read_table(content, filename, headers=SESSIONS)
    log = FaultLog(SESSIONS.labels)
    read = (_session(Record(found, log), today) for found in table.rows)
    rows = _without_repeats([row for row in read if row], log)
    kept = _without_clashes(rows, log)
    faults = tuple(sorted((*table.faults, *log.all()), key=lambda fault: fault.line or 0))
    return SessionList(filename, tuple(kept), faults, table.unknown_columns, table.total_rows)


def _session(record: Record, today: dt.date) -> SessionRow | None:
    clinic, moment = record.required("clinic"), record.required_moment("day")
    if clinic is None or moment is None:
        return None
    hours, stopped, minutes = _hours(record), _stopped(record), _slot_minutes(record)
    quota, walk_in = _numbers(record, stopped=bool(stopped))
    if hours is None or stopped is None or minutes is None or quota is None or walk_in is None:
        return None
    if moment.date() < today:
        record.note("session_past", "day", date=moment.date())
        return None
    return SessionRow(
        line=record.row.line,
        clinic=clinic,
        kind=kind_of(record),
        doctor=tidy_name(record.text("doctor")),
        doctor_code=record.number("doctor_code"),
        day=moment.date(),
        starts=hours[0],
        ends=hours[1],
        room=record.text("room"),
        quota=quota,
        walk_in=walk_in,
        slot_minutes=minutes or None,
        stopped=stopped,
    )


def _hours(record: Record) -> Hours | None:
    """Read the hours of one cell, or a beginning and an end of two."""
    first, last = record.row["starts"], record.row["ends"]
    if first and last:
        ends = parse_clock(first), parse_clock(last)
        hours = (ends[0], ends[1]) if ends[0] and ends[1] else None
    else:
        hours = parse_hours(record.row["hours"])
    if hours is None:
        record.note("hours_invalid", "hours")
    elif hours[0] >= hours[1]:
        record.note("hours_reversed", "hours")
        return None
    return hours


def _numbers(record: Record, *, stopped: bool) -> tuple[int | None, int | None]:
    quota = 0 if stopped and not record.row["quota"] else _count(record, "quota")
    walk_in = _count(record, "walk_in") if record.text("walk_in") else 0
    if quota is not None and walk_in is not None and walk_in > quota and not stopped:
        record.note("walk_in_above_quota", "walk_in")
        return None, None
    return quota, walk_in


def _count(record: Record, column: str) -> int | None:
    text = record.row[column]
    found = _COUNT.fullmatch(folded(text))
    if found is None:
        record.note("count_invalid" if text else "value_missing", column)
    return int(found[1]) if found else None


def _slot_minutes(record: Record) -> int | None:
    """Read the length of a slot: 0 where nothing is said, None where it cannot be read."""
    text = record.text("slot_minutes")
    if not text:
        return 0
    found = re.fullmatch(r"(\d{1,3})(?:\.0)?(?:分钟|分)?", folded(text))
    minutes = int(found[1]) if found else 0
    if not _SHORTEST <= minutes <= _LONGEST:
        record.note("slot_minutes_invalid", "slot_minutes")
        return None
    return minutes


def _stopped(record: Record) -> bool | None:
    text = record.text("state")
    meaning = _STATES.get(folded(text)) if text else "open"
    if meaning is None:
        record.note("session_state_unknown", "state")
        return None
    return meaning == "stopped"


def _without_repeats(rows: Iterable[SessionRow], log: FaultLog) -> list[SessionRow]:
    kept: dict[tuple[str, str, dt.date, dt.time], SessionRow] = {}
    for row in rows:
        if earlier := kept.pop(row.key, None):
            log.add("session_repeated", earlier.line, "clinic", other=row.line)
        kept[row.key] = row
    return list(kept.values())


def _without_clashes(rows: list[SessionRow], log: FaultLog) -> list[SessionRow]:
    """Leave out the rows that have one doctor in two places at once."""
    days: dict[tuple[str, dt.date], list[SessionRow]] = defaultdict(list)
    for row in rows:
        if row.doctor and not row.stopped:
            days[row.doctor_code or row.doctor, row.day].append(row)
    clashing: set[int] = set()
    for same in days.values():
        for place, row in enumerate(same):
            for other in same[place + 1 :]:
                if row.starts < other.ends and other.starts < row.ends:
                    log.add("doctor_twice", row.line, "doctor", other=other.line)
                    log.add("doctor_twice", other.line, "doctor", other=row.line)
                    clashing |= {row.line, other.line}
    return [row for row in rows if row.line not in clashing]
