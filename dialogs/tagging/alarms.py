"""What alarms people: the red flags of the rules, and what only the weights of the tagger hear."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from dialogs.tagging.danger import find_danger
from dialogs.tagging.red_flag import Danger
from dialogs.tagging.tags import UrgentType

HEARD: Final = "heard"
_LONGEST_WORDS: Final = 60
_SHORTEST: Final = 3  # 撑够了
_NOW: Final = "L1"
# the kinds by which the rules call them, and what is answered at once
_KINDS: Final = {
    UrgentType.CLINICAL: ("heard", "M-RF1"),
    UrgentType.SELF_HARM: ("crisis", "M-CRISIS"),
    UrgentType.VIOLENCE: ("violence", "M-VIOLENCE"),
}


def alarms_in(
    text: str,
    urgent: Collection[UrgentType] = (),
    *,
    tags: frozenset[str] = frozenset(),
    asked: str = "",
) -> tuple[Danger, ...]:
    """Return every red flag, the most urgent first; `urgent` is what the tagger made of the text.

    A danger nobody wrote a rule for alarms all the same: a false alarm costs a click, a missed one
    a life. Where the rules have judged it (somebody else's, over, only supposed) they are believed,
    but for a crisis.
    """
    found = find_danger(text, tags=tags, asked=asked)
    kinds = {danger.kind for danger in found}
    # a word or two answers a question; weights alone are no reason to alarm over it
    wordy = len(text.strip()) >= _SHORTEST
    judged = any(danger.check or danger.level in (_NOW, "") for danger in found)
    missed = [
        kind
        for kind in UrgentType
        if wordy
        and kind in urgent
        and _KINDS[kind][0] not in kinds
        and (kind is UrgentType.SELF_HARM or not judged)
    ]
    return (*(_alarm(kind, text) for kind in missed), *found)


def _alarm(kind: UrgentType, text: str) -> Danger:
    name, message = _KINDS[kind]
    return Danger(_NOW, name, message, text[:_LONGEST_WORDS], check=False, rule=HEARD)
