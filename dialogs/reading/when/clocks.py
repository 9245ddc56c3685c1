"""Times of the clock: half past two, 差一刻三点, 两三点, 7:30pm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time

_NOON, _DAY_HOURS, _HOUR = 12, 24, 60
_CLINIC_MORNING = 7  # one to six o'clock without a part of the day is the afternoon
_EVENING = 4  # from four o'clock on, the evening lies after noon: 傍晚四点
_EARLY_AFTERNOON = 4


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour and minute as written; `until` is the second of two neighbours (两三点).

    `half` is am or pm where that was written; `exact` times (05:40) need no guess.
    """

    hour: int
    minute: int = 0
    until: int | None = None
    half: str = ""
    exact: bool = False

    @property
    def possible(self) -> bool:
        """Say whether a clock can show it."""
        hours = (self.hour, self.hour if self.until is None else self.until)
        return max(hours) <= _DAY_HOURS and 0 <= self.minute < _HOUR

    def earlier(self, minutes: int) -> Clock:
        """Return the time so many minutes before: 差五分三点."""
        hour, minute = divmod(self.hour * _HOUR + self.minute - minutes, _HOUR)
        return replace(self, hour=hour % _DAY_HOURS, minute=minute)


def hour_of_day(clock: Clock, period: str) -> int:
    """Return the hour from 0 to 24 that is meant in this part of the day."""
    hour = clock.hour
    if clock.half:
        return hour % _NOON + (_NOON if clock.half == "pm" else 0)
    if hour > _NOON or clock.exact:
        return hour
    return _IN_PERIOD[period](hour)


def _early(hour: int) -> int:
    return hour % _NOON


def _morning(hour: int) -> int:
    return hour


def _noon(hour: int) -> int:
    return hour + _NOON if 0 < hour <= _EARLY_AFTERNOON else hour


def _afternoon(hour: int) -> int:
    return hour + _NOON if 0 < hour < _NOON else hour


def _evening(hour: int) -> int:
    return hour + _NOON if hour >= _EVENING else hour


def _unnamed(hour: int) -> int:
    return hour + _NOON if 0 < hour < _CLINIC_MORNING else hour


_IN_PERIOD = {
    "early": _early,
    "morning": _morning,
    "noon": _noon,
    "afternoon": _afternoon,
    "evening": _evening,
    "": _unnamed,
}


def time_of(hour: int, minute: int) -> time:
    """Return the wall clock time; 24 o'clock is midnight."""
    return time(hour % _DAY_HOURS, minute)


def after(start: time, clock: Clock, period: str) -> time:
    """Return the end of a range that began at `start`: 11点到1点, 5点到7点."""
    hour = hour_of_day(clock, period)
    same_half = 0 < clock.hour < _NOON and not clock.half and not clock.exact
    if (hour, clock.minute) <= (start.hour, start.minute) and same_half:
        hour = clock.hour + _NOON
    return time_of(hour, clock.minute)
