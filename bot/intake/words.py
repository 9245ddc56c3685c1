"""The words of cells, read once from words.toml."""

import tomllib
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_WORDS: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
)


def folded(text: str) -> str:
    """Return `text` as words are compared: NFKC, no case, no white space."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def words(name: str, section: str | None = None) -> frozenset[str]:
    """Return one list of words, folded."""
    table = _WORDS if section is None else _WORDS[section]
    return frozenset(folded(word) for word in table[name])


def exact(name: str) -> frozenset[str]:
    """Return one list of words just as written."""
    return frozenset(_WORDS[name])


def phrase(section: str, name: str) -> str:
    """Return a single phrase or pattern."""
    return str(_WORDS[section][name])


def meanings(section: str) -> Mapping[str, str]:
    """Return folded word -> meaning for a section such as `sex` or `disposition`."""
    return {folded(word): meaning for meaning, many in _WORDS[section].items() for word in many}


_YES = words("yes")
_NO = words("no")
_NOTHING = words("nothing")
_LONGEST_NOTHING = 2 * max(len(word) for word in _NOTHING)  # room for spaces


def yes_or_no(text: str) -> bool | None:
    """Read a yes/no cell; None when it says neither."""
    word = folded(text)
    if word in _YES:
        return True
    return False if word in _NO else None


def says_nothing(text: str) -> bool:
    """Tell whether a cell is blank or holds a word for nothing."""
    return not text or (len(text) <= _LONGEST_NOTHING and folded(text) in _NOTHING)
