"""The languages people speak, by one code each, whatever a list calls them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Final

_FILE: Final = "languages.toml"


def languages_in(words: Iterable[str]) -> frozenset[str]:
    """Return the codes of the languages among needs or skills; other words are no languages."""
    known = _codes()
    return frozenset(known[word] for word in map(_bare, words) if word in known)


@cache
def _codes() -> Mapping[str, str]:
    table = tomllib.loads(files(__package__).joinpath(_FILE).read_text(encoding="utf-8"))
    return {_bare(word): code for code, words in table.items() for word in words}


def _bare(word: str) -> str:
    return word.strip().lower()
