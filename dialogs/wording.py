"""Filling, numbering and counting the words of a message."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from dialogs.form import Option

_VARIABLE: Final = re.compile(r"\{([a-z_0-9]+)\}")
_CLAUSE: Final = re.compile(r"[^,,。;;!!??\n]*[,,。;;!!??]?|\n")
_LATIN: Final = re.compile(r"[\x20-\x7e\n]*")
_SPACES: Final = re.compile(r" {2,}")
ONE_SEGMENT: Final = 70
OF_SEVERAL: Final = 67
A_PERSON: Final = "human"


class MissingValue(LookupError):
    """A text has a variable without a value; it must not be sent (reliability F20)."""


def variables(text: str) -> set[str]:
    """Return the names in braces."""
    return set(_VARIABLE.findall(text))


def fill(text: str, values: Mapping[str, str], optional: Collection[str] = ()) -> str:
    """Put values in; a clause whose optional variable has none is left out.

    Only names in braces are replaced, nothing is evaluated. Raises MissingValue naming the
    variables that have no value and are not optional.
    """
    empty = {name for name in variables(text) if not values.get(name)}
    if empty - set(optional):
        raise MissingValue(", ".join(sorted(empty - set(optional))))
    shortened = _without(text, empty) if empty else text
    return _VARIABLE.sub(lambda found: values[found[1]], shortened)


def _without(text: str, empty: set[str]) -> str:
    kept = [clause for clause in _CLAUSE.findall(text) if not variables(clause) & empty]
    joined = re.sub(r"\n{2,}", "\n", "".join(kept)).strip("\n")
    return re.sub(r"[,,;;](?=\n|$)", "。", joined)


def put(text: str, values: Mapping[str, str]) -> str:
    """Put values in where some may be empty, and close the gaps they leave."""
    return _SPACES.sub(" ", _VARIABLE.sub(lambda found: values[found[1]], text)).strip()


def numbers(options: Sequence[Option]) -> tuple[str, ...]:
    """Return what to reply for each option: its place, and 0 for a person.

    The points of a scale are their own numbers, and a choice may have a number that stays the same
    whatever stands before it (2 cancels wherever a visit is talked about).
    """
    places = iter(range(1, len(options) + 1))
    return tuple(_number(option, places) for option in options)


def _number(option: Option, places: Iterator[int]) -> str:
    if option.key == A_PERSON:
        return "0"
    place = str(next(places))
    return option.number or (option.key if option.key.isdigit() else place)


def numbered(options: Sequence[Option]) -> str:
    """Write options as `1.yes 2.no`."""
    pairs = zip(numbers(options), options, strict=True)
    return " ".join(f"{number}.{option.label}" for number, option in pairs)


def length(text: str) -> int:
    """Count as the operators do: UTF-16 units, so that an emoji takes two."""
    return len(text.encode("utf-16-be")) // 2


def segments(text: str, signature: str) -> int:
    """Return how many SMS a text takes with its 【signature】 (70, or 67 each of several; R234)."""
    total = length(f"【{signature}】{text}")
    return 1 if total <= ONE_SEGMENT else -(-total // OF_SEVERAL)
