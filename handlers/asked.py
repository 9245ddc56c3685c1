"""Which questions on somebody's screen the last message has answered: their buttons may go."""

from __future__ import annotations

from uuid import UUID

from handlers.contents import content_of
from handlers.transcript import ACCEPTED_RANK
from models.conversation import Inbound, Outgoing


async def questions_answered(conversation_id: UUID, channel: str) -> tuple[str, ...]:
    """Return the provider's ids of what was asked with buttons between the last two messages.

    Nothing needs to be kept for it, so any process can take the buttons away; each question is
    returned for one message alone.
    """
    heard = Inbound.filter(conversation_id=conversation_id, channel=channel)
    places = await heard.order_by("-position").limit(2).values_list("position", flat=True)
    if not places:
        return ()
    last, before = int(str(places[0])), int(str(places[1])) if len(places) > 1 else 0
    asked = Outgoing.filter(
        conversation_id=conversation_id,
        channel=channel,
        rank__gte=ACCEPTED_RANK,
        position__gt=before,
        position__lt=last,
    )
    rows = await asked.exclude(provider_id="").order_by("position")
    with_buttons = [row.provider_id for row in rows if content_of(row).shown.get("options")]
    return tuple(dict.fromkeys(with_buttons))
