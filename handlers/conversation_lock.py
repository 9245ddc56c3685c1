"""The conversation of a respondent: the row that is locked while anything of it is handled."""

from __future__ import annotations

from uuid import UUID

from models.conversation import Conversation
from models.once import insert_once
from models.unit import lock


async def conversation_of(respondent_id: UUID) -> Conversation:
    """Return the respondent's conversation, locked; the first message makes it."""
    known = lock(Conversation.filter(respondent_id=respondent_id))
    found = await known.get_or_none()
    if found is not None:
        return found
    await insert_once(Conversation(respondent_id=respondent_id))
    return await known.get()
