"""Whether one approved answer is plainly what a patient asks, and no judgement of an illness."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from dialogs.knowledge import Topic, pairs
from dialogs.reading import wording
from dialogs.reading.normal import normalise

_WORDS: Final[dict[str, Any]] = wording.load(__file__, "standard_answers.toml")
_POLITE: Final = wording.alternatives(_WORDS["polite"])
_ASKS, _JUDGEMENT, _EITHER, _DENIAL, _NUMBERS = (
    re.compile(_WORDS[name]) for name in ("asks", "judgement", "either", "denial", "numbers")
)
_SAME: Final = tuple((re.compile(said), meant) for said, meant in _WORDS["same"])
_LONGEST: Final = 40  # characters; who writes more asks more than one thing
_MARKS: Final = re.compile(r"[?!。;\n]+")
# how much either says that the other does not may be no more than a third
_CLEAR: Final = 0.66
# and the next best is to be well behind
_AHEAD: Final = 0.2


def is_plain(text: str) -> bool:
    """Tell whether words are one short question that wants no judgement of an illness."""
    said = _plain(text)
    alone = len([part for part in _MARKS.split(said) if part.strip()]) == 1
    return alone and len(said) <= _LONGEST and _asks(said) and not needs_judgement(text)


def needs_judgement(text: str) -> bool:
    """Tell whether a person has to answer: an illness, its medicines, what one may do with it."""
    return bool(_JUDGEMENT.search(_plain(text)))


def answer_to(text: str, topics: Iterable[Topic]) -> str:
    """Return the key of the one entry that plainly answers a question; empty when none does."""
    fits = sorted(((_fit(text, topic), topic.key) for topic in topics), reverse=True)
    if not fits or fits[0][0] < _CLEAR:
        return ""
    second = fits[1][0] if len(fits) > 1 else 0.0
    return fits[0][1] if fits[0][0] - second >= _AHEAD else ""


def _fit(text: str, topic: Topic) -> float:
    """Say how alike a question and an entry are, by the way of asking that is the most alike."""
    if any(needs_judgement(words) for words in (*topic.questions, *topic.words)):
        return 0.0
    return max((_alike(text, known) for known in topic.questions), default=0.0)


def _alike(asked: str, known: str) -> float:
    one, other = _core(asked), _core(known)
    if not (one and other) or _turned(one) != _turned(other):
        return 0.0
    if set(_NUMBERS.findall(one)) != set(_NUMBERS.findall(other)):
        return 0.0
    if one == other:
        return 1.0
    mine, theirs = pairs(one), pairs(other)
    return len(mine & theirs) / max(len(mine), len(theirs), 1)


def _asks(said: str) -> bool:
    return bool(_ASKS.search(said))


def _turned(core: str) -> bool:
    return bool(_DENIAL.search(core))


def _core(text: str) -> str:
    """Return what is asked, without what wraps it: 您好,请问咋复印病历呀 -> 怎么复印病历."""
    said = _POLITE.sub("", _EITHER.sub(r"\1", _plain(text)))
    for other, meant in _SAME:
        said = other.sub(meant, said)
    return "".join(char for char in said if char.isalnum())


def _plain(text: str) -> str:
    return normalise(text).lower().strip()
