"""A five-point answer to a question that may name its own points and count either way."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from dialogs.reading import wording
from dialogs.reading.normal import bare, normalise
from dialogs.reading.scales import read_figure, read_scale, settled
from dialogs.reading.topics import read_any_topic, read_topic

_WORDS: Final = wording.load(__file__, "ratings.toml")
_LABEL: Final = re.compile(_WORDS["grammar"]["label"])
_NEGATED: Final = re.compile(_WORDS["grammar"]["negated"])
_GOOD: Final = re.compile(_WORDS["grammar"]["good"])
_BAD: Final = re.compile(_WORDS["grammar"]["bad"])
_PRAISE: Final = re.compile(_WORDS["irony"]["praise"])
_IRONY: Final = wording.alternatives(_WORDS["irony"]["signs"])
_OPEN: Final = wording.alternatives(_WORDS["open"]["words"])
_STRENGTH: Final = re.compile(_WORDS["grammar"]["strength"])
_LISTED: Final = re.compile(_WORDS["grammar"]["listed"])
_BESIDE: Final = 4  # characters around a label in a reply that still only names it
_BOTH_ENDS: Final = 6  # point n of a scale is point 6 - n counted from the other end
_WORST, _MIDDLE, _MOST = 1, 3, 5
_SATISFIED: Final = _WORDS["terms"]["satisfied"]
_VERY: Final = _WORDS["terms"]["very"]
_NEITHER: Final = _WORDS["terms"]["neither"]
_DISSATISFIED: Final = _WORDS["terms"]["dissatisfied"]


def read_rating(text: str, question: str = "") -> int | None:
    """Return 1 to 5 with 5 best, whichever way the question counts; None when it is not certain.

    How strong something is (1=不疼 5=最疼) is measured, not judged: it keeps its own count.
    """
    plain, asked = settled(normalise(text)).lower(), normalise(question)
    labels, falling = _scale(asked)
    if falling and _STRENGTH.search(asked):
        return _strength(text, plain, asked, labels)
    figure = read_figure(text)
    if figure is None and bare(text) not in labels:
        return _in_words(plain, asked, labels, falling=falling)
    point = labels[bare(text)] if figure is None else figure
    if figure is not None and _is_doubtful(plain):
        return None if _OPEN.search(plain) else _WORST
    return _BOTH_ENDS - point if falling else point


def _strength(text: str, plain: str, asked: str, labels: dict[str, int]) -> int | None:
    """Return the point of the question's own scale, from a figure, a label or words."""
    point = read_figure(text) or labels.get(bare(text))
    if point is not None:
        return None if _OPEN.search(plain) else point
    topical = read_topic(plain, asked)
    if topical is not None:
        return _BOTH_ENDS - topical
    return None if _OPEN.search(plain) else _named(bare(plain), labels)


def _is_doubtful(plain: str) -> bool:
    """Tell an open answer, and praise that is none."""
    return bool(_OPEN.search(plain) or (_PRAISE.search(plain) and _IRONY.search(plain)))


def _in_words(plain: str, asked: str, labels: dict[str, int], *, falling: bool) -> int | None:
    """Read praise and blame: in the words of the question first, then in any."""
    if _PRAISE.search(plain) and _IRONY.search(plain):
        return None if _OPEN.search(plain) else _WORST
    topical = read_topic(plain, asked)
    if _OPEN.search(plain):
        return topical
    score = read_scale(_in_terms_of(asked, plain))
    if score or topical:
        return _firmer(score or _MIDDLE, topical or _MIDDLE)
    point = _named(bare(plain), labels)
    if point is None:
        return read_any_topic(plain)
    return _BOTH_ENDS - point if falling else point


def _firmer(score: int, topical: int) -> int:
    """Return the clearer of two views; where they disagree, the one about what was asked."""
    if min(score, topical) < _MIDDLE < max(score, topical):
        return topical
    return max((topical, score), key=lambda point: abs(point - _MIDDLE))


def _in_terms_of(question: str, plain: str) -> str:
    """Say "satisfied" for what the question asks about: "quite clear" is a point as well."""
    named = [word for word in _GOOD.findall(question) if len(word) > 1]
    if not named:
        return plain
    first, *_, last = word = max(set(named), key=named.count)
    plain = plain.replace(_NEITHER.format(first, last), _DISSATISFIED)
    return plain.replace(f"{first}{first}{last}{last}", _VERY).replace(word, _SATISFIED)


def _named(whole: str, labels: dict[str, int]) -> int | None:
    """Return the point of the longest label that the message holds, unless it is denied."""
    held = [label for label in labels if label in whole and len(whole) <= len(label) + _BESIDE]
    if not held:
        return None
    longest = max(held, key=len)
    return None if _NEGATED.search(whole.partition(longest)[0]) else labels[longest]


@lru_cache(maxsize=64)
def _scale(question: str) -> tuple[dict[str, int], bool]:
    """Return the points the question names, and whether its first one is the best."""
    labels = {int(point): label.strip() for point, label in _LABEL.findall(question)}
    listed = _LISTED.search(question)
    if not labels and listed:
        labels = dict(enumerate(listed.groups(), start=1))
    falling = False
    if {_WORST, _MOST} <= labels.keys():
        falling = _mood(labels[_WORST]) > _mood(labels[_MOST])
    return {name: point for point, label in labels.items() if (name := bare(label))}, falling


def _mood(label: str) -> int:
    good = bool(_GOOD.search(label)) - bool(_BAD.search(label))
    return -good if _NEGATED.search(label) else good
