"""What only the complaint office is to read: words of who complains and must not be known."""

from __future__ import annotations

from typing import Final

from dialogs.complaints.filing import HANDLING
from dialogs.complaints.phrases import scolds, wants_secrecy
from dialogs.complaints.precedence import Concern, concern_of, named
from handlers.complaints.ear import Ear
from models.complaint import ComplaintMode

# what M-CMP1 offers: its number, how it stands, to be unnamed, to take it back, to add to it
OF_THE_OFFICE: Final = frozenset(
    {
        Concern.NUMBER,
        Concern.TAKES_BACK,
        Concern.PROGRESS,
        Concern.SECRECY,
        Concern.OPENNESS,
        Concern.ADDS,
    }
)


def is_secret(ear: Ear) -> bool:
    """Tell whether words complain, without danger in them, and the ward must not see who writes.

    That nobody comes or calls is what an alarm needs, whoever complained before.
    """
    if ear.graver or ear.blames:
        return False
    concern = concern_of(ear.text, ear.tags, ear.facts, ear.state)
    if concern in (Concern.FILES, Concern.SECRECY) and wants_secrecy(ear.text):
        return True
    return _is_unnamed(ear) and _is_about_the_case(ear, concern)


def _is_unnamed(ear: Ear) -> bool:
    cases = ear.facts.open
    return ear.state.anonymous or any(case.mode == ComplaintMode.ANONYMOUS for case in cases)


def _is_about_the_case(ear: Ear, concern: Concern) -> bool:
    if concern is Concern.DISCONTENT:
        return scolds(ear.text) or not named(ear.tags) <= HANDLING
    return concern is Concern.FILES or concern in OF_THE_OFFICE
