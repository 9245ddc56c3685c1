"""Days counted from today, from the appointment or from the day just named."""

from __future__ import annotations

import math
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from dialogs.reading.when.place import DAY, WEEK, Place, Scene

_MONTHS_A_YEAR = 12
_HALF_MONTH = 15  # days, as people count it
_WORKING_WEEK = 5


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or that month's last day."""
    year, month = divmod(day.year * _MONTHS_A_YEAR + day.month - 1 + months, _MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Offset:
    """今天, 大后天; `more` further days belong to it: 明后两天."""

    days: int
    more: int = 0

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Count from today by the calendar, just after midnight too."""
        del place
        first = scene.today + self.days * DAY
        return Place(first, first + self.more * DAY)


@dataclass(frozen=True, slots=True)
class Length:
    """An amount of time: two to three weeks, half a month, one hour and a half."""

    low: float
    high: float
    unit: str  # minute, hour, day, working, week, month, year

    @property
    def of_clock(self) -> bool:
        """Say whether it is counted on the clock rather than in days."""
        return self.unit in {"minute", "hour"}

    @property
    def time(self) -> timedelta:
        """Return the time on the clock."""
        return timedelta(minutes=self.low * (60 if self.unit == "hour" else 1))

    def after(self, day: date, scene: Scene, sign: int = 1, *, high: bool = False) -> date:
        """Return the day so much later, or earlier with a negative sign."""
        count = self.high if high else self.low
        if self.unit == "working":
            return _working_days(day, sign * int(count), scene)
        if self.unit in {"month", "year"}:
            months = count * (_MONTHS_A_YEAR if self.unit == "year" else 1)
            whole = math.floor(months)
            return add_months(day, sign * whole) + sign * (months > whole) * _HALF_MONTH * DAY
        return day + sign * math.floor(count * (7 if self.unit == "week" else 1)) * DAY


def _working_days(day: date, count: int, scene: Scene) -> date:
    if scene.calendar:
        return scene.calendar.add_working_days(day, count)
    step = DAY if count >= 0 else -DAY
    for _ in range(abs(count)):
        day += step
        while day.weekday() >= _WORKING_WEEK:
            day += step
    return day


@dataclass(frozen=True, slots=True)
class Delay:
    """三天后, 两周内: counted from today, or from the days just named (国庆后三天)."""

    length: Length
    mod: str = ""

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return the day or days; nothing for a time on the clock."""
        if self.length.of_clock:
            moment = scene.now + self.length.time
            return replace(Place.on(moment.date()), mod=self.mod)
        start = place.last if place else scene.today
        first = self.length.after(start, scene)
        return Place(first, self.length.after(start, scene, high=True), mod=self.mod)

    def moment(self, scene: Scene) -> datetime | None:
        """Return the moment on the clock it leads to, if it is counted in hours."""
        return scene.now + self.length.time if self.length.of_clock else None


@dataclass(frozen=True, slots=True)
class Shift:
    """往后推一周, 提前两天, 晚半小时: counted from the appointment."""

    length: Length
    sign: int

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return the new day; without an appointment the day just named is moved."""
        del place
        moment = self.moment(scene)
        if moment:
            return Place.on(moment.date())
        start = scene.booked or (scene.named.first if scene.named else None)
        if start is None or self.length.of_clock:
            return None
        first = self.length.after(start, scene, self.sign)
        last = self.length.after(start, scene, self.sign, high=True)
        return Place(min(first, last), max(first, last))

    def moment(self, scene: Scene) -> datetime | None:
        """Return the new moment on the clock, if it is counted in hours."""
        if not self.length.of_clock or scene.appointment is None:
            return None
        return scene.appointment + self.sign * self.length.time


@dataclass(frozen=True, slots=True)
class SameDay:
    """那天, 当天: the day just named, or the appointment's."""

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return the day that was named, before a day beside it (七夕前一天,当天不行)."""
        if place:
            return place
        if scene.anchor:
            return scene.anchor
        return Place.on(scene.booked) if scene.booked else None


@dataclass(frozen=True, slots=True)
class Neighbour:
    """前一天, 第二天: beside the day just named, the appointment's or today."""

    days: int

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return the day before or after."""
        near = place or scene.anchor
        day = (near.first if self.days < 0 else near.last) if near else scene.booked
        if day is None and self.days < 0:
            return None
        return Place.on((day or scene.today) + self.days * DAY)


@dataclass(frozen=True, slots=True)
class Ahead:
    """下个月今天, 下周同一天: today's (or the appointment's) day, weeks or months on."""

    weeks: int
    months: int
    booked: bool

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return that day."""
        del place
        start = (scene.booked if self.booked else None) or scene.today
        return Place.on(add_months(start, self.months) + self.weeks * WEEK)
