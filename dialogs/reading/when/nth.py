"""The n-th day, weekday or weekend of a month, of a festival or after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dialogs.reading.when.place import DAY, Place, Scene

_SATURDAY = 5
_FIRST_DAYS = {"week": 0, "weekend": _SATURDAY}
_LENGTHS = {"week": 6, "weekend": 1}  # days after the first
LAST = -1


@dataclass(frozen=True, slots=True)
class Nth:
    """第二个星期二, 最后一天, 头一个礼拜一; `number` LAST counts from the end.

    `unit` is day, working, weekend, week or weekday; a week belongs to the month of its Monday.
    """

    number: int
    unit: str
    weekday: int | None = None

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return the day or weekend; without a month or festival, days count from today."""
        if place is None:
            return self._from_today(scene)
        if place.mod == "after" or (place.off and self.unit == "working" and self.number != LAST):
            return self._after(place.off[1] if place.off else place.last, scene)
        if place.mod == "before":
            return self._before(place.off[0] if place.off else place.first, scene)
        return self._within(place, scene)

    def _from_today(self, scene: Scene) -> Place | None:
        if self.unit != "day" or self.number == LAST:
            return None
        return Place.on((scene.booked or scene.today) + (self.number - 1) * DAY)

    def _after(self, day: date, scene: Scene) -> Place | None:
        return None if self.number == LAST else self._count(day, 1, self.number, scene)

    def _before(self, day: date, scene: Scene) -> Place | None:
        return self._count(day, -1, 1, scene) if self.number in {LAST, 1} else None

    def _within(self, place: Place, scene: Scene) -> Place | None:
        first, last = place.first, place.last
        if place.off and self.unit == "day":
            first, last = (first if self.number != LAST else place.off[0]), place.off[1]
        if self.number == LAST:
            return self._count(last + DAY, -1, 1, scene)
        found = self._count(first - DAY, 1, self.number, scene)
        return found if found and (found.first <= last or place.first == place.last) else None

    def _count(self, day: date, step: int, left: int, scene: Scene) -> Place | None:
        for _ in range(left * 7 + 7):
            day += step * DAY
            left -= self._fits(day, scene)
            if not left:
                return Place(day, day + _LENGTHS.get(self.unit, 0) * DAY)
        return None

    def _fits(self, day: date, scene: Scene) -> bool:
        if self.unit == "weekday":
            return day.weekday() == self.weekday
        if self.unit in _FIRST_DAYS:
            return day.weekday() == _FIRST_DAYS[self.unit]
        if self.unit == "working":
            return scene.calendar.is_working(day) if scene.calendar else day.weekday() < _SATURDAY
        return True


@dataclass(frozen=True, slots=True)
class Few:
    """头两天, 最后三天: some days at one end of a month, week or holiday."""

    count: int
    at_end: bool

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return those days; nothing without a run of days that is long enough."""
        del scene
        if place is None or place.mod:
            return None
        first, last = place.off or (place.first, place.last)
        more = (self.count - 1) * DAY
        run = Place(last - more, last) if self.at_end else Place(first, first + more)
        return run if run.first >= first and run.last <= last else None
