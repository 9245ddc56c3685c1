"""A round falls due: it is begun, repeated, handed to a person, or ended; never dropped."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from dialogs.engine import step
from dialogs.events import Lapsed, Reminded
from dialogs.plans.template import RepeatBy
from dialogs.timing.attempts import AttemptKind, attempts, may_start
from dialogs.timing.spans import local, moment
from handlers.chosen_way import wished_hour
from handlers.conversation_lock import conversation_of
from handlers.conversations import Subject, begin, start_dialog
from handlers.desk import Desk
from handlers.effects import Saving, save
from handlers.found_round import Round, find_round
from handlers.human_talk import talk_in
from handlers.matters import matter_of
from handlers.outgoing import last_started, told_of_review
from handlers.quiet_after_alarm import is_quiet
from handlers.reach import reach
from handlers.tasks import PhoneReason
from handlers.timers import DueKind, Timer, set_timer
from handlers.transcript import ACCEPTED_RANK
from handlers.written_to import addresses_of, next_one
from models.care import FollowUpTask, PlanStatus, RiskTier, TaskStatus
from models.conversation import (
    Conversation,
    Dialog,
    DialogStatus,
    Inbound,
    Outgoing,
    OutgoingPurpose,
)
from models.people import ContactPoint
from models.timetable import Due

# while a person leads the talk, what is due waits and is looked at again
_LATER = timedelta(hours=1)
_A_DAY = timedelta(days=1)


async def begin_round(desk: Desk, due: Due, now: datetime) -> str:
    """Ask for permission to ask: at the right hour, once a day, where there is a proven address."""
    found = await find_round(desk, due, now)
    if found is None or found.task.status is not TaskStatus.PLANNED:
        return "no longer due"
    reason = await found.choose_forms()
    if reason is not None:
        return await found.hand_over(reason)
    moved = await _not_now(found)
    if moved is not None:
        return await _postpone(found, moved, due)
    return await _start(found)


async def _not_now(found: Round) -> datetime | None:
    """Return a later instant if this one is quiet, a festival, or the patient had his message.

    Where a plan asks again within hours, its own opening is not a second conversation.
    """
    hours, calendar = found.desk.hours, found.desk.calendar
    free = hours.next_allowed(found.now, elderly=found.elderly, clinical=True, calendar=calendar)
    wished = await wished_hour(found.encounter, free, hours, elderly=found.elderly)
    if found.now < wished <= found.task.deadline_at:
        return wished
    if free > found.now:
        return free
    own = found.task.id if found.course.attempts.wait < _A_DAY else None
    last = await last_started(found.patient.id, but_for=own)
    today = local(found.now, hours.zone).date()
    tomorrow = moment(today + _A_DAY, local(found.task.due_at).time(), hours.zone)
    at = hours.next_allowed(tomorrow, elderly=found.elderly, clinical=True, calendar=calendar)
    if not may_start(last, found.now, hours.zone):
        return at
    # a day that has brought a word of the review already is spared, if there is another one
    spared = await told_of_review(found.patient.id, moment(today, time(), hours.zone))
    return at if spared and at <= found.task.deadline_at else None


async def _postpone(found: Round, at: datetime, due: Due) -> str:
    if at > found.task.deadline_at:
        return await found.hand_over(PhoneReason.NO_HOURS)
    occurrence = f"{at.isoformat()}"
    await set_timer(_timer(DueKind(due.kind), found.task, at, occurrence))
    return f"moved to {at.isoformat()}"


def _timer(kind: DueKind, task: FollowUpTask, at: datetime, occurrence: str) -> Timer:
    return Timer(kind, task.id, at, occurrence, task.version, task.deadline_at)


async def _start(found: Round) -> str:
    way = await reach(found.desk, found.encounter, found.patient, found.task, found.now)
    if way.contact_point is None:
        return await found.hand_over(way.reason or PhoneReason.UNPROVEN)
    conversation = await conversation_of(way.contact_point.respondent_id)
    subject = Subject.of_round(found.encounter, found.task)
    await start_dialog(found.desk, conversation, way.contact_point, subject, found.now)
    found.task.status = TaskStatus.CONTACTING
    found.task.attempts += 1
    await found.task.save(update_fields=["status", "attempts"])
    await _plan_attempts(found)
    return "begun"


async def _plan_attempts(found: Round) -> None:
    """So many repeats as the plan says, then a person (Part D); all of it before the deadline."""
    kinds = {AttemptKind.REPEAT: DueKind.REPEAT_ROUND, AttemptKind.CALL: DueKind.CALL_ROUND}
    laid = attempts(
        found.now,
        found.schedule,
        hours=found.desk.hours,
        calendar=found.desk.calendar,
        elderly=found.elderly,
        timing=found.course.attempts,
    )
    for attempt in laid:
        if attempt.kind in kinds:
            kind, occurrence = kinds[attempt.kind], str(attempt.number)
            await set_timer(_timer(kind, found.task, attempt.at, occurrence))


async def repeat_round(desk: Desk, due: Due, now: datetime) -> str:
    """Ask again where nobody answered, or whether to go on where the talk broke off (R074)."""
    found = await find_round(desk, due, now)
    talk = await _talk(found) if found else None
    if found is None or talk is None:
        return "no longer due"
    moved = await _not_now(found) or await _after_the_talk(found, talk[0])
    if moved is not None:
        return await _postpone(found, moved, due)
    await _ask_again(desk, talk, now)
    found.task.attempts += 1
    await found.task.save(update_fields=["attempts"])
    return "repeated"


async def _after_the_talk(found: Round, conversation: Conversation) -> datetime | None:
    """Return a later instant while a person or an alarm has the talk: nothing is reminded of."""
    quiet = await is_quiet(conversation.id, found.now)
    if not quiet and await talk_in(conversation.id) is None:
        return None
    at = found.now + _LATER
    hours, calendar = found.desk.hours, found.desk.calendar
    return hours.next_allowed(at, elderly=found.elderly, clinical=True, calendar=calendar)


async def _ask_again(
    desk: Desk, talk: tuple[Conversation, ContactPoint, Dialog], now: datetime
) -> None:
    conversation, contact_point, dialog = talk
    if dialog.status is DialogStatus.WAITING:
        await begin(desk, conversation, contact_point, dialog, now)
        return
    matter = await matter_of(desk, conversation, contact_point, dialog, now)
    state, actions = step(desk.catalog, matter.case, matter.state, Reminded(now))
    saving = Saving(matter, f"repeat:{dialog.id}:{state.turn}", OutgoingPurpose.INITIATED)
    await save(saving, state, actions)


async def _talk(found: Round) -> tuple[Conversation, ContactPoint, Dialog] | None:
    statuses = (DialogStatus.ACTIVE, DialogStatus.WAITING)
    dialog = await Dialog.filter(task_id=found.task.id, status__in=statuses).first()
    if dialog is None:
        return None
    talk = await address_of(found.desk, dialog, found.now)
    if talk is None:
        return None
    conversation, point, dialog = talk
    return conversation, await _other_address(found, dialog, point), dialog


async def address_of(
    desk: Desk, dialog: Dialog, now: datetime
) -> tuple[Conversation, ContactPoint, Dialog] | None:
    """Return a dialog with its conversation, locked, and the address to write to."""
    respondent = (await Conversation.get(id=dialog.conversation_id)).respondent_id
    conversation = await conversation_of(respondent)
    await dialog.refresh_from_db()
    point = next(iter(await addresses_of(desk, [respondent], now)), None)
    return (conversation, point, dialog) if point else None


async def _other_address(found: Round, dialog: Dialog, point: ContactPoint) -> ContactPoint:
    """Ask again as the plan says: by another channel than those that brought no answer (R125)."""
    by = found.course.repeat_by
    if by == RepeatBy.SAME:
        return point
    rows = Outgoing.filter(dialog_id=dialog.id, rank__gte=ACCEPTED_RANK)
    tried = {str(name) for name in await rows.distinct().values_list("channel", flat=True)}
    if await Inbound.filter(dialog_id=dialog.id).exists():
        return point
    known = await addresses_of(found.desk, [point.respondent_id], found.now)
    named = next((other for other in known if other.system.channel == by), None)
    return named or next_one(known, tried) or point


async def call_round(desk: Desk, due: Due, now: datetime) -> str:
    """Messages were not enough: a person calls. An answer may still come and ends the call."""
    found = await find_round(desk, due, now)
    if found is None or found.task.status is TaskStatus.PHONE_LIST:
        return "no longer due"
    return await found.hand_over(found.silence)


async def end_round(desk: Desk, due: Due, now: datetime) -> str:
    """The deadline has passed: the dialog lapses, and what is open is the ward's to call (F51)."""
    found = await find_round(desk, due, now, unreleased=True)
    if found is None:
        return "already ended"
    dialogs = Dialog.filter(
        task_id=found.task.id,
        status__in=(DialogStatus.ACTIVE, DialogStatus.WAITING, DialogStatus.PAUSED),
    )
    for dialog in await dialogs:
        await lapse(desk, dialog, now)
    await found.task.refresh_from_db()
    return await found.hand_over(await _why_open(found))


async def _why_open(found: Round) -> PhoneReason:
    """Say why a round is open at its end."""
    if found.task.status is TaskStatus.PLANNED:
        # the nurse's form needs to know what this round asks
        await found.choose_forms()
        waited = found.plan.status is PlanStatus.WAITING_RELEASE
        return PhoneReason.UNRELEASED if waited else PhoneReason.NEVER_SENT
    silent = found.task.status is TaskStatus.CONTACTING
    high = found.encounter.risk is RiskTier.HIGH
    return PhoneReason.HIGH_RISK_SILENT if silent and high else PhoneReason.DEADLINE


async def lapse(desk: Desk, dialog: Dialog, now: datetime) -> None:
    """End a dialog whose time is over; without an address it just ends."""
    talk = await address_of(desk, dialog, now)
    if talk is None:
        await Dialog.filter(id=dialog.id).update(status=DialogStatus.CLOSED, closed_at=now)
        return
    conversation, contact_point, dialog = talk
    matter = await matter_of(desk, conversation, contact_point, dialog, now)
    state, actions = step(desk.catalog, matter.case, matter.state, Lapsed(now))
    await save(Saving(matter, f"lapse:{dialog.id}"), state, actions)


async def resume_dialog(desk: Desk, due: Due, now: datetime) -> str:
    """The time the patient chose has come."""
    dialog = await Dialog.get_or_none(id=due.subject)
    if dialog is None or dialog.status is not DialogStatus.PAUSED:
        return "no longer due"
    talk = await address_of(desk, dialog, now)
    if talk is None:
        return "no address"
    conversation, contact_point, dialog = talk
    if await talk_in(conversation.id) is not None or await is_quiet(conversation.id, now):
        at = now + _LATER
        again = Timer(DueKind.RESUME_DIALOG, dialog.id, at, at.isoformat(), stops_at=due.stops_at)
        await set_timer(again)
        return "a person or an alarm has the talk"
    await begin(desk, conversation, contact_point, dialog, now, OutgoingPurpose.REPLY)
    return "resumed"
