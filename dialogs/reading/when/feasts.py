"""Festivals and the official days off around them, from the hospital's calendar if it knows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from dialogs.reading import wording
from dialogs.reading.when.lunar import TERMS, dog_day, lunar_date, term_date
from dialogs.reading.when.place import DAY, Place, Scene

_WORDS = wording.load(__file__, "festivals.toml")
FESTIVALS: tuple[dict[str, Any], ...] = tuple(_WORDS["festival"])
_SATURDAY, _SUNDAY, _FRIDAY, _MONDAY = 5, 6, 4, 0
_OCTOBER = 10
_LONGEST_HOLIDAY = 11
_A_YEAR = 364
_YEARS_AROUND = (-1, 0, 1)


@cache
def _day_of(index: int, year: int) -> date | None:
    entry = FESTIVALS[index]
    if "solar" in entry:
        return date(year, *entry["solar"])
    if "lunar" in entry:
        day = lunar_date(year, *entry["lunar"])
        return day + timedelta(days=entry.get("offset", 0)) if day else None
    if "term" in entry:
        return term_date(year, entry["term"])
    if "dog_days" in entry:
        return dog_day(year, entry["dog_days"])
    month, nth, weekday = map(int, entry["nth"])
    first = date(year, month, 1)
    return first + ((weekday - first.weekday()) % 7 + 7 * (nth - 1)) * DAY


@dataclass(frozen=True, slots=True)
class Feast:
    """A festival of festivals.toml by its place there."""

    index: int

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return its next day, or the one whose days off have not ended."""
        if FESTIVALS[self.index].get("nearest"):
            return place or _nearest(scene)
        if place and (place.last - place.first).days >= _A_YEAR:
            return _festival_of(self.index, place.first.year, scene)
        festival = _festival(self.index, scene)
        if place and festival and abs(festival.first - place.first) <= DAY:
            return replace(festival, first=place.first, last=place.last)  # 腊月二十四小年
        return festival


def _festival_of(index: int, year: int, scene: Scene) -> Place | None:
    day = _day_of(index, year)
    return Place(day, day, off=days_off(index, day, scene)) if day else None


def _festival(index: int, scene: Scene) -> Place | None:
    for step in _YEARS_AROUND:
        place = _festival_of(index, scene.today.year + step, scene)
        if place and max(place.last, place.off[1] if place.off else place.last) >= scene.today:
            return place
    return None


def _nearest(scene: Scene) -> Place | None:
    if scene.named and scene.named.off:
        return scene.named
    official = (index for index, entry in enumerate(FESTIVALS) if "days" in entry)
    found = [place for index in official if (place := _festival(index, scene)) and place.off]
    return min(found, key=lambda place: place.off[0] if place.off else place.first, default=None)


def days_off(index: int, day: date, scene: Scene) -> tuple[date, date] | None:
    """Return the official first and last day off around a festival."""
    usual = FESTIVALS[index].get("days")
    if usual is None:
        return None
    calendar = scene.calendar
    if calendar and calendar.knows(day.year) and not calendar.is_working(day):
        return _run(day, scene, -1), _run(day, scene, 1)
    if usual == "weekend":
        return _with_weekend(day)
    last = usual[1] + _joined_by_moon(day, usual[1])
    return day + usual[0] * DAY, day + last * DAY


def _run(day: date, scene: Scene, step: int) -> date:
    for _ in range(_LONGEST_HOLIDAY):
        after = day + step * DAY
        if not scene.calendar or scene.calendar.is_working(after):
            break
        day = after
    return day


def _joined_by_moon(day: date, usual: int) -> int:
    """Mid-autumn within the National Day week makes it a day longer."""
    moon = lunar_date(day.year, 8, 15)
    return int(day.month == _OCTOBER and moon is not None and 0 <= (moon - day).days <= usual)


def _with_weekend(day: date) -> tuple[date, date]:
    first, last = {
        _MONDAY: (-2, 0),
        3: (0, 2),
        1: (-2, 0),
        _FRIDAY: (0, 2),
        _SATURDAY: (0, 2),
        _SUNDAY: (-1, 1),
    }.get(day.weekday(), (0, 0))
    return day + first * DAY, day + last * DAY


@dataclass(frozen=True, slots=True)
class Span:
    """那几天, 假期: all days off of the festival before it; `alone` it means the nearest."""

    alone: bool

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return the days off."""
        if place is None and not self.alone:
            return scene.named
        near = place or _nearest(scene)
        return Place(*near.off, off=near.off, mod=near.mod) if near and near.off else near


def pattern() -> re.Pattern[str]:
    """Return the pattern of all festivals, one group each, then the solar terms."""
    names = [f"({entry['name']})" for entry in FESTIVALS]
    return re.compile("|".join([*names, f"({'|'.join(TERMS)})"]))
