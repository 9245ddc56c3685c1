"""Festivals of a year, computed from the lunar calendar; names and rules in festivals.toml."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from lunar_python import Lunar


@dataclass(frozen=True, slots=True)
class Festival:
    """One festival: where it starts and how many days it takes."""

    month: int
    day: int
    lunar: bool = False
    offset: int = 0
    days: int = 1

    def in_year(self, year: int) -> tuple[date, ...]:
        """List its days; a lunar year begins in the solar year of the same number."""
        first = self._start(year) + timedelta(days=self.offset)
        return tuple(first + timedelta(days=n) for n in range(self.days))

    def _start(self, year: int) -> date:
        if not self.lunar:
            return date(year, self.month, self.day)
        solar = Lunar.fromYmd(year, self.month, self.day).getSolar()
        return date(solar.getYear(), solar.getMonth(), solar.getDay())


@dataclass(frozen=True, slots=True)
class FestivalBook:
    """All festivals the settings may name, those named by default, and the words about them."""

    festivals: Mapping[str, Festival]
    default: tuple[str, ...]
    words: Mapping[str, str]

    def in_years(self, years: Iterable[int], names: Iterable[str] | None = None) -> dict[date, str]:
        """Return each festival day of these years with its name.

        Raises ValueError naming a festival that the book does not hold.
        """
        chosen = self.default if names is None else tuple(names)
        missing = [name for name in chosen if name not in self.festivals]
        if missing:
            raise ValueError(f"unknown festivals {missing}; there are {list(self.festivals)}")
        return {
            day: name
            for year in years
            for name in chosen
            for day in self.festivals[name].in_year(year)
        }


@cache
def festival_book() -> FestivalBook:
    """Read festivals.toml."""
    raw = tomllib.loads(files("handlers").joinpath("festivals.toml").read_text("utf-8"))
    festivals = {name: Festival(**fields) for name, fields in raw["festivals"].items()}
    return FestivalBook(festivals, tuple(raw["default"]), raw["words"])
