"""Raising alerts: what must be put before a person is written down before anything else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tortoise.queryset import QuerySet

from dialogs.levels import Level
from dialogs.timing import CONTACT_AFTER, alert_due, escalate_at, local
from handlers.desk import Desk
from handlers.human_talk import follow, open_beside
from handlers.questions.filing import file_question
from handlers.questions.following import follow_alert
from handlers.room.alert_posts import post_raised
from handlers.standing_alarm import standing_alarm
from handlers.timers import DueKind, Timer, set_timer
from models.alert import Alert, AlertEntry, AlertEvent, AlertLevel, AlertStatus
from models.once import insert_once
from models.timetable import next_number
from models.unit import lock

_SERIES: Final = {False: "A", True: "D"}


@dataclass(frozen=True, slots=True)
class RaisedAlert:
    """What was found; `occurrence` names it once and for all.

    `words` are the patient's own, `kind` the sort of danger the lexicon heard. `within_minutes`
    shortens the clock of the level, never lengthens it.
    """

    level: Level
    rule: str
    occurrence: str
    words: str = ""
    kind: str = ""
    within_minutes: int = 0
    conversation_id: UUID | None = None
    dialog_id: UUID | None = None
    task_id: UUID | None = None
    encounter_id: UUID | None = None
    patient_id: UUID | None = None
    department_id: UUID | None = None
    drill: bool = False


async def raise_alert(desk: Desk, finding: RaisedAlert, now: datetime) -> Alert:
    """Write an alert with its number, its clock and its post to the group, once an occurrence.

    The caller is inside a unit of work. Raised again, the alert that is there is returned as it
    stands. Nothing holds this back: neither night nor festival, nor that the patient wants no
    messages.
    """
    known = await Alert.get_or_none(occurrence=finding.occurrence)
    if known is not None:
        return known
    alert = await _new_alert(desk, finding, now)
    if not await insert_once(alert):
        return await Alert.get(occurrence=finding.occurrence)
    await note(alert, AlertEvent.RAISED, now, detail=finding.kind)
    await file_question(alert, now)
    await open_beside(alert, finding.kind, now)
    await post_raised(desk, alert, now)
    if alert.level == AlertLevel.L1 and not alert.drill:
        await set_timer(Timer(DueKind.EMERGENCY_CONTACT, alert.id, now + CONTACT_AFTER))
    return alert


async def note(
    alert: Alert,
    event: AlertEvent,
    now: datetime,
    *,
    staff_id: UUID | None = None,
    detail: str = "",
) -> AlertEntry:
    """Add a line to the history of an alert; a talk and a question beside it go its way."""
    await follow(alert, event, staff_id, now)
    await follow_alert(alert, event, staff_id, detail, now)
    return await AlertEntry.create(
        alert_id=alert.id, at=now, staff_id=staff_id, event=event, detail=detail
    )


async def add_patient_words(
    words: str,
    now: datetime,
    *,
    dialog_id: UUID | None = None,
    conversation_id: UUID | None = None,
    urge: bool = False,
    dispute: bool = False,
) -> Alert | None:
    """Put the patient's further words beside the alert in hand; None when there is none.

    The newest alert of the dialog that is not closed gets them, or else of the conversation.
    `urge`: the patient cannot do what was advised (RC19), so the next step of the ladder is due
    at once; of several alerts it is the standing alarm that climbs. `dispute`: only what people
    have of the dispute gets them: the writer may be one whom the ward is not to know.
    """
    alarm = await standing_alarm(conversation_id) if urge and conversation_id else None
    open_ones = Alert.exclude(status=AlertStatus.CLOSED).filter(drill=False)
    chosen = open_ones.filter(level=AlertLevel.DISP) if dispute else open_ones
    if alarm is not None:
        alert = await _locked(alarm)
    else:
        alert = await _in_hand(chosen, dialog_id, conversation_id)
    if alert is None:
        return None
    await note(alert, AlertEvent.PATIENT_WROTE, now, detail=words)
    if urge and alert.status == AlertStatus.OPEN and alert.escalate_at is not None:
        alert.escalate_at = min(alert.escalate_at, now)
        await alert.save(update_fields=["escalate_at"])
    return alert


async def keep_at_alarm(words: str, now: datetime, conversation_id: UUID) -> None:
    """Put words that others have taken beside the standing alarm too, unless they are there."""
    alarm = await standing_alarm(conversation_id)
    if alarm is None or not words or alarm.raised_at == now:
        return
    said = AlertEntry.filter(alert_id=alarm.id, event=AlertEvent.PATIENT_WROTE, at=now)
    noted = {entry.detail for entry in await said}
    # a digit that was understood stands there as what it means
    if words not in noted and not (noted and words.strip().isdigit()):
        await note(alarm, AlertEvent.PATIENT_WROTE, now, detail=words)


async def open_in(dialog_id: UUID) -> Alert | None:
    """Return the newest alert of a dialog that nobody has closed."""
    rows = Alert.filter(dialog_id=dialog_id, drill=False).exclude(status=AlertStatus.CLOSED)
    return await rows.order_by("-raised_at", "-number").first()


def next_step(alert: Alert) -> datetime | None:
    """Return when an alert nobody has taken climbs on; a test alarm never does."""
    if alert.drill:
        return None
    return escalate_at(alert.level, alert.step, raised_at=alert.raised_at, due_at=alert.due_at)


async def _new_alert(desk: Desk, finding: RaisedAlert, now: datetime) -> Alert:
    alert = Alert(
        number=await _number(finding, now),
        level=AlertLevel(finding.level),
        rule=finding.rule,
        words=finding.words,
        encounter_id=finding.encounter_id,
        patient_id=finding.patient_id,
        department_id=finding.department_id,
        conversation_id=finding.conversation_id,
        dialog_id=finding.dialog_id,
        task_id=finding.task_id,
        raised_at=now,
        due_at=_due(desk, finding, now),
        occurrence=finding.occurrence,
        drill=finding.drill,
    )
    alert.escalate_at = next_step(alert)
    return alert


async def _number(finding: RaisedAlert, now: datetime) -> str:
    letter, day = _SERIES[finding.drill], local(now).date()
    return f"{letter}{day:%Y%m%d}-{await next_number(f'alert-{letter}', day):03}"


def _due(desk: Desk, finding: RaisedAlert, now: datetime) -> datetime:
    due = alert_due(finding.level, now, desk.calendar, desk.staffed_hours)
    if not finding.within_minutes:
        return due
    return min(due, now + timedelta(minutes=finding.within_minutes))


async def _locked(alert: Alert) -> Alert | None:
    return await lock(Alert.filter(id=alert.id).exclude(status=AlertStatus.CLOSED)).first()


async def _in_hand(
    open_ones: QuerySet[Alert], dialog_id: UUID | None, conversation_id: UUID | None
) -> Alert | None:
    for owner in ({"dialog_id": dialog_id}, {"conversation_id": conversation_id}):
        if all(owner.values()):
            found = await lock(open_ones.filter(**owner).order_by("-raised_at", "-number")).first()
            if found is not None:
                return found
    return None
