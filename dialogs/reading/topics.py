"""Answers to a scale of five in the terms of its question: likely, acceptable, clear, painful."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from dialogs.reading import wording
from dialogs.reading.marks import Marker

_WORDS: Final[dict[str, Any]] = wording.load(__file__, "topics.toml")
_LONGEST: Final = 60  # characters; a longer message is an opinion that a person reads
_MIDDLE: Final = 3


@dataclass(frozen=True, slots=True)
class _Topic:
    asked: re.Pattern[str]
    marker: Marker
    general: bool


_TOPICS: Final = tuple(
    _Topic(
        re.compile(entry["asked"]),
        Marker(entry["mark"], _WORDS["words"]),
        entry.get("general", False),
    )
    for entry in _WORDS["topic"]
)


def read_topic(plain: str, question: str) -> int | None:
    """Return 1 to 5 with 5 best for words about what the question asks; both are normalised."""
    return _point(plain, _asked(question))


def read_any_topic(plain: str) -> int | None:
    """Return the point of words that tell how content somebody is, whatever was asked."""
    return _point(plain, tuple(topic for topic in _TOPICS if topic.general))


@lru_cache(maxsize=64)
def _asked(question: str) -> tuple[_Topic, ...]:
    return tuple(topic for topic in _TOPICS if topic.asked.search(question))[:1]


def _point(plain: str, topics: Iterable[_Topic]) -> int | None:
    """Take one opinion, or several that do not disagree; a middle one gives way to a clear one."""
    if len(plain) > _LONGEST:
        return None
    points = [int(mark.sign) for topic in topics for mark in topic.marker.mark(plain).marks]
    if not points or min(points) < _MIDDLE < max(points):
        return None
    return min(points) if min(points) < _MIDDLE else max(points)
