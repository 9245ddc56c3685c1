"""What a patient wishes for: a day or days, a time or part of the day, and days to avoid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class When:
    """One wish in local calendar and wall clock; it is false when nothing positive was said.

    `period` is early (before dawn), morning, noon, afternoon or evening. `mod` is before or after
    and belongs to `time` if there is one, otherwise to `date`. `exclude` holds the days refused.
    """

    date: date | None = None
    date_end: date | None = None
    time: time | None = None
    time_end: time | None = None
    period: str = ""
    mod: str = ""
    exclude: tuple[date, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.date or self.time or self.period)
