"""Passing a talk on: to anybody, to a colleague, to the other desk."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from dialogs.levels import Level
from handlers.alerts import RaisedAlert, note, raise_alert
from handlers.booking.consult import consult
from handlers.booking.consult_desk import HANDED, Outcome
from handlers.claims import Refusal
from handlers.desk import Desk
from handlers.human_talk import ASKED_FOR, open_talks, watch_untaken
from handlers.human_talk_consult import close_beside, give_back_beside
from handlers.human_talk_desk import InHand, close_question, in_hand, take_talk
from handlers.human_talk_scope import may_talk
from handlers.silence import give_to_all
from models.alert import Alert, AlertEvent, AlertStatus
from models.care import Encounter
from models.hospital import StaffMember
from models.office import ConsultReason
from models.room import HumanTalk, TalkDesk
from models.unit import lock, unit_of_work


async def give_talk_back(talk_id: UUID, staff: StaffMember, now: datetime) -> Refusal | None:
    """Let somebody else take the talk."""

    async def work() -> Refusal | None:
        found = await in_hand(talk_id, staff)
        if isinstance(found, Refusal):
            return found
        await release(found.talk, staff, now)
        return None

    return await unit_of_work(work)


async def hand_on(
    talk_id: UUID, staff: StaffMember, to: StaffMember, desk: Desk, now: datetime
) -> Refusal | None:
    """Give the talk to a colleague who may lead it."""

    async def work() -> Refusal | None:
        found = await in_hand(talk_id, staff)
        if isinstance(found, Refusal):
            return found
        if not to.active or not await may_talk(to, found.talk):
            return Refusal.NOT_ALLOWED
        await release(found.talk, staff, now)
        taking = await take_talk(talk_id, to, desk, now)
        return None if taking.taken else Refusal.TAKEN

    return await unit_of_work(work)


async def hand_to_desk(
    talk_id: UUID, staff: StaffMember, to: TalkDesk, desk: Desk, now: datetime
) -> Refusal | None:
    """Give the talk to the ward, with an alert of its own, or to the consult room, with a task."""

    async def work() -> Refusal | None:
        found = await in_hand(talk_id, staff)
        if isinstance(found, Refusal):
            return found
        talk = found.talk
        if talk.for_desk is to:
            return Refusal.SAME_DEPARTMENT
        if to is TalkDesk.WARD:
            await close_beside(talk, staff, Outcome.OTHER, now)
            await _to_ward(found, desk, now)
        else:
            await _to_consult_room(found, staff, desk, now)
        talk.for_desk, talk.staff_id, talk.taken_at = to, None, None
        await talk.save(update_fields=["for_desk", "staff_id", "taken_at", "alert_id"])
        await watch_untaken(talk, now)
        return None

    return await unit_of_work(work)


async def release(talk: HumanTalk, staff: StaffMember, now: datetime) -> None:
    """Take a talk out of somebody's hands, with the alert or task it came from."""
    await open_talks().filter(id=talk.id).update(staff_id=None, taken_at=None)
    if talk.alert_id is None:
        await give_back_beside(talk, staff, now)
        await watch_untaken(talk, now)
        return
    alert = await lock(Alert.filter(id=talk.alert_id)).get()
    if alert.status == AlertStatus.CLAIMED and alert.claimed_by_id == staff.id:
        await give_to_all(alert)
        await note(alert, AlertEvent.TRANSFERRED, now, staff_id=staff.id)


async def _to_ward(found: InHand, desk: Desk, now: datetime) -> None:
    talk = found.talk
    stays = Encounter.filter(patient_id=talk.patient_id, withdrawn_at__isnull=True)
    stay = await stays.order_by("-discharged_on", "-created_at").first()
    alert = await raise_alert(
        desk,
        RaisedAlert(
            Level.Q,
            f"{ASKED_FOR}handed_on",
            f"talk-ward:{talk.id}:{now.isoformat()}",
            conversation_id=found.conversation.id,
            encounter_id=stay.id if stay else None,
            patient_id=talk.patient_id,
            department_id=stay.department_id if stay else None,
        ),
        now,
    )
    talk.alert_id = alert.id


async def _to_consult_room(found: InHand, staff: StaffMember, desk: Desk, now: datetime) -> None:
    talk = found.talk
    await consult(
        desk,
        ConsultReason.ASKED,
        occurrence=f"{HANDED}:{talk.id}:{now.isoformat()}",
        now=now,
        patient_id=talk.patient_id,
        conversation_id=found.conversation.id,
    )
    # off the talk first, so that closing the ward's question does not end the talk
    await open_talks().filter(id=talk.id).update(alert_id=None)
    await close_question(talk, staff, now)
    talk.alert_id = None
