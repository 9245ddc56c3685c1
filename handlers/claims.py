"""Taking an alert in hand: the first who claims has it, the patient hears who calls and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from dialogs.actions import Say
from dialogs.timing import local, promise_text
from handlers.alerts import note
from handlers.answering import last_address
from handlers.desk import Desk
from handlers.outgoing import Draft, write
from handlers.room.alert_posts import post_entry
from handlers.scope import CLINICAL_LEVELS, may_close, may_open_alert
from handlers.silence import give_to_all, watch_claim
from handlers.staff_words import staff_words
from models.alert import Alert, AlertEntry, AlertEvent, AlertStatus
from models.conversation import Conversation, DeliveryClass, OutgoingPurpose
from models.hospital import StaffMember
from models.people import Patient
from models.room import PostKind
from models.unit import lock_row, unit_of_work

LONGEST_REPLY: Final = 500


class Refusal(StrEnum):
    """Why an alert was left as it was; the words for people are in console.toml."""

    NOT_ALLOWED = "not_allowed"
    NOT_LICENSED = "not_licensed"
    CLAIM_FIRST = "claim_first"
    CLOSED = "closed"
    NOBODY_TO_WRITE_TO = "nobody_to_write_to"
    EMPTY = "empty"
    INCOMPLETE = "incomplete"
    ACCUSED = "accused"
    SAME_OFFICE = "same_office"
    NO_SUCH_OFFICE = "no_such_office"
    ASKED_ALREADY = "asked_already"
    NOT_ANSWERED = "not_answered"
    NOT_OPEN = "not_open"
    NOT_CLOSED = "not_closed"
    TOO_EARLY = "too_early"
    ACCEPT_MISSING = "accept_missing"
    UNFINISHED = "unfinished"
    WAYS_NEEDED = "ways_needed"
    NO_TWIN = "no_twin"
    BEYOND_LAW = "beyond_law"
    NO_CONTACT = "no_contact"
    REASON_NEEDED = "reason_needed"
    TAKEN = "taken"
    SAME_DEPARTMENT = "same_department"
    NO_SUCH_DEPARTMENT = "no_such_department"
    TOO_LONG = "too_long"


@dataclass(frozen=True, slots=True)
class Claim:
    """Who has the alert now; `taken` when it is the one who asked."""

    taken: bool
    taken_by: str
    taken_at: datetime | None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """What came of an alert: confirmed or not, and what was done."""

    verdict: str
    outcome: str
    note: str = ""


async def claim(
    alert_id: UUID, staff: StaffMember, promise_at: datetime | None, desk: Desk, now: datetime
) -> Claim:
    """Take an open alert; of several who try at once one gets it, the others hear who.

    With a promised time the patient is told who calls until when (M-RF-ACK), once a claim, and
    only about danger: nothing is promised before a person has taken the alert. A claim nothing is
    heard of goes back by itself.
    """
    return await unit_of_work(lambda: _claim(alert_id, staff, promise_at, desk, now))


async def hand_back(alert_id: UUID, staff: StaffMember, now: datetime) -> Refusal | None:
    """Give an alert back to all; a ladder that has gone on meanwhile is taken at once."""
    return await unit_of_work(lambda: _hand_back(alert_id, staff, now))


async def note_call(alert_id: UUID, staff: StaffMember, now: datetime) -> Refusal | None:
    """Record that the patient was called, as promised."""
    return await unit_of_work(lambda: _note_call(alert_id, staff, now))


async def reply_to_patient(
    alert_id: UUID, staff: StaffMember, text: str, once: str, desk: Desk, now: datetime
) -> Refusal | None:
    """Answer the patient through the bot; `once` names this reply, so a second click sends none.

    The words of staff are a value, never a template.
    """
    words = text.strip()[:LONGEST_REPLY]
    if not words:
        return Refusal.EMPTY
    return await unit_of_work(lambda: _reply(alert_id, staff, words, once, desk, now))


async def close_alert(
    alert_id: UUID, staff: StaffMember, closing: Closing, now: datetime
) -> Refusal | None:
    """Close an alert with a verdict and an outcome; L1 and L2 want a licence (R256)."""
    words = staff_words()
    if closing.verdict not in words.verdicts or closing.outcome not in words.outcomes:
        return Refusal.INCOMPLETE
    return await unit_of_work(lambda: _close(alert_id, staff, closing, now))


async def _claim(
    alert_id: UUID, staff: StaffMember, promise_at: datetime | None, desk: Desk, now: datetime
) -> Claim:
    alert = await Alert.get(id=alert_id)
    if not may_open_alert(staff, alert):
        return Claim(taken=False, taken_by="", taken_at=None, refusal=Refusal.NOT_ALLOWED)
    # the conversation is locked before the alert, as by everybody who is writing to it
    conversation = await _conversation(alert) if promise_at else None
    won = await Alert.filter(id=alert_id, status=AlertStatus.OPEN).update(
        status=AlertStatus.CLAIMED,
        claimed_by_id=staff.id,
        claimed_at=now,
        promise_at=promise_at,
        escalate_at=None,
    )
    if not won:
        return await _lost(alert_id, staff, now)
    entry = await note(alert, AlertEvent.CLAIMED, now, staff_id=staff.id)
    await post_entry(alert, entry, PostKind.CLAIMED, "S-CLAIMED", now, name=staff.name)
    await watch_claim(desk, alert, now, promise_at)
    if conversation is not None and promise_at is not None:
        await _promise(alert, conversation, staff, promise_at, desk, now)
    return Claim(taken=True, taken_by=staff.name, taken_at=now)


async def _lost(alert_id: UUID, staff: StaffMember, now: datetime) -> Claim:
    alert = await Alert.get(id=alert_id).prefetch_related("claimed_by")
    holder = alert.claimed_by
    if alert.status == AlertStatus.CLAIMED and alert.claimed_by_id == staff.id:
        return Claim(taken=True, taken_by=staff.name, taken_at=alert.claimed_at)
    await note(alert, AlertEvent.LOST_CLAIM, now, staff_id=staff.id)
    refusal = Refusal.CLOSED if alert.status == AlertStatus.CLOSED else None
    return Claim(
        taken=False,
        taken_by=holder.name if holder else "",
        taken_at=alert.claimed_at,
        refusal=refusal,
    )


async def _promise(
    alert: Alert,
    conversation: Conversation,
    staff: StaffMember,
    promise_at: datetime,
    desk: Desk,
    now: datetime,
) -> None:
    if alert.level not in CLINICAL_LEVELS:
        return
    due = promise_text(promise_at, now, language=desk.language)
    values = {"caller": staff_words(desk.language).caller(staff), "due": due}
    said = Say("M-RF-ACK", {}, safety=True)
    draft = await _draft(alert, conversation, said, await _ack(alert), desk, now)
    await write(conversation, draft, values, now)


async def _ack(alert: Alert) -> str:
    """Name the promise: who takes an alert that came back tells the patient anew."""
    back = (AlertEvent.TRANSFERRED, AlertEvent.RETURNED, AlertEvent.MOVED)
    again = await AlertEntry.filter(alert_id=alert.id, event__in=back).count()
    return f"ack:{alert.id}:{again}" if again else f"ack:{alert.id}"


async def _draft(
    alert: Alert,
    conversation: Conversation,
    said: Say,
    occurrence: str,
    desk: Desk,
    now: datetime,
) -> Draft:
    point = await last_address(conversation)
    patient = await Patient.get_or_none(id=alert.patient_id)
    return Draft(
        said,
        occurrence,
        purpose=OutgoingPurpose.STAFF,
        delivery_class=DeliveryClass.A,
        contact_point_id=point.id if point else None,
        channel=point.system.channel if point else "",
        dialog_id=alert.dialog_id,
        task_id=alert.task_id,
        patient_id=alert.patient_id,
        elderly=desk.hours.is_elderly(patient.birth_date if patient else None, local(now).date()),
    )


async def _conversation(alert: Alert) -> Conversation | None:
    if alert.conversation_id is None:
        return None
    return await lock_row(await Conversation.get(id=alert.conversation_id))


async def _hand_back(alert_id: UUID, staff: StaffMember, now: datetime) -> Refusal | None:
    alert = await lock_row(await Alert.get(id=alert_id))
    if (refusal := in_whose_hand(alert, staff)) is not None:
        return refusal
    await give_to_all(alert)
    entry = await note(alert, AlertEvent.TRANSFERRED, now, staff_id=staff.id)
    await post_entry(alert, entry, PostKind.ALERT, "S-BACK", now, name=staff.name)
    return None


async def _note_call(alert_id: UUID, staff: StaffMember, now: datetime) -> Refusal | None:
    alert = await lock_row(await Alert.get(id=alert_id))
    refusal = in_whose_hand(alert, staff)
    if refusal is None:
        await note(alert, AlertEvent.CALLED, now, staff_id=staff.id)
    return refusal


async def _reply(
    alert_id: UUID, staff: StaffMember, text: str, once: str, desk: Desk, now: datetime
) -> Refusal | None:
    alert = await Alert.get(id=alert_id)
    conversation = await _conversation(alert)
    alert = await lock_row(alert)
    if (refusal := in_whose_hand(alert, staff)) is not None:
        return refusal
    if conversation is None:
        return Refusal.NOBODY_TO_WRITE_TO
    values = {"caller": staff_words(desk.language).caller(staff), "text": text}
    said, occurrence = Say("M-STAFF", {}), f"staff:{alert.id}:{once}"
    draft = await _draft(alert, conversation, said, occurrence, desk, now)
    if await write(conversation, draft, values, now) is not None:
        await note(alert, AlertEvent.REPLIED, now, staff_id=staff.id, detail=text)
    return None


def in_whose_hand(alert: Alert, staff: StaffMember) -> Refusal | None:
    """Say why somebody may not act on an alert: it is closed, or not in this person's hand."""
    if alert.status == AlertStatus.CLOSED:
        return Refusal.CLOSED
    mine = alert.status == AlertStatus.CLAIMED and alert.claimed_by_id == staff.id
    return None if mine else Refusal.CLAIM_FIRST


async def _close(
    alert_id: UUID, staff: StaffMember, closing: Closing, now: datetime
) -> Refusal | None:
    alert = await lock_row(await Alert.get(id=alert_id))
    if not may_open_alert(staff, alert):
        return Refusal.NOT_ALLOWED
    if not may_close(staff, alert):
        return Refusal.NOT_LICENSED
    if alert.status == AlertStatus.CLOSED:
        return Refusal.CLOSED
    alert.status, alert.escalate_at = AlertStatus.CLOSED, None
    alert.closed_by_id, alert.closed_at = staff.id, now
    alert.verdict, alert.outcome, alert.note = closing.verdict, closing.outcome, closing.note
    await alert.save()
    detail = f"{closing.verdict},{closing.outcome}"
    entry = await note(alert, AlertEvent.CLOSED, now, staff_id=staff.id, detail=detail)
    await post_entry(alert, entry, PostKind.CLOSED, "S-CLOSED", now, name=staff.name)
    return None
