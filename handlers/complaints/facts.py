"""What the complaint desk's talk knows of a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from dialogs.complaints.facts import Facts, Registered, Writer
from dialogs.complaints.filing import ONE_CASE
from dialogs.timing.staffed import staffed
from handlers.appointments.facts import patients_of
from handlers.casework.clocks import WITHDRAWN, promised_until
from handlers.casework.filing import open_complaints
from handlers.desk import Desk
from handlers.human_talk import talk_in
from models.alert import Alert, AlertLevel, AlertStatus
from models.complaint import Complaint
from models.conversation import Conversation
from models.people import ContactPoint, RespondentRole, ResponderRole

_REMEMBERED: Final = 10  # closed ones whose number may still be asked about


@dataclass(frozen=True, slots=True)
class Beside:
    """What goes on beside the desk: an open question of others, a survey's promise, a death."""

    answering: bool = False
    unnamed: bool = False
    mourning: bool = False


async def facts_of(
    desk: Desk,
    conversation: Conversation,
    contact_point: ContactPoint,
    now: datetime,
    *,
    beside: Beside | None = None,
    remembers: bool = True,
) -> Facts:
    """Load what a step can need; the complaints are those filed in this conversation alone."""
    here = beside or Beside()
    opened = await open_complaints(conversation.id)
    return Facts(
        channel=contact_point.system.channel,
        elderly=await _any_elderly(desk, conversation, now),
        last_turn=conversation.turn,
        open=tuple(map(_registered, opened)),
        closed=tuple(map(_registered, await _others(conversation.id, opened))),
        writer=await _writer(conversation),
        disputed=await is_disputed(conversation.id),
        fresh=any(now - case.received_at < ONE_CASE for case in opened),
        led=await talk_in(conversation.id) is not None,
        answering=here.answering,
        unnamed=here.unnamed,
        mourning=here.mourning,
        staffed=staffed(now, desk.calendar, desk.staffed_hours),
        remembers=remembers,
        words={"switchboard": desk.switchboard},
    )


async def is_disputed(conversation_id: UUID) -> bool:
    """Tell whether people have a dispute with this conversation in hand."""
    rows = Alert.filter(conversation_id=conversation_id, level=AlertLevel.DISP, drill=False)
    return await rows.exclude(status=AlertStatus.CLOSED).exists()


def _registered(case: Complaint) -> Registered:
    return Registered(
        number=case.number,
        state=case.state.value,
        owner=case.owner_role.value,
        filed_at=case.received_at,
        contact_due=case.contact_due_at,
        result_due=promised_until(case),
        categories=tuple(case.categories),
        mode=case.mode.value,
        contacted=case.contacted_at is not None,
        ended=case.patient_answer == WITHDRAWN,
    )


async def _others(conversation_id: UUID, opened: list[Complaint]) -> list[Complaint]:
    rows = Complaint.filter(conversation_id=conversation_id)
    others = rows.exclude(id__in=[case.id for case in opened]) if opened else rows
    return await others.order_by("-received_at").limit(_REMEMBERED)


async def _any_elderly(desk: Desk, conversation: Conversation, now: datetime) -> bool:
    today = now.astimezone(desk.staffed_hours.zone).date()
    patients = await patients_of(conversation)
    return any(desk.hours.is_elderly(patient.birth_date, today) for patient in patients)


async def _writer(conversation: Conversation) -> Writer:
    roles = await RespondentRole.filter(respondent_id=conversation.respondent_id, active=True)
    if not roles:
        return Writer.UNKNOWN
    own = any(role.role is ResponderRole.SELF for role in roles)
    return Writer.SELF if own else Writer.FAMILY
