"""Times as people say them: 16:30, 明天10:00, 周三10:00; words from the catalogue."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from dialogs.timing.rounds import Offset
from dialogs.timing.spans import HOSPITAL_ZONE, local

_DAYS_OF_A_WEEK = 7
_FULL = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class TimeWords:
    """One language's words for times, as `times.toml` of its catalogue gives them."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    times: Mapping[str, str]
    dates: Mapping[str, str]
    offsets: Mapping[str, str]


def due_text(
    due_at: datetime, now: datetime, *, language: str = "zh", zone: ZoneInfo = HOSPITAL_ZONE
) -> str:
    """Say a time to people; relative words hold only now, so call this when sending (F27)."""
    due, today = local(due_at, zone), local(now, zone).date()
    words = _words(language)
    return words.times[_nearness(due.date(), today)].format(
        clock=f"{due:%H:%M}", weekday=words.weekdays[due.weekday()], **_parts(due, words)
    )


def promise_text(
    due_at: datetime, now: datetime, *, language: str = "zh", zone: ZoneInfo = HOSPITAL_ZONE
) -> str:
    """Say until when something is promised, in full five minutes: 15:01 is promised for 15:05."""
    over = timedelta(
        minutes=due_at.minute % 5, seconds=due_at.second, microseconds=due_at.microsecond
    )
    rounded = due_at - over + (_FULL if over else timedelta(0))
    return due_text(rounded, now, language=language, zone=zone)


def date_text(day: date, *, language: str = "zh", with_year: bool = False) -> str:
    """Say a day of the year: 11月30日, with its year 2026年11月30日."""
    words = _words(language)
    return words.dates["full" if with_year else "short"].format(**_parts(day, words))


def weekday_text(day: date, *, language: str = "zh") -> str:
    """Say a day of the week: 周三."""
    return _words(language).weekdays[day.weekday()]


def offset_text(offset: Offset, *, language: str = "zh") -> str:
    """Say how long after discharge something comes: 第3天, 第4个工作日, 满1个月."""
    return _words(language).offsets[offset.unit].format(n=offset.n)


def _nearness(day: date, today: date) -> str:
    match (day - today).days:
        case 0:
            return "today"
        case 1:
            return "tomorrow"
        case ahead if 1 < ahead < _DAYS_OF_A_WEEK:
            return "this_week"
        case _:
            return "this_year" if day.year == today.year else "other_year"


def _parts(day: date, words: TimeWords) -> dict[str, object]:
    name = words.months[day.month - 1]
    return {"year": day.year, "month": day.month, "day": day.day, "month_name": name}


@lru_cache
def _words(language: str) -> TimeWords:
    source = files("dialogs.catalog").joinpath(language, "times.toml")
    return TimeWords(**tomllib.loads(source.read_text("utf-8")))
