"""Which standard answers fit some words: by the pairs of characters they share (R166, R167)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dialogs.reading.normal import bare, normalise

# a question says what an entry is about; its answer only mentions things
_IN_ANSWER: Final = 0.35
# words that stand in the text as they were written weigh most
_WHOLE: Final = 1.0
WORTH_SHOWING: Final = 0.2


@dataclass(frozen=True, slots=True)
class Topic:
    """What can be found of an entry; `key` names it to whoever asks."""

    key: str
    questions: tuple[str, ...]
    words: tuple[str, ...] = ()
    answer: str = ""


def ranked(query: str, topics: Iterable[Topic], *, least: float = WORTH_SHOWING) -> list[str]:
    """Return the keys of the topics that fit, best first; equals stay in their order."""
    wanted = pairs(query)
    scored = [(_fit(query, wanted, topic), topic.key) for topic in topics]
    scored = [found for found in scored if found[0] >= least]
    return [key for _, key in sorted(scored, key=lambda found: -found[0])]


def _fit(query: str, wanted: frozenset[str], topic: Topic) -> float:
    """Say how much of the query a topic holds, between 0 and 1 and a little over."""
    own = (*topic.questions, *topic.words)
    if not wanted:
        return 0.0
    spoken = max((_share(wanted, pairs(text)) for text in own), default=0.0)
    inside = _share(wanted, pairs(topic.answer)) * _IN_ANSWER
    whole = _WHOLE if any(bare(query) in bare(text) for text in own if text) else 0.0
    return whole + spoken + inside


def _share(wanted: frozenset[str], known: frozenset[str]) -> float:
    return len(wanted & known) / len(wanted)


def pairs(text: str) -> frozenset[str]:
    """Cut a text without spaces into overlapping pairs; a single character stands for itself."""
    plain = "".join(char for char in normalise(text).lower() if char.isalnum())
    if len(plain) == 1:
        return frozenset(plain)
    return frozenset(plain[place : place + 2] for place in range(len(plain) - 1))
