"""The read command: JSON lines of replies in, JSON lines of what they mean out."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any, Final

import chinese_calendar
import orjson

from dialogs.reading.intents import Context, Reading, read_reply
from dialogs.reading.when import When
from dialogs.timing.calendar import CalendarEntry, WorkingCalendar

_SHANGHAI: Final = timezone(timedelta(hours=8))
_SATURDAY: Final = 5


class BadLine(ValueError):
    """A line that cannot be read; the message says why and holds nothing of the line."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One line of input."""

    text: str
    context: Context
    now: datetime
    appointment: datetime | None
    question: str
    unit: str


def read_lines(lines: Iterable[bytes], now: datetime) -> Iterator[tuple[bool, bytes]]:
    """Yield for each line whether it was good, and the JSON line that answers it.

    `now` stands for lines that name no instant of their own. Empty lines are passed over.
    """
    calendar = published_calendar()
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        given: dict[str, Any] = {}
        try:
            given = _object(line)
            answer = {"id": given.get("id"), **_answer(_asked(given, now), calendar)}
        except BadLine as fault:
            answer = {"id": given.get("id"), "line": number, "error": str(fault)}
        yield "error" not in answer, orjson.dumps(answer) + b"\n"


def read_standard_input() -> int:
    """Answer every line as it comes; returns the exit code, 1 if any line was bad."""
    code = 0
    for good, line in read_lines(sys.stdin.buffer, datetime.now(_SHANGHAI)):
        code = code if good else 1
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()
    return code


def published_calendar() -> WorkingCalendar:
    """Return the days off and make-up days of every year the library knows."""
    off, made_up = chinese_calendar.constants.holidays, chinese_calendar.constants.workdays
    years = {day.year for day in off}
    first, last = date(min(years), 1, 1), date(max(years), 12, 31)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return WorkingCalendar({day: _entry(day, off, made_up) for day in days})


def _entry(day: date, off: dict[date, str], made_up: dict[date, str]) -> CalendarEntry:
    if day in off:
        return CalendarEntry(working=False, name=chinese_calendar.Holiday(off[day]).chinese)
    return CalendarEntry(working=day in made_up or day.weekday() < _SATURDAY)


def _object(line: bytes) -> dict[str, Any]:
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        raise BadLine(_tell("json"))
    return given


def _asked(given: dict[str, Any], now: datetime) -> _Asked:
    text = given.get("text")
    if not isinstance(text, str):
        raise BadLine(_tell("text"))
    return _Asked(
        text=text,
        context=_context(given.get("context")),
        now=_moment(given, "now") or now,
        appointment=_moment(given, "appointment"),
        question=_word(given, "question"),
        unit=_word(given, "unit"),
    )


def _context(name: Any) -> Context:
    known = [context.value for context in Context]
    if name not in known:
        raise BadLine(_tell("context", known=", ".join(known)))
    return Context(name)


def _moment(given: dict[str, Any], field: str) -> datetime | None:
    value = given.get(field)
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise BadLine(_tell("moment", field=field)) from None
    return moment.astimezone(_SHANGHAI) if moment.tzinfo else moment.replace(tzinfo=_SHANGHAI)


def _word(given: dict[str, Any], field: str) -> str:
    value = given.get(field)
    if value is not None and not isinstance(value, str):
        raise BadLine(_tell("word", field=field))
    return value or ""


def _answer(asked: _Asked, calendar: WorkingCalendar) -> dict[str, Any]:
    reading = read_reply(
        asked.text,
        asked.context,
        now=asked.now,
        appointment=asked.appointment,
        question=asked.question,
        unit=asked.unit,
        calendar=calendar,
    )
    return _written(reading)


def _written(reading: Reading) -> dict[str, Any]:
    return {
        "intent": reading.intent.value,
        "when": _day(reading.when or When()) or None,
        "alternatives": [_day(wish) for wish in reading.alternatives],
        "value": reading.value,
        "unit": reading.unit or None,
        "evidence": reading.evidence,
    }


def _day(when: When) -> dict[str, Any]:
    """Write the fields that hold something: dates in ISO 8601, times as HH:MM."""
    held = {field.name: getattr(when, field.name) for field in fields(when)}
    return {name: _plain(value) for name, value in held.items() if value not in (None, "", ())}


def _plain(value: Any) -> Any:
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, tuple):
        return [day.isoformat() for day in value]
    return value.isoformat() if isinstance(value, date) else value


def _tell(name: str, **values: str) -> str:
    return _sentences()[name].format(**values)


@cache
def _sentences() -> dict[str, str]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
