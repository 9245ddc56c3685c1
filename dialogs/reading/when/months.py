"""Days of a month, months and their parts."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from dialogs.reading.when.place import DAY, Place, Scene

_MONTHS_A_YEAR = 12
_LONGEST_WAIT = 366 * DAY
_LONGEST_MOVE = 300 * DAY
_PARTS = {
    "start": (1, 5),
    "middle": (13, 17),
    "first": (1, 10),
    "second": (11, 20),
    "third": (21, 31),
    "half": (1, 15),
    "second_half": (16, 31),
    "teens": (11, 19),
    "twenties": (21, 29),
    "": (1, 31),
}
_LAST_DAYS = 4


@dataclass(frozen=True, slots=True)
class MonthName:
    """Which month: by its number, by its distance from this one, or left open."""

    year: int | None = None
    number: int | None = None
    ahead: int | None = None
    years: int | None = None  # 明年 is 1

    def fixed(self, scene: Scene) -> tuple[int, int] | None:
        """Return year and month if the words leave no choice."""
        if self.ahead is not None:
            index = scene.today.year * _MONTHS_A_YEAR + scene.today.month - 1 + self.ahead
            return index // _MONTHS_A_YEAR, index % _MONTHS_A_YEAR + 1
        year = self.year if self.years is None else scene.today.year + self.years
        return (year, self.number) if year and self.number else None


@dataclass(frozen=True, slots=True)
class MonthDay:
    """3月5号, 下个月九号, 15号; `last` is the second of two neighbours (三四号)."""

    month: MonthName
    day: int
    last: int
    doubtful: bool = False  # written like a measurement: 12.5

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return the next such day; None if there is none within a year."""
        if place:
            scene.month = place.first.year, place.first.month
        first = self._first(scene)
        if first is None:
            return None
        if self.month != MonthName():
            scene.month = first.year, first.month
        last = _day(first.year, first.month, self.last)
        return Place(first, last, doubtful=self.doubtful) if last else None

    def _first(self, scene: Scene) -> date | None:
        fixed = self.month.fixed(scene)
        if fixed:
            return _day(*fixed, self.day)
        if self.month.number is None and scene.month:
            near = _day(*scene.month, self.day)
            return near if near and near >= scene.today else _next(self, scene)
        return _next(self, scene)


def _next(wanted: MonthDay, scene: Scene) -> date | None:
    start = scene.today.year * _MONTHS_A_YEAR + scene.today.month - 1
    for index in range(start, start + _MONTHS_A_YEAR + 1):
        month = index % _MONTHS_A_YEAR + 1
        if wanted.month.number in {None, month}:
            day = _day(index // _MONTHS_A_YEAR, month, wanted.day)
            if day and scene.today <= day <= scene.today + _longest_wait(scene):
                return day
    return None


def _longest_wait(scene: Scene) -> timedelta:
    # 11月20号 on 24 November, by somebody who has a visit, is a slip and no wish for next year
    return _LONGEST_MOVE if scene.appointment else _LONGEST_WAIT


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Month:
    """八月, 下个月, 月底; `part` names some of its days, as `_PARTS` and "end" do."""

    month: MonthName
    part: str = ""

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return its days in the next such month that is not over."""
        del place
        for year, month in self._candidates(scene):
            found = _part_of(year, month, self.part)
            if found and found.last >= scene.today:
                scene.month = year, month
                return found
        return None

    def _candidates(self, scene: Scene) -> tuple[tuple[int, int], ...]:
        fixed = self.month.fixed(scene)
        if fixed:
            return (fixed,)
        number = self.month.number
        if number is None:
            here = scene.month or (scene.today.year, scene.today.month)
            return here, _next_month(*here)
        return (scene.today.year, number), (scene.today.year + 1, number)


def _next_month(year: int, month: int) -> tuple[int, int]:
    return year + month // _MONTHS_A_YEAR, month % _MONTHS_A_YEAR + 1


def _part_of(year: int, month: int, part: str) -> Place | None:
    if not 1 <= month <= _MONTHS_A_YEAR:
        return None
    length = monthrange(year, month)[1]
    first, last = (length - _LAST_DAYS, length) if part == "end" else _PARTS[part]
    return Place(date(year, month, first), date(year, month, min(last, length)))


@dataclass(frozen=True, slots=True)
class Year:
    """明年, 2027年: only ever the year of a festival; alone it is no wish for a visit."""

    number: int | None
    ahead: int | None

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return the days of the year."""
        del place
        year = scene.today.year + self.ahead if self.ahead is not None else self.number
        return Place(date(year, 1, 1), date(year, 12, 31)) if year else None
