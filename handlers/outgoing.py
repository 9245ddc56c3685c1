"""Writing messages that are to be sent: rows beside the decision, never a send while deciding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tortoise.expressions import Q

from dialogs.actions import Ask, Say
from handlers.contents import Content
from models.conversation import (
    Conversation,
    DeliveryClass,
    Outgoing,
    OutgoingPurpose,
    OutgoingStatus,
)
from models.once import insert_once

QUEUED_RANK = 1
UNSENT = (OutgoingStatus.SUPPRESSED, OutgoingStatus.EXPIRED, OutgoingStatus.FAILED)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message about to be written; `occurrence` names it once and for all.

    `not_before` is when it may go; `expires_at` when it stops being worth sending. What answers
    somebody who is writing has neither.
    """

    body: Ask | Say
    occurrence: str
    purpose: OutgoingPurpose = OutgoingPurpose.REPLY
    delivery_class: DeliveryClass = DeliveryClass.B
    not_before: datetime | None = None
    expires_at: datetime | None = None
    contact_point_id: UUID | None = None
    channel: str = ""
    dialog_id: UUID | None = None
    task_id: UUID | None = None
    appointment_id: UUID | None = None
    patient_id: UUID | None = None
    in_reply_to_id: UUID | None = None
    subject_version: int = 1
    elderly: bool = False


async def write(
    conversation: Conversation, draft: Draft, values: dict[str, str], now: datetime
) -> Outgoing | None:
    """Queue a message at the next place of its conversation; None when it was queued before.

    The caller holds the lock of the conversation; its turn is stored with its position.
    """
    row = Outgoing(
        conversation_id=conversation.id,
        contact_point_id=draft.contact_point_id,
        dialog_id=draft.dialog_id,
        task_id=draft.task_id,
        appointment_id=draft.appointment_id,
        patient_id=draft.patient_id,
        in_reply_to_id=draft.in_reply_to_id,
        position=conversation.position + 1,
        occurrence=draft.occurrence,
        purpose=_purpose(draft),
        delivery_class=draft.delivery_class,
        content=Content(draft.body, values, elderly=draft.elderly).to_json(),
        subject_version=draft.subject_version,
        channel=draft.channel,
        not_before=draft.not_before or now,
        expires_at=draft.expires_at,
        status=OutgoingStatus.QUEUED,
        rank=QUEUED_RANK,
        created_at=now,
    )
    is_new = await insert_once(row)
    conversation.position += is_new
    await conversation.save(update_fields=["position", "turn"])
    return row if is_new else None


async def last_started(patient_id: UUID, *, but_for: UUID | None = None) -> datetime | None:
    """Return when we last started a conversation about a patient, one task's own left out."""
    rows = Outgoing.filter(patient_id=patient_id, purpose=OutgoingPurpose.INITIATED)
    if but_for is not None:
        rows = rows.filter(Q(task_id__isnull=True) | ~Q(task_id=but_for))
    row = await rows.exclude(status__in=UNSENT).order_by("-created_at").first()
    return row.created_at if row else None


async def told_of_review(patient_id: UUID, since: datetime) -> bool:
    """Tell whether a patient has been reminded of a review since an instant."""
    rows = Outgoing.filter(patient_id=patient_id, created_at__gte=since)
    about = Q(occurrence__startswith="review:") | Q(occurrence__startswith="remind:review:")
    return await rows.filter(about).exclude(status__in=UNSENT).exists()


def _purpose(draft: Draft) -> OutgoingPurpose:
    safety = isinstance(draft.body, Say) and draft.body.safety
    return OutgoingPurpose.SAFETY if safety else draft.purpose
