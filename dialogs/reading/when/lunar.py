"""The Chinese calendar: lunar dates, solar terms and the three hot spells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from lunar_python import Lunar, LunarMonth, Solar

from dialogs.reading import wording
from dialogs.reading.when.place import DAY, Place, Scene

_WORDS = wording.load(__file__, "festivals.toml")
TERMS: tuple[str, ...] = tuple(_WORDS["terms"]["names"])
_DOG_DAYS: tuple[str, ...] = tuple(_WORDS["terms"]["dog_days"])
_LONGEST_WAIT = 366 * DAY
_YEARS_AROUND = (-1, 0, 1)
_SHORTEST_MONTH = 29  # days


def _gregorian(day: Any) -> date:
    return date(day.getYear(), day.getMonth(), day.getDay())


@cache
def lunar_date(year: int, month: int, day: int) -> date | None:
    """Return the day of the Chinese calendar; None if that month is too short."""
    known = LunarMonth.fromYm(year, month)
    if known is None or not 1 <= day <= known.getDayCount():
        return None
    return _gregorian(Lunar.fromYmd(year, month, day).getSolar())


@cache
def term_date(year: int, name: str) -> date:
    """Return the day on which a solar term begins."""
    return _gregorian(Lunar.fromYmd(year, 6, 1).getJieQiTable()[name])


@cache
def dog_day(year: int, spell: int) -> date | None:
    """Return the first day of one of the three hot spells (头伏, 中伏, 末伏)."""
    day = date(year, 7, 5)
    for _ in range(60):
        spell_of_day = Solar.fromYmd(day.year, day.month, day.day).getLunar().getFu()
        if spell_of_day and spell_of_day.getName() == _DOG_DAYS[spell]:
            return day
        day += DAY
    return None


@cache
def next_lunar_day(start: date, day: int) -> date | None:
    """Return the first day from `start` on that is the n-th of its lunar month."""
    today = Solar.fromYmd(start.year, start.month, start.day).getLunar()
    length = int(LunarMonth.fromYm(today.getYear(), today.getMonth()).getDayCount())
    so_far = int(today.getDay())
    if so_far <= day <= length:
        return start + (day - so_far) * DAY
    following = start + (length - so_far + 1) * DAY
    return following + (day - 1) * DAY if day <= _SHORTEST_MONTH else None


def _coming(days: list[date | None], scene: Scene) -> date | None:
    ahead = sorted(day for day in days if day and day >= scene.today)
    return ahead[0] if ahead and ahead[0] <= scene.today + _LONGEST_WAIT else None


@dataclass(frozen=True, slots=True)
class Term:
    """A solar term: 冬至."""

    name: str

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return its next day."""
        del place
        years = (scene.today.year, scene.today.year + 1)
        day = _coming([term_date(year, self.name) for year in years], scene)
        return Place.on(day) if day else None


@dataclass(frozen=True, slots=True)
class LunarDay:
    """腊月廿三, 农历八月十六, 初八; without a month the next such day."""

    month: int | None
    day: int

    def settle(self, scene: Scene, place: Place | None) -> Place | None:
        """Return the next such day."""
        del place
        if self.month is None:
            start = scene.named.first if scene.named and scene.named.off else scene.today
            day = next_lunar_day(start, self.day)
        else:
            years = (scene.today.year + step for step in _YEARS_AROUND)
            day = _coming([lunar_date(year, self.month, self.day) for year in years], scene)
        return Place.on(day) if day else None
