"""The one dialog a desk keeps with a conversation, taken up again whenever it is needed."""

from __future__ import annotations

from datetime import datetime

from models.conversation import Conversation, Dialog, DialogKind, DialogStatus
from models.people import RespondentRole


async def kept_dialog(conversation: Conversation, kind: DialogKind) -> Dialog | None:
    """Return a desk's dialog if there has ever been one."""
    rows = Dialog.filter(conversation_id=conversation.id, kind=kind)
    return await rows.order_by("started_at").first()


async def keep_dialog(
    conversation: Conversation, kind: DialogKind, state: str, now: datetime
) -> Dialog | None:
    """Return a desk's dialog, made at rest when it is first needed; None without any patient.

    The caller holds the lock of the conversation, so there are never two.
    """
    found = await kept_dialog(conversation, kind)
    if found is not None:
        return found
    roles = RespondentRole.filter(respondent_id=conversation.respondent_id, active=True)
    role = await roles.order_by("id").first()
    if role is None:
        return None
    return await Dialog.create(
        conversation_id=conversation.id,
        patient_id=role.patient_id,
        kind=kind,
        state=state,
        status=DialogStatus.CLOSED,
        started_at=now,
        updated_at=now,
    )
