"""What is tagged: rules decide danger, the model weighs the rest, and both show their words.

The thresholds were chosen by cross-validation on the corpus (docs/tagging.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dialogs.tagging.message import Message
from dialogs.tagging.model import Scores
from dialogs.tagging.tags import HEARD, Category, Severity, UrgentType
from dialogs.tagging.urgency import urgent_kinds

COMPLAINT: Final = 0.38
CATEGORY: Final = 0.25
WEIGHTY: Final = 0.5
PRAISE: Final = 0.3
MOCKED_PRAISE: Final = 0.6  # beside a word of mockery thanks are seldom meant
DISPUTE: Final = 0.25
DISPUTE_DOUBT: Final = 0.1
# a danger nobody wrote a rule for yet; self-harm is asked back at the least sign
_URGENT: Final[Mapping[UrgentType, float]] = {
    UrgentType.CLINICAL: 0.5,
    UrgentType.SELF_HARM: 0.3,
    UrgentType.VIOLENCE: 0.35,
}
# the same, where the rules were hidden from the weights: these hear voices nobody thought of
_HEARD: Final[Mapping[UrgentType, float]] = {
    UrgentType.CLINICAL: 0.4,
    UrgentType.SELF_HARM: 0.33,
    UrgentType.VIOLENCE: 0.3,
}
_TERSE: Final = 6  # characters; so few words tell too little by themselves
_HEARD_TERSE: Final = 0.75
_FEW: Final = 9  # characters; despair in so few words must be surer (我要走了,车来了)
_URGENT_FEW: Final = 0.35
_HEARD_FEW: Final = 0.4
# despair that the rules have judged long overcome, or a tale, or heard as a threat to others
_TOLD_OTHERWISE: Final = 0.6
# a rule's red flag is let go only where the model is all but certain, and never in a crisis
_CLINICAL_DOUBT: Final = 0.1


def is_complaint(scores: Scores) -> bool:
    """Tell whether somebody is dissatisfied with the hospital."""
    return scores["complaint"] >= COMPLAINT


def categories(scores: Scores) -> tuple[Category, ...]:
    """Return what a complaint is about, at least one; OTHER only alone."""
    best = max(Category, key=lambda category: scores[category])
    likely = {category for category in Category if scores[category] >= CATEGORY} | {best}
    if best is Category.OTHER:
        return (Category.OTHER,)
    return tuple(category for category in Category if category in likely - {Category.OTHER})


def severity(scores: Scores) -> Severity:
    """Return how much a complaint weighs."""
    if scores["high"] >= WEIGHTY:
        return Severity.HIGH
    return Severity.MEDIUM if scores["medium"] >= WEIGHTY else Severity.LOW


def urgency(message: Message, scores: Scores) -> tuple[UrgentType, ...]:
    """Return why somebody must look within minutes."""
    told = urgent_kinds(message.dangers)
    return tuple(
        kind
        for kind in UrgentType
        if _is_heard(kind, message, scores)
        or (kind in told and not (kind is UrgentType.CLINICAL and scores[kind] < _CLINICAL_DOUBT))
    )


def _is_heard(kind: UrgentType, message: Message, scores: Scores) -> bool:
    """Tell whether the weights call a message urgent, whatever the rules say of it."""
    otherwise = any(
        (danger.kind == "crisis" and danger.check) or danger.kind == "violence"
        for danger in message.dangers
    )
    despair = kind is UrgentType.SELF_HARM
    least = _TOLD_OTHERWISE if otherwise and despair else 0.0
    few = despair and len(message.text) <= _FEW
    if scores[kind] >= max(least, _URGENT[kind], _URGENT_FEW if few else 0.0):
        return True
    terse = _HEARD_TERSE if len(message.text) <= _TERSE else 0.0
    return scores[HEARD[kind]] >= max(least, terse, _HEARD[kind], _HEARD_FEW if few else 0.0)


def is_praise(message: Message, scores: Scores) -> bool:
    """Tell whether somebody or something of the hospital is praised or thanked."""
    mocked = any(notion.name == "ironic" and not notion.denied for notion in message.notions)
    return scores["praise"] >= (MOCKED_PRAISE if mocked else PRAISE)


def is_dispute(message: Message, scores: Scores) -> bool:
    """Tell whether court, media, a regulator or compensation is threatened."""
    score = scores["dispute_risk"]
    return score >= DISPUTE or (bool(message.blame) and score >= DISPUTE_DOUBT)
