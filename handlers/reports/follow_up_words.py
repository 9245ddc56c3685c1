"""The words of the monthly report of follow-up, from a TOML file a language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from dialogs.catalog import LANGUAGES


@dataclass(frozen=True, slots=True)
class MonthWords:
    """Tables of words by their names."""

    tables: Mapping[str, Mapping[str, str]]

    def __getitem__(self, table: str) -> Mapping[str, str]:
        """Return a table."""
        return self.tables[table]

    def say(self, key: str, /, **values: Any) -> str:
        """Fill a sentence."""
        return self.tables["words"][key].format(**values)


@cache
def month_words(language: str = LANGUAGES[0]) -> MonthWords:
    """Read the words of a language; what it lacks is Chinese."""
    base, chosen = _read(LANGUAGES[0]), _read(language)
    return MonthWords({name: {**table, **chosen.get(name, {})} for name, table in base.items()})


def _read(language: str) -> dict[str, dict[str, str]]:
    file = files(__package__).joinpath(f"follow_up_month.{language}.toml")
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
