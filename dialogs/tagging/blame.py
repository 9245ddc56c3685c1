"""Words of a dispute: compensation, court, media, regulators, blame for harm (level DISP)."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from dialogs.reading import wording
from dialogs.reading.normal import Traced, trace

_APART: Final = ("unless", "death")


def is_blame(text: str) -> bool:
    """Say whether the writer blames the hospital for harm or threatens legal or public steps."""
    return bool(blame_words(trace(text)))


def blame_words(traced: Traced) -> str:
    """Return the first words of blame in the writer's own spelling, or nothing."""
    blame, disclaimed = _patterns()
    lowered = traced.text.lower()
    text = lowered if len(lowered) == len(traced.text) else traced.text
    found = blame.search(disclaimed.sub(_blank, text))
    return traced.original(*found.span()) if found else ""


def blames_for_death(text: str) -> bool:
    """Say whether somebody who tells of a death says whose fault it is."""
    return is_blame(text) or says_who_killed(trace(text))


def says_who_killed(traced: Traced) -> bool:
    """Say whether a text, if it tells of a death, says whose fault it is in words of that alone."""
    return bool(_fatal().search(traced.text))


@cache
def _fatal() -> re.Pattern[str]:
    lists = wording.load(__file__, "blame.toml")
    return wording.alternatives(lists["blame"]["death"], lists["words"])


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    lists = wording.load(__file__, "blame.toml")
    groups = [
        pattern for name, group in lists["blame"].items() if name not in _APART for pattern in group
    ]
    return (
        wording.alternatives(groups, lists["words"]),
        wording.alternatives(lists["blame"]["unless"], lists["words"]),
    )
