"""Whether a slot is what was wished for, and how near it comes when it is not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from dialogs.reading.when import When
from dialogs.timing.booking import EVENING, NOON

_A_DAY: Final = timedelta(days=1)
_MINUTES_OF_A_DAY: Final = 24 * 60
# what people call so, in the hours clinics have; noon overlaps both halves of the day
_PERIODS: Final = {
    "early": (time(0), time(8)),
    "morning": (time(0), NOON),
    "noon": (time(11), time(14)),
    "afternoon": (NOON, EVENING),
    "evening": (EVENING, time.max),
}


def day_fits(wish: When, day: date) -> bool:
    """Tell whether a day is wished for; no day named means any but those refused.

    Before and after a day leave that day out: so the offer is right however it was meant.
    """
    if day in wish.exclude:
        return False
    if wish.date is None:
        return True
    last = wish.date_end or wish.date
    if wish.time is None and wish.mod:
        return day < wish.date if wish.mod == "before" else day > last
    return wish.date <= day <= last


def clock_fits(wish: When, starts: datetime, ends: datetime) -> bool:
    """Tell whether the hour of a slot (local wall clock) is wished for."""
    clock = starts.time()
    if wish.time is None:
        first, end = _PERIODS.get(wish.period, (time.min, time.max))
        return first <= clock < end
    if wish.mod:
        return clock < wish.time if wish.mod == "before" else clock >= wish.time
    if wish.time_end is not None:
        return wish.time <= clock < wish.time_end
    return clock <= wish.time < ends.time()


def distance(wish: When, starts: datetime, ends: datetime) -> tuple[int, int]:
    """Say how far a slot is from a wish: in days, another hour counting as one, then in minutes."""
    another_hour = not clock_fits(wish, starts, ends)
    wanted = wish.time or _PERIODS.get(wish.period, (starts.time(), None))[0]
    return _days_off(wish, starts.date()) + another_hour, _minutes_apart(wanted, starts.time())


def span_of(wish: When, first: date, last: date) -> tuple[date, date]:
    """Return the days a wish spans, within what can be booked where it leaves an end open."""
    if wish.date is None:
        return first, last
    end = wish.date_end or wish.date
    if wish.time is None and wish.mod == "before":
        return min(first, wish.date - _A_DAY), wish.date - _A_DAY
    if wish.time is None and wish.mod == "after":
        return end + _A_DAY, max(last, end + _A_DAY)
    return wish.date, end


def nearest(
    wishes: Sequence[When], starts: datetime, ends: datetime
) -> tuple[tuple[int, int], datetime]:
    """Return a key that sorts slots by how near they come to the first wish, then by time."""
    return (distance(wishes[0], starts, ends) if wishes else (0, 0)), starts


def _days_off(wish: When, day: date) -> int:
    if wish.date is None:
        return 0
    first, last = wish.date, wish.date_end or wish.date
    return max((first - day).days, (day - last).days, 0)


def _minutes_apart(one: time, other: time) -> int:
    minutes = abs((one.hour - other.hour) * 60 + one.minute - other.minute)
    return min(minutes, _MINUTES_OF_A_DAY)
