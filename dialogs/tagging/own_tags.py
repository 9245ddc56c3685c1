"""Adds to a message's tags what the hospital's own words in it stand for."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dialogs.tagging.message import Message
from dialogs.tagging.own_words import OwnLexicon
from dialogs.tagging.tags import WEIGHTS, Category, Evidence, Severity, Tags, UrgentType

_COMPLAINS: Final = frozenset({*(category.value for category in Category), "dispute_risk"})


def with_own_words(tags: Tags, message: Message, lexicon: OwnLexicon) -> Tags:
    """Return the tags with those of every own word; nothing that was found is taken away."""
    found = list(lexicon.find(message.text))
    if not found:
        return tags
    own = frozenset(tag for word, _, _ in found for tag in word.tags)
    urgent = tuple(kind for kind in UrgentType if kind in tags.urgent_type or kind in own)
    categories = _categories(tags, own)
    complains = tags.is_complaint or bool(own & _COMPLAINS - {"dispute_risk"})
    return replace(
        tags,
        is_complaint=complains,
        categories=categories,
        severity=_severity(tags, own) if complains else Severity.NONE,
        urgent=bool(urgent),
        urgent_type=urgent,
        dispute_risk=tags.dispute_risk or "dispute_risk" in own,
        praise=tags.praise or "praise" in own,
        evidence=(
            *tags.evidence,
            *(
                Evidence(tag, message.own_words(start, end), "own")
                for word, start, end in found
                for tag in sorted(word.tags)
            ),
        ),
    )


def _categories(tags: Tags, own: frozenset[str]) -> tuple[Category, ...]:
    every = {category for category in Category if category in tags.categories or category in own}
    if len(every) > 1:
        every.discard(Category.OTHER)
    return tuple(category for category in Category if category in every)


def _severity(tags: Tags, own: frozenset[str]) -> Severity:
    """Return the weightiest of what was found and what the own words say, at least low."""
    told = [weight for weight in WEIGHTS if weight in own]
    return max((Severity.LOW, tags.severity, *told), key=WEIGHTS.index)
