"""A talk with a person is a consultation: at its end a review that is due is offered (R082)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from handlers.appointments.wishes import offer_review
from handlers.desk import Desk
from handlers.matters import matter_about
from handlers.standing_alarm import standing_alarm
from models.alert import Alert, AlertLevel
from models.conversation import Conversation, Dialog, DialogStatus
from models.people import ContactPoint, Patient
from models.room import HumanTalk

# nobody is offered a visit after an emergency, a dispute or rage
_CARED_FOR: Final = (AlertLevel.L2, AlertLevel.L3, AlertLevel.Q)


async def offer_review_after(
    desk: Desk,
    conversation: Conversation,
    point: ContactPoint,
    talk: HumanTalk,
    now: datetime,
) -> None:
    """Offer to book the review once the talk is over, unless something else is being asked.

    The caller holds the conversation's lock; a review is offered once a stay.
    """
    reachable = point.wrong_at is None and point.opted_out_at is None
    patient = await Patient.get_or_none(id=talk.patient_id, deceased_at__isnull=True)
    if patient is None or not reachable or not await _was_of_care(talk):
        return
    asked = Dialog.filter(conversation_id=conversation.id, status=DialogStatus.ACTIVE)
    if await asked.exists() or await standing_alarm(conversation.id) is not None:
        return
    await offer_review(await matter_about(desk, conversation, point, patient, now))


async def _was_of_care(talk: HumanTalk) -> bool:
    alert = await Alert.get_or_none(id=talk.alert_id)
    return alert is None or alert.level in _CARED_FOR
