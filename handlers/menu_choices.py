"""Which option somebody pressed in a menu that names it by the turn and its place only."""

from __future__ import annotations

from typing import Final

from handlers.channel_events import point_at
from handlers.contents import content_of
from models.conversation import Conversation, Outgoing
from models.people import System

_LOOK_BACK: Final = 20


async def key_pressed(system: System, address: str, turn: int, place: int) -> str:
    """Return the key of the option as it was shown, empty when that was too long ago."""
    point = await point_at(system, address)
    owner = point.respondent_id if point else None
    conversation = await Conversation.get_or_none(respondent_id=owner)
    if conversation is None:
        return ""
    sent = Outgoing.filter(conversation_id=conversation.id, channel=system.channel)
    for row in await sent.order_by("-position").limit(_LOOK_BACK):
        shown = content_of(row).shown
        options = shown.get("options", [])
        if shown.get("turn") == turn and place < len(options):
            return str(options[place]["key"])
    return ""
