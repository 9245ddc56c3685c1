"""The words that caused a tag: what a rule matched, else what weighed most in the model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from dialogs.tagging.features import Features, Place
from dialogs.tagging.message import Message
from dialogs.tagging.model import Model
from dialogs.tagging.notions import hints
from dialogs.tagging.tags import Evidence

_MOST: Final = 3
_LONGEST: Final = 40
_PRAISING: Final = frozenset({"thankful", "praising"})
_WEIGHED: Final = 12


@dataclass(frozen=True, slots=True)
class Seen:
    """A message, its features and the model that weighed them."""

    message: Message
    features: Features
    model: Model


def words_behind(tag: str, target: str, seen: Seen) -> Iterator[Evidence]:
    """Yield the words behind a tag of the model's, a rule's first, at least one piece."""
    places, source = _by_rule(target, seen.message), "rule"
    if not places:
        places, source = _by_weight(target, seen), "model"
    for start, end in _merged(places)[:_MOST] or [(0, len(seen.message.text))]:
        yield Evidence(tag, seen.message.own_words(start, end)[:_LONGEST], source)


def _by_rule(target: str, message: Message) -> list[Place]:
    """Return the places of undenied notions that speak for the target, the longest first."""
    places = [
        (notion.start, notion.end)
        for notion in message.notions
        if not notion.denied and _speaks_for(notion.name, target)
    ]
    return sorted(places, key=lambda place: (place[0] - place[1], place))


def _speaks_for(notion: str, target: str) -> bool:
    if target == "praise":
        return notion in _PRAISING
    return notion == "fed_up" if target == "complaint" else hints().get(notion) == target


def _by_weight(target: str, seen: Seen) -> list[Place]:
    """Return whole words around the features that weigh most, the weightiest first."""
    column = seen.model.targets.index(target)
    shares_of = seen.model.shares
    weighed = [
        (share, place)
        for name, place in seen.features.items()
        for about, share in shares_of(name)
        if about == column and share > 0 and place[1] > place[0]
    ]
    best = sorted(weighed, key=lambda pair: (-pair[0], pair[1]))[:_WEIGHED]
    return [_whole_words(seen.message, place) for _, place in best]


def _whole_words(message: Message, place: Place) -> Place:
    touched = [token for token in message.tokens if token.start < place[1] and token.end > place[0]]
    return (touched[0].start, touched[-1].end) if touched else place


def _merged(places: Iterable[Place]) -> list[Place]:
    """Join what overlaps or touches, and keep the order of weight."""
    kept: list[Place] = []
    for place in places:
        touching = [one for one in kept if one[0] <= place[1] and place[0] <= one[1]]
        if not touching:
            kept.append(place)
            continue
        first = kept.index(touching[0])
        ends = [place, *touching]
        kept = [one for one in kept if one not in touching]
        kept.insert(first, (min(start for start, _ in ends), max(end for _, end in ends)))
    return kept
