"""Tags a patient's message: dissatisfaction and its kinds, weight, urgency, dispute, praise."""

from __future__ import annotations

from dialogs.reading.normal import Traced, trace
from dialogs.tagging.blame import is_blame
from dialogs.tagging.danger import find_danger
from dialogs.tagging.notions import Notion, find_notions, hints
from dialogs.tagging.tags import Category, Evidence, Severity, Tags, UrgentType
from dialogs.tagging.tokens import Cut, tokenise
from dialogs.tagging.urgency import urgent_kinds, urgent_words

__all__ = ["Category", "Evidence", "Severity", "Tags", "UrgentType", "tag"]


def tag(text: str, *, cut: Cut | None = None) -> Tags:
    """Return everything the message is tagged with, each tag with the words that caused it."""
    traced = trace(text)
    lowered = traced.text.lower()
    notions = find_notions(lowered, tokenise(lowered, cut))
    dangers = find_danger(text)
    complained = _complained(notions)
    categories = tuple(category for category in Category if category in complained)
    urgent = urgent_kinds(dangers)
    return Tags(
        is_complaint=bool(categories),
        categories=categories,
        severity=Severity.MEDIUM if categories else Severity.NONE,
        urgent=bool(urgent),
        urgent_type=urgent,
        dispute_risk=is_blame(text),
        praise=not categories and any(notion.name == "praising" for notion in notions),
        evidence=(*urgent_words(dangers), *_evidence(traced, notions)),
    )


def _complained(notions: tuple[Notion, ...]) -> set[str]:
    return {
        hints()[notion.name] for notion in notions if not notion.denied and hints()[notion.name]
    }


def _evidence(traced: Traced, notions: tuple[Notion, ...]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(hints()[notion.name], traced.original(notion.start, notion.end))
        for notion in notions
        if hints()[notion.name] and not notion.denied
    )
