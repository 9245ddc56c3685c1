"""Whether a message is a danger, as every desk asks before it takes words for its own."""

from __future__ import annotations

from dialogs.tagging.alarms import alarms_in
from dialogs.tagging.danger import Danger
from handlers.matters import Matter


def red_flags(matter: Matter, text: str, asked: str = "") -> tuple[Danger, ...]:
    """Return what alarms people in the message a matter is about; `asked` is the item asked."""
    return alarms_in(text, matter.urgent, tags=matter.case.tags, asked=asked)
