"""Morning, afternoon and evening of a clinic: which one an hour lies in, and its usual hours."""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from typing import Final


class Period(StrEnum):
    """A part of a clinic's day (午别), stored in `WaitingEntry.period`."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


Hours = tuple[time, time]

# R106 for the day; evening clinics open when the day's work is over (R111)
USUAL_HOURS: Final[dict[Period, Hours]] = {
    Period.MORNING: (time(8), time(12)),
    Period.AFTERNOON: (time(14, 30), time(17, 30)),
    Period.EVENING: (time(18), time(20)),
}
_NOON: Final = time(12)
_DUSK: Final = time(17, 30)


def period_of(clock: time) -> Period:
    """Tell which part of the day a local clock time lies in."""
    if clock < _NOON:
        return Period.MORNING
    return Period.AFTERNOON if clock < _DUSK else Period.EVENING
