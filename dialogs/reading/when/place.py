"""Where a wish lies in the calendar, and what is known while a message is read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Protocol

from dialogs.timing.calendar import WorkingCalendar

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
OPEN_UNTIL = 17  # o'clock; from then on a bare weekday no longer means today


@dataclass(frozen=True, slots=True)
class Place:
    """A run of days; `off` are the official days off around a festival.

    `mod` is before or after these days. `recurring` days may move to the next `recurring` when
    the time of day wished for is already over.
    """

    first: date
    last: date
    off: tuple[date, date] | None = None
    mod: str = ""
    recurring: timedelta | None = None
    doubtful: bool = False

    @classmethod
    def on(cls, day: date) -> Place:
        """Return the place of one day."""
        return cls(day, day)

    def moved(self, by: timedelta) -> Place:
        """Return the same days, earlier or later."""
        return replace(self, first=self.first + by, last=self.last + by)


@dataclass(slots=True)
class Scene:
    """What a phrase is read against; `week`, `month` and `named` are what was said before it."""

    now: datetime
    appointment: datetime | None
    calendar: WorkingCalendar | None
    week: date | None = None
    month: tuple[int, int] | None = None
    named: Place | None = None
    anchor: Place | None = field(default=None)

    @property
    def today(self) -> date:
        """Return the day of `now`."""
        return self.now.date()

    @property
    def monday(self) -> date:
        """Return the first day of this week."""
        return self.today - self.today.weekday() * DAY

    @property
    def booked(self) -> date | None:
        """Return the day of the appointment."""
        return self.appointment.date() if self.appointment else None


class Link(Protocol):
    """One word about days; words that belong together settle one after the other."""

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return the days meant, given what the words before it settled; None if impossible."""
