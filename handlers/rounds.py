"""A round falls due: it is begun, repeated, handed to a person, or ended; never dropped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dialogs.engine import step
from dialogs.events import Lapsed, Reminded
from dialogs.timing.attempts import AttemptKind, attempts, may_start
from dialogs.timing.rounds import Schedule
from dialogs.timing.spans import local, moment
from handlers.conversation_lock import conversation_of
from handlers.conversations import Subject, begin, start_dialog
from handlers.desk import Desk
from handlers.effects import Saving, save
from handlers.forms import forms_for, unsigned
from handlers.human_talk import talk_in
from handlers.matters import matter_of
from handlers.outgoing import last_started
from handlers.quiet_after_alarm import is_quiet
from handlers.reach import reach
from handlers.tasks import OPEN, PhoneReason, to_phone_list
from handlers.timers import DueKind, Timer, set_timer
from handlers.transcript import ACCEPTED_RANK
from handlers.written_to import addresses_of, next_one
from models.care import Encounter, FollowUpPlan, FollowUpTask, PlanStatus, TaskStatus
from models.conversation import (
    Conversation,
    Dialog,
    DialogStatus,
    Inbound,
    Outgoing,
    OutgoingPurpose,
)
from models.people import ContactPoint, Patient
from models.timetable import Due

# while a person leads the talk, what is due waits and is looked at again
_LATER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Round:
    """A round with what it is about."""

    desk: Desk
    task: FollowUpTask
    encounter: Encounter
    patient: Patient
    now: datetime

    @property
    def elderly(self) -> bool:
        """Whether the elderly variant and window hold."""
        return self.desk.hours.is_elderly(self.patient.birth_date, local(self.now).date())

    @property
    def schedule(self) -> Schedule:
        """Its days."""
        return Schedule(self.task.due_at, self.task.deadline_at, self.task.festival)


async def find_round(desk: Desk, due: Due, now: datetime) -> Round | None:
    """Load the round a timer is about; None when it has moved or ended since."""
    task = await FollowUpTask.get_or_none(id=due.subject)
    if task is None or task.version != due.version or task.status not in OPEN:
        return None
    plan = await FollowUpPlan.get(id=task.plan_id)
    if plan.status is not PlanStatus.ACTIVE:
        return None
    encounter = await Encounter.get(id=task.encounter_id)
    return Round(desk, task, encounter, await Patient.get(id=encounter.patient_id), now)


async def begin_round(desk: Desk, due: Due, now: datetime) -> str:
    """Ask for permission to ask: at the right hour, once a day, where there is a proven address."""
    found = await find_round(desk, due, now)
    if found is None or found.task.status is not TaskStatus.PLANNED:
        return "no longer due"
    reason = await _choose_forms(found)
    if reason is not None:
        await to_phone_list(found.task, reason, now)
        return f"phone list: {reason}"
    moved = await _not_now(found)
    if moved is not None:
        return await _postpone(found, moved, due)
    return await _start(found)


async def _choose_forms(found: Round) -> PhoneReason | None:
    plan = await FollowUpPlan.get(id=found.task.plan_id)
    forms = forms_for(plan.template, found.task.round, found.encounter, elderly=found.elderly)
    if not forms:
        return PhoneReason.ELDERLY_ROUND
    found.task.forms = list(forms)
    await found.task.save(update_fields=["forms"])
    return PhoneReason.UNAPPROVED if unsigned(found.desk, forms) else None


async def _not_now(found: Round) -> datetime | None:
    """Return a later instant if this one is quiet, a festival, or the patient had his message."""
    hours, calendar = found.desk.hours, found.desk.calendar
    free = hours.next_allowed(found.now, elderly=found.elderly, clinical=True, calendar=calendar)
    if free > found.now:
        return free
    last = await last_started(found.patient.id)
    if may_start(last, found.now, hours.zone):
        return None
    tomorrow = local(found.now).date() + timedelta(days=1)
    at = moment(tomorrow, local(found.task.due_at).time(), hours.zone)
    return hours.next_allowed(at, elderly=found.elderly, clinical=True, calendar=calendar)


async def _postpone(found: Round, at: datetime, due: Due) -> str:
    if at > found.task.deadline_at:
        await to_phone_list(found.task, PhoneReason.NO_HOURS, found.now)
        return "phone list: no hour left"
    occurrence = f"{at.isoformat()}"
    await set_timer(_timer(DueKind(due.kind), found.task, at, occurrence))
    return f"moved to {at.isoformat()}"


def _timer(kind: DueKind, task: FollowUpTask, at: datetime, occurrence: str = "1") -> Timer:
    return Timer(kind, task.id, at, occurrence, task.version, task.deadline_at)


async def _start(found: Round) -> str:
    way = await reach(found.desk, found.encounter, found.patient, found.task, found.now)
    if way.contact_point is None:
        reason = way.reason or PhoneReason.UNPROVEN
        await to_phone_list(found.task, reason, found.now)
        return f"phone list: {reason}"
    conversation = await conversation_of(way.contact_point.respondent_id)
    subject = Subject.of_round(found.encounter, found.task)
    await start_dialog(found.desk, conversation, way.contact_point, subject, found.now)
    found.task.status = TaskStatus.CONTACTING
    found.task.attempts += 1
    await found.task.save(update_fields=["status", "attempts"])
    await _plan_attempts(found)
    return "begun"


async def _plan_attempts(found: Round) -> None:
    """A repeat the next day, then a person (Part D); all of it before the deadline."""
    kinds = {AttemptKind.REPEAT: DueKind.REPEAT_ROUND, AttemptKind.CALL: DueKind.CALL_ROUND}
    laid = attempts(
        found.now,
        found.schedule,
        hours=found.desk.hours,
        calendar=found.desk.calendar,
        elderly=found.elderly,
    )
    for attempt in laid:
        if attempt.kind in kinds:
            await set_timer(_timer(kinds[attempt.kind], found.task, attempt.at))


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
    """Ask again by another channel than the ones that brought no answer (Part D, R125)."""
    rows = Outgoing.filter(dialog_id=dialog.id, rank__gte=ACCEPTED_RANK)
    tried = {str(name) for name in await rows.distinct().values_list("channel", flat=True)}
    if await Inbound.filter(dialog_id=dialog.id).exists():
        return point
    known = await addresses_of(found.desk, [point.respondent_id], found.now)
    return next_one(known, tried) or point


async def call_round(desk: Desk, due: Due, now: datetime) -> str:
    """Messages were not enough: a person calls. An answer may still come and ends the call."""
    found = await find_round(desk, due, now)
    if found is None or found.task.status is TaskStatus.PHONE_LIST:
        return "no longer due"
    await to_phone_list(found.task, PhoneReason.NO_ANSWER, now)
    return "phone list: no answer"


async def end_round(desk: Desk, due: Due, now: datetime) -> str:
    """The deadline has passed: the dialog lapses, and what is open is the ward's to call (F51)."""
    found = await find_round(desk, due, now)
    if found is None:
        return "already ended"
    dialogs = Dialog.filter(
        task_id=found.task.id,
        status__in=(DialogStatus.ACTIVE, DialogStatus.WAITING, DialogStatus.PAUSED),
    )
    for dialog in await dialogs:
        await _lapse(desk, dialog, now)
    await found.task.refresh_from_db()
    reason = PhoneReason.DEADLINE
    if found.task.status is TaskStatus.PLANNED:
        # the nurse's form needs to know what this round asks
        await _choose_forms(found)
        reason = PhoneReason.NEVER_SENT
    await to_phone_list(found.task, reason, now)
    return f"phone list: {reason}"


async def _lapse(desk: Desk, dialog: Dialog, now: datetime) -> None:
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
