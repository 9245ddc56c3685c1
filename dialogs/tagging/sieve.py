"""Tells which of many patterns cannot match a text, by the characters each of them needs.

A pattern of alternatives needs, for one of them, a character out of each of a few sets: 胸 or 心,
and 痛 or 闷. A text that lacks one of the sets is not searched at all. Nothing that could match is
ever left out, so the sieve changes no result.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from re import _constants as code  # type: ignore[attr-defined] # the parser of `re` is not typed
from re import _parser as parser  # type: ignore[attr-defined] # the same
from typing import Any, Final, Generic, TypeAlias, TypeVar

Needed: TypeAlias = frozenset[str]
_Thing = TypeVar("_Thing")

_SETS: Final = 3  # the smallest sets of an alternative, a layer each; more tell little
_WIDEST: Final = 400  # characters; a wider set tells nothing
# what is escaped or stands in a class is no mark
_MARKS: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]])*\]|[()|]", re.DOTALL)
_REPEATS: Final = frozenset({code.MAX_REPEAT, code.MIN_REPEAT, code.POSSESSIVE_REPEAT})


class Sieve(Generic[_Thing]):
    """Things, each with its pattern, of which those are given that a text may match."""

    def __init__(self, things: Iterable[tuple[_Thing, re.Pattern[str]]]) -> None:
        self._owners: list[tuple[_Thing, int]] = []
        self._owner_of: list[int] = []  # of each alternative
        needs: list[list[Needed]] = []
        for thing, pattern in things:
            alternatives = list(needed_by(pattern))
            mask = ((1 << len(alternatives)) - 1) << len(needs)
            self._owner_of += [len(self._owners)] * len(alternatives)
            self._owners.append((thing, mask))
            needs += alternatives
        layers = [_layer(needs, which) for which in range(_SETS)]
        self._always = [always for always, _ in layers]
        letters = {letter for _, by_letter in layers for letter in by_letter}
        self._by_letter = {
            letter: tuple(by_letter.get(letter, 0) for _, by_letter in layers) for letter in letters
        }

    def every(self) -> Iterator[_Thing]:
        """Yield all things in their order."""
        return (thing for thing, _ in self._owners)

    def passing(self, text: str) -> Iterator[_Thing]:
        """Yield, in their order, the things whose pattern may match the text."""
        first, second, third = self._always
        by_letter = self._by_letter
        for letter in set(text) & by_letter.keys():
            served = by_letter[letter]
            first |= served[0]
            second |= served[1]
            third |= served[2]
        possible = first & second & third
        while possible:
            place = (possible & -possible).bit_length() - 1
            thing, mask = self._owners[self._owner_of[place]]
            yield thing
            possible &= ~mask


def alternatives_of(pattern: str) -> list[str]:
    """Return the alternatives a pattern consists of: each alone is sieved and searched faster."""
    parts, depth, start = [], 0, 0
    for mark in _MARKS.finditer(pattern):
        depth += {"(": 1, ")": -1}.get(mark.group(), 0)
        if mark.group() == "|" and not depth:
            parts.append(pattern[start : mark.start()])
            start = mark.end()
    return [*parts, pattern[start:]]


def _layer(needs: Sequence[Sequence[Needed]], which: int) -> tuple[int, dict[str, int]]:
    """Return, as bits, the alternatives without such a set, and those that each letter serves."""
    always, by_letter = 0, dict[str, int]()
    for place, sets in enumerate(needs):
        if which >= len(sets):
            always |= 1 << place
            continue
        for letter in sets[which]:
            by_letter[letter] = by_letter.get(letter, 0) | 1 << place
    return always, by_letter


def needed_by(pattern: re.Pattern[str]) -> Iterator[list[Needed]]:
    """Yield for each alternative of a pattern the sets of which a match has a character each."""
    if pattern.flags & re.IGNORECASE:
        yield []
        return
    parsed: list[tuple[Any, Any]] = list(parser.parse(pattern.pattern))
    kind, value = parsed[0] if len(parsed) == 1 else (None, None)
    alternatives = value[1] if value and kind is code.BRANCH else [parsed]
    for alternative in alternatives:
        sets = (one for one in _sets(alternative) if len(one) <= _WIDEST)
        yield sorted(set(sets), key=lambda one: (len(one), sorted(one)))[:_SETS]


def _sets(sequence: Iterable[tuple[Any, Any]]) -> Iterator[Needed]:
    for kind, value in sequence:
        if kind is code.LITERAL:
            yield frozenset(chr(value))
        elif kind is code.IN:
            yield from _of_class(value)
        elif kind is code.BRANCH:
            yield from _of_branch(value[1])
        elif kind is code.SUBPATTERN:
            yield from _sets(value[-1])
        elif kind is code.ATOMIC_GROUP:
            yield from _sets(value)
        elif kind in _REPEATS and value[0] > 0:
            yield from _sets(value[2])


def _of_class(items: Iterable[tuple[Any, Any]]) -> Iterator[Needed]:
    """A class of single characters is a set; a range, a category or a negation tells nothing."""
    listed = list(items)
    if all(kind is code.LITERAL for kind, _ in listed):
        yield frozenset(chr(value) for _, value in listed)


def _of_branch(branches: Iterable[Iterable[tuple[Any, Any]]]) -> Iterator[Needed]:
    """Whichever branch is taken, one of the characters that one of them needs is there."""
    smallest = [min(_sets(branch), key=len, default=frozenset()) for branch in branches]
    if all(smallest):
        yield frozenset().union(*smallest)
