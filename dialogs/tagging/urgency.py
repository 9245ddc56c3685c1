"""Must somebody look within minutes? Red flags now, self-harm, violence."""

from __future__ import annotations

from typing import Final

from dialogs.tagging.danger import Danger
from dialogs.tagging.tags import Evidence, UrgentType

_NOW: Final = "L1"
_CRISES: Final = {"crisis": UrgentType.SELF_HARM, "violence": UrgentType.VIOLENCE}


def urgent_kinds(dangers: tuple[Danger, ...]) -> tuple[UrgentType, ...]:
    """Return why a message is urgent, in the order of `UrgentType`; empty if it is not."""
    found = {_kind(danger) for danger in dangers if _is_now(danger)}
    return tuple(kind for kind in UrgentType if kind in found)


def urgent_words(dangers: tuple[Danger, ...]) -> tuple[Evidence, ...]:
    """Return the words behind each reason."""
    return tuple(Evidence(_kind(danger), danger.words) for danger in dangers if _is_now(danger))


def _is_now(danger: Danger) -> bool:
    return danger.level == _NOW and not danger.check


def _kind(danger: Danger) -> UrgentType:
    return _CRISES.get(danger.kind, UrgentType.CLINICAL)
