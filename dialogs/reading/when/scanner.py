"""Finds the words of dates and times in a normalised text, from left to right."""

from __future__ import annotations

import re
from functools import cache
from itertools import dropwhile

from dialogs.reading import wording
from dialogs.reading.when import feasts
from dialogs.reading.when.tokens import Token
from dialogs.reading.when.words import GRAMMAR, read

_NAMED_GROUP = re.compile(r"\(\?P<\w+>")


@cache
def rules() -> dict[str, re.Pattern[str]]:
    """Return every rule, in the order in which they are tried."""
    periods = "|".join("|".join(words) for words in GRAMMAR["names"].values())
    own = {"festival": feasts.pattern().pattern, "part": periods}
    return {
        name: re.compile(own.get(name) or wording.expand(text, GRAMMAR["fragments"]))
        for name, text in GRAMMAR["rules"].items()
    }


@cache
def _anything() -> re.Pattern[str]:
    parts = (
        f"(?P<{name}>{_NAMED_GROUP.sub('(?:', rule.pattern)})" for name, rule in rules().items()
    )
    return re.compile(f"(?={GRAMMAR['fragments']['starts']})(?:{'|'.join(parts)})")


def scan(text: str) -> tuple[Token, ...]:
    """Return the tokens of a normalised, lower-cased text."""
    tokens: list[Token] = []
    place = 0
    while (found := _anything().search(text, place)) is not None:
        new = _first_at(text, found.start(), found.lastgroup or "", tokens)
        tokens += new
        place = new[-1].end if new else found.start() + 1
    return tuple(tokens)


def _first_at(text: str, place: int, first: str, tokens: list[Token]) -> list[Token]:
    for name, rule in _from(first):
        found = rule.match(text, place)
        if found and found.end() > place and (new := read(name, found, tokens)):
            return new
    return []


@cache
def _from(first: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(dropwhile(lambda rule: rule[0] != first, rules().items()))
