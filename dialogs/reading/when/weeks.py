"""Weeks, weekends and weekdays; weeks begin on Monday."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from dialogs.reading.when.place import DAY, OPEN_UNTIL, WEEK, Place, Scene

_SATURDAY, _SUNDAY, _FRIDAY = 5, 6, 4


@dataclass(frozen=True, slots=True)
class Weekday:
    """周三, 下周三; `weeks` counts from this week and is None for a bare weekday."""

    weekday: int
    weeks: int | None = None
    listed: bool = False  # one more weekday of a list: the 三 of 周一三五

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return the day; a day of this week that is over means the coming one."""
        if place:
            return _weekday_in(place, self.weekday)
        if self._follows(scene.named):
            return Place.on(scene.named.last + DAY) if scene.named else None
        if self.weeks is None and scene.week is None:
            return replace(Place.on(_coming(self.weekday, scene)), recurring=WEEK)
        monday = scene.week if self.weeks is None else scene.monday + self.weeks * WEEK
        day = (monday or scene.monday) + self.weekday * DAY
        if day < scene.today:
            return Place.on(day + WEEK)
        if self.weeks is not None:
            scene.week = monday if self.weeks else None
        return Place.on(day)

    def _follows(self, named: Place | None) -> bool:
        """Say whether it is the 二 of 周一二."""
        return self.listed and named is not None and (named.last + DAY).weekday() == self.weekday


def _coming(weekday: int, scene: Scene) -> date:
    ahead = (weekday - scene.today.weekday()) % 7
    if not ahead and scene.now.hour >= OPEN_UNTIL:
        ahead = 7
    return scene.today + ahead * DAY


def _weekday_in(place: Place, weekday: int) -> Place | None:
    if place.mod:
        return replace(Place.on(_beside(place, weekday)), recurring=None)
    monday = place.first - place.first.weekday() * DAY
    day = monday + weekday * DAY
    single = place.first == place.last
    return Place.on(day) if single or place.first <= day <= place.last else Place.on(day + WEEK)


def _beside(place: Place, weekday: int) -> date:
    first, last = place.off or (place.first, place.last)
    if place.mod == "after":
        return last + ((weekday - last.weekday() - 1) % 7 + 1) * DAY
    return first - ((first.weekday() - weekday - 1) % 7 + 1) * DAY


@dataclass(frozen=True, slots=True)
class Week:
    """下周, 这周; `half` is first (Monday to Wednesday) or second (Thursday to Sunday)."""

    weeks: int
    half: str = ""

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return its days and keep the week in mind for the weekdays that follow."""
        del place
        monday = scene.monday + self.weeks * WEEK
        scene.week = monday if self.weeks else None
        first, last = {"first": (0, 2), "second": (3, 6)}.get(self.half, (0, 6))
        return Place(monday + first * DAY, monday + last * DAY)


@dataclass(frozen=True, slots=True)
class SameWeek:
    """那周: the week of the day before it."""

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return its seven days; nothing when alone."""
        del scene
        monday = place.first - place.first.weekday() * DAY if place else None
        return Place(monday, monday + _SUNDAY * DAY) if monday else None


@dataclass(frozen=True, slots=True)
class Weekend:
    """周末, 下周末."""

    weeks: int | None

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return Saturday and Sunday; a bare weekend is the coming one, or today's."""
        monday = scene.monday + (self.weeks or 0) * WEEK
        if place:
            monday = place.first - place.first.weekday() * DAY
        elif self.weeks is None and scene.week:
            monday = scene.week
        elif self.weeks is None and scene.named and scene.named.first.weekday() >= _SATURDAY:
            monday = scene.named.first - scene.named.first.weekday() * DAY
        return Place(monday + _SATURDAY * DAY, monday + _SUNDAY * DAY)


@dataclass(frozen=True, slots=True)
class Workdays:
    """工作日: only Monday to Friday of the days named before."""

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return the days of a whole week without its weekend; nothing when alone."""
        del scene
        if place and place.last - place.first == _SUNDAY * DAY:
            return replace(place, last=place.first + _FRIDAY * DAY)
        return place
