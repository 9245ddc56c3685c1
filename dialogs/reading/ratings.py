"""A five-point answer to a question that may name its own points and count either way."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from dialogs.reading import wording
from dialogs.reading.normal import bare, normalise
from dialogs.reading.scales import read_figure, read_scale, settled

_WORDS: Final = wording.load(__file__, "ratings.toml")
_LABEL: Final = re.compile(_WORDS["grammar"]["label"])
_NEGATED: Final = re.compile(_WORDS["grammar"]["negated"])
_GOOD: Final = re.compile(_WORDS["grammar"]["good"])
_BAD: Final = re.compile(_WORDS["grammar"]["bad"])
_PRAISE: Final = re.compile(_WORDS["irony"]["praise"])
_IRONY: Final = wording.alternatives(_WORDS["irony"]["signs"])
_OPEN: Final = wording.alternatives(_WORDS["open"]["words"])
_LISTED: Final = re.compile(_WORDS["grammar"]["listed"])
_BESIDE: Final = 4  # characters around a label in a reply that still only names it
_BOTH_ENDS: Final = 6  # point n of a scale is point 6 - n counted from the other end
_WORST, _MOST = 1, 5
_SATISFIED: Final = _WORDS["terms"]["satisfied"]
_VERY: Final = _WORDS["terms"]["very"]
_NEITHER: Final = _WORDS["terms"]["neither"]
_DISSATISFIED: Final = _WORDS["terms"]["dissatisfied"]


def read_rating(text: str, question: str = "") -> int | None:
    """Return 1 to 5 with 5 best, whichever way the question counts; None when it is not certain."""
    plain = settled(normalise(text)).lower()
    if _OPEN.search(plain):
        return None
    if _PRAISE.search(plain) and _IRONY.search(plain):
        return _WORST
    labels, falling = _scale(normalise(question))
    figure = read_figure(text)
    point = labels.get(bare(text)) if figure is None else figure
    if point is None:
        score = read_scale(_in_terms_of(normalise(question), plain))
        if score is not None:
            return score
        point = _named(bare(text), labels)
    return _BOTH_ENDS - point if point and falling else point


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
    return {bare(label): point for point, label in labels.items() if label}, falling


def _mood(label: str) -> int:
    good = bool(_GOOD.search(label)) - bool(_BAD.search(label))
    return -good if _NEGATED.search(label) else good
