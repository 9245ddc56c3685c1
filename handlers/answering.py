"""By which address staff answer somebody: where they last wrote from, or were last reached."""

from __future__ import annotations

from models.conversation import Conversation, Inbound, Outgoing
from models.people import ContactPoint


async def last_address(conversation: Conversation) -> ContactPoint | None:
    """Return the address a conversation was last held on; None when it never was."""
    known = {"conversation_id": conversation.id, "contact_point_id__not_isnull": True}
    for rows in (Inbound.filter(**known), Outgoing.filter(**known)):
        row = await rows.order_by("-position").first()
        if row is not None:
            return await ContactPoint.get(id=row.contact_point_id)
    points = ContactPoint.filter(respondent_id=conversation.respondent_id, wrong_at__isnull=True)
    return await points.filter(verified_at__not_isnull=True).order_by("-verified_at").first()
