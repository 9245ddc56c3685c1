"""Who was drawn for the week is asked by message whether anybody was in touch (R040, R188, M13).

It is the least of what we begin: it goes on a day without any other word of ours, and what is not
answered by the end of that day is for the offices to phone.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from dialogs.timing.attempts import may_start
from dialogs.timing.spans import local, moment
from handlers.conversation_lock import conversation_of
from handlers.conversations import Subject, health_dialogs, start_dialog
from handlers.desk import Desk
from handlers.forms import unsigned
from handlers.human_talk import talk_in
from handlers.opting_out import refuses_surveys
from handlers.outgoing import last_started, told_of_review
from handlers.quiet_after_alarm import is_quiet
from handlers.reach import reach
from handlers.reports.period import Period
from handlers.rounds import lapse
from handlers.timers import DueKind, Timer, set_timer
from handlers.verification import BY_MESSAGE, FORM, take_round_answers
from handlers.verification_sample import draw_of_week
from models.care import Encounter, FollowUpPlan, FollowUpTask, PlanStatus, TaskStatus
from models.conversation import Conversation, Dialog, DialogStatus
from models.people import ContactPoint, Patient
from models.timetable import Due
from models.ward_week import Verification

_A_WEEK: Final = timedelta(days=7)
_A_DAY: Final = timedelta(days=1)
_ASKED_WITHIN: Final = timedelta(days=5)
_LATER: Final = timedelta(hours=1)
_MORNING: Final = time(9)
# answers to less than two hours of a day would be few
_TOO_LATE: Final = time(18)
_OPEN: Final = (DialogStatus.ACTIVE, DialogStatus.WAITING, DialogStatus.PAUSED)
_AT_REST: Final = (PlanStatus.PAUSED, PlanStatus.STOPPED, PlanStatus.WAITING_RELEASE)
_REFUSED: Final = "F2"


def week_before(day: date) -> Period:
    """Return the week, Monday to Sunday, before the one of a day."""
    monday = day - timedelta(days=day.weekday()) - _A_WEEK
    return Period(monday, monday + _A_WEEK - _A_DAY)


async def draw_sample(desk: Desk, due: Due, now: datetime) -> str:
    """Draw the week's sample and have those written to who may be; the hospital says how many."""
    if not desk.sample_weekly:
        return "off"
    drawn = await draw_of_week(week_before(local(due.due_at).date()), desk.sample_weekly, now)
    await take_round_answers()
    for row in drawn:
        await set_timer(Timer(DueKind.ASK_IF_CONTACTED, row, now, stops_at=now + _ASKED_WITHIN))
    return f"{len(drawn)} drawn"


async def ask_if_contacted(desk: Desk, due: Due, now: datetime) -> str:
    """Ask one patient; whoever may not be written to now is looked at again, or phoned."""
    row = await Verification.get_or_none(id=due.subject, answer=None, asked_at=None)
    if row is None:
        return "no longer due"
    await row.fetch_related("task__encounter__patient")
    stay: Encounter = row.task.encounter
    patient: Patient = stay.patient
    if unsigned(desk, (FORM,)) or await _is_spared(stay, patient):
        return "not by message"
    way = await reach(desk, stay, patient, row.task, now)
    if way.contact_point is None:
        return "to be phoned"
    conversation = await conversation_of(way.contact_point.respondent_id)
    later = await _not_now(desk, patient, conversation, now)
    if later is not None:
        return await _postpone(due, later)
    await _ask(desk, row, stay, conversation, way.contact_point, now)
    return "asked"


async def end_verification(desk: Desk, due: Due, now: datetime) -> str:
    """Close the question with its day, so that it stands in the way of no round."""
    dialog = await Dialog.get(id=due.subject)
    if dialog.status in _OPEN:
        await lapse(desk, dialog, now)
    return f"{await take_round_answers()} answered"


async def _ask(
    desk: Desk,
    row: Verification,
    stay: Encounter,
    conversation: Conversation,
    point: ContactPoint,
    now: datetime,
) -> None:
    midnight = moment(local(now).date() + _A_DAY, time())
    subject = Subject(
        patient_id=stay.patient_id,
        forms=(FORM,),
        deadline_at=midnight,
        encounter_id=stay.id,
    )
    dialog = await start_dialog(desk, conversation, point, subject, now)
    await Verification.filter(id=row.id).update(asked_at=now, way=BY_MESSAGE)
    await set_timer(Timer(DueKind.END_VERIFICATION, dialog.id, midnight))


async def _is_spared(stay: Encounter, patient: Patient) -> bool:
    """Tell who is not written to: the dead, who wants no surveys, who refused a round.

    Nor is anybody whose plan was stopped, as by a new admission, or is paused, as in grief.
    """
    if patient.deceased_at is not None or stay.withdrawn_at is not None:
        return True
    if await FollowUpPlan.filter(encounter_id=stay.id, status__in=_AT_REST).exists():
        return True
    refused = FollowUpTask.filter(encounter_id=stay.id, reason__startswith=_REFUSED)
    return await refuses_surveys(patient) or await refused.exists()


async def _not_now(
    desk: Desk, patient: Patient, conversation: Conversation, now: datetime
) -> datetime | None:
    """Return a later instant where this one is not free: another talk, an alarm, a round's day."""
    today = local(now).date()
    if await _is_taken(patient, today, now) or local(now).time() >= _TOO_LATE:
        return _free(desk, patient, moment(today + _A_DAY, _MORNING))
    talking = health_dialogs(conversation).filter(status__in=_OPEN)
    if (
        await talking.exists()
        or await talk_in(conversation.id) is not None
        or await is_quiet(conversation.id, now)
    ):
        return _free(desk, patient, now + _LATER)
    free = _free(desk, patient, now)
    return free if free > now else None


async def _is_taken(patient: Patient, today: date, now: datetime) -> bool:
    """Tell whether the day belongs to something else: at most one conversation a day."""
    if not may_start(await last_started(patient.id), now):
        return True
    midnight = moment(today, time())
    rounds = FollowUpTask.filter(encounter__patient_id=patient.id, status=TaskStatus.PLANNED)
    planned = rounds.filter(due_at__gte=midnight, due_at__lt=midnight + _A_DAY)
    return await planned.exists() or await told_of_review(patient.id, midnight)


def _free(desk: Desk, patient: Patient, at: datetime) -> datetime:
    elderly = desk.hours.is_elderly(patient.birth_date, local(at).date())
    return desk.hours.next_allowed(at, elderly=elderly, clinical=True, calendar=desk.calendar)


async def _postpone(due: Due, at: datetime) -> str:
    if due.stops_at is not None and at > due.stops_at:
        return "to be phoned"
    kind = DueKind.ASK_IF_CONTACTED
    await set_timer(Timer(kind, due.subject, at, at.isoformat(), stops_at=due.stops_at))
    return f"moved to {at.isoformat()}"
