"""What a patient wishes for: a day or days, a time or part of the day, and days to avoid."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class When:
    """One wish in local calendar and wall clock; it is false when nothing positive was said.

    `period` is early (before dawn), morning, noon, afternoon or evening. `mod` is before or after
    and belongs to `time` if there is one, otherwise to `date`. `exclude` holds the days refused.
    """

    date: dt.date | None = None
    date_end: dt.date | None = None
    time: dt.time | None = None
    time_end: dt.time | None = None
    period: str = ""
    mod: str = ""
    exclude: tuple[dt.date, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.date or self.time or self.period)
