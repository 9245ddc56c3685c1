"""The record behind a phone questionnaire: answers on file made into a turn, and back again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dialogs.actions import Alert as RaiseAlert
from dialogs.actions import Keep, Reporter
from dialogs.case import Case
from dialogs.plan import questions
from dialogs.state import Given, Stage, State, from_json, to_json
from dialogs.timing import local, staffed
from dialogs.turn import Turn
from handlers.alerts import RaisedAlert, raise_alert
from handlers.desk import Desk
from handlers.follow_up_marks import note_reached
from handlers.keeping import stored
from handlers.matters import age_on, tags_of
from models.care import Encounter, FollowUpTask
from models.conversation import Conversation, Dialog, DialogKind
from models.hospital import StaffMember
from models.people import Patient
from models.response import Answer, Responder, Response
from models.unit import lock_row

PHONE: Final = "call"
# where the plan names no form because a person calls: the general one
_GENERAL: Final = ("fu-d30",)


@dataclass(slots=True)
class PhoneRecord:
    """A round with its stay, its dialog if there was one, and the answers as a turn."""

    desk: Desk
    task: FollowUpTask
    encounter: Encounter
    patient: Patient
    dialog: Dialog | None
    responses: list[Response]
    turn: Turn


async def load_record(
    desk: Desk, task: FollowUpTask, now: datetime, *, locked: bool = False
) -> PhoneRecord:
    """Load a round; `locked`: nobody else writes to its dialog or to it until the unit ends."""
    dialog = await Dialog.filter(task_id=task.id, kind=DialogKind.QUESTIONNAIRE).first()
    if locked:
        if dialog is not None:
            await lock_row(await Conversation.get(id=dialog.conversation_id))
            await dialog.refresh_from_db()
        task = await lock_row(task)
    encounter = await Encounter.get(id=task.encounter_id)
    patient = await Patient.get(id=encounter.patient_id)
    responses = await Response.filter(task_id=task.id)
    state = await _state(task, dialog, responses)
    turn = Turn(desk.catalog, _case(desk, patient, encounter, now), state, now)
    return PhoneRecord(desk, task, encounter, patient, dialog, responses, _within(turn))


async def save_record(
    record: PhoneRecord,
    turn: Turn,
    kept: Sequence[Keep],
    found: Sequence[RaiseAlert],
    staff: StaffMember,
) -> tuple[str, ...]:
    """Write answers, alerts and the dialog's state; return the numbers of the alerts raised."""
    for keep in kept:
        await _keep(record, keep, staff)
    if kept:
        await note_reached(record.task, turn.at)
    raised = [await _raise(record, alert, turn.at) for alert in found]
    if record.dialog is not None and kept:
        await _remember(record.dialog, turn)
    return tuple(raised)


async def _state(task: FollowUpTask, dialog: Dialog | None, responses: list[Response]) -> State:
    forms = tuple(task.forms) or _GENERAL
    state = from_json(dialog.state) if dialog else State(forms)
    known = (*state.forms, *(r.form for r in responses if r.form not in state.forms))
    answers = {**state.given, **await _answers(responses)}
    order = (*state.order, *(key for key in answers if key not in state.order))
    # a questionnaire that was stopped is taken up again by a person
    reopened = Stage.ITEM if state.closed else state.stage
    return state.but(forms=known, answers=answers, order=order, stage=reopened, outcome="")


async def _answers(responses: Iterable[Response]) -> dict[str, Given]:
    forms = {response.id: response.form for response in responses}
    rows = Answer.filter(response_id__in=list(forms), superseded_at=None).order_by("at")
    return {
        f"{forms[row.response_id]}.{row.item}": Given(
            as_keys(row.value), row.text, Reporter(row.by.value), row.at.isoformat()
        )
        for row in await rows
    }


def _within(turn: Turn) -> Turn:
    """Leave out copies kept for other forms of the session: the turn knows what was asked."""
    asked = {question.id for question in questions(turn)}
    answers = {key: given for key, given in turn.state.given.items() if key in asked}
    return turn.but(answers=answers, order=tuple(k for k in turn.state.order if k in asked))


def as_keys(value: Any) -> tuple[str, ...]:
    """Return a stored answer as dialogs know it: option keys, or a number as text."""
    if value is None:
        return ()
    values = value if isinstance(value, list) else [value]
    return tuple(f"{v:g}" if isinstance(v, float) else str(v) for v in values)


def _case(desk: Desk, patient: Patient, encounter: Encounter, now: datetime) -> Case:
    today = local(now).date()
    return Case(
        channel=PHONE,
        age=age_on(patient, today.toordinal()),
        elderly=desk.hours.is_elderly(patient.birth_date, today),
        authorised=True,
        staffed=staffed(now, desk.calendar, desk.staffed_hours),
        tags=tags_of(patient, encounter),
    )


async def _keep(record: PhoneRecord, kept: Keep, staff: StaffMember) -> None:
    response = await _response(record, kept)
    current = Answer.filter(response_id=response.id, item=kept.item, superseded_at=None)
    await current.update(superseded_at=kept.at)
    await Answer.create(
        response_id=response.id,
        item=kept.item,
        value=stored(record.desk, kept),
        text=kept.text,
        by=Responder.STAFF,
        staff_id=staff.id,
        at=kept.at,
    )


async def _response(record: PhoneRecord, kept: Keep) -> Response:
    for response in record.responses:
        if response.form == kept.form:
            return response
    response = await Response.create(
        dialog_id=record.dialog.id if record.dialog else None,
        task_id=record.task.id,
        encounter_id=record.encounter.id,
        patient_id=record.patient.id,
        form=kept.form,
        version=record.desk.catalog.forms[kept.form].version,
        respondent_kind=Responder.STAFF,
        channel=PHONE,
        started_at=kept.at,
    )
    record.responses.append(response)
    return response


async def _raise(record: PhoneRecord, alert: RaiseAlert, now: datetime) -> str:
    """Raise an alert once for a round, a rule and its cause."""
    cause = hashlib.sha256(alert.words.encode()).hexdigest()[:16]
    raised = await raise_alert(
        record.desk,
        RaisedAlert(
            level=alert.level,
            rule=alert.rule,
            occurrence=f"phone:{record.task.id}:{alert.level}:{alert.rule}:{cause}",
            words=alert.words,
            kind=alert.kind,
            within_minutes=alert.within_minutes,
            conversation_id=record.dialog.conversation_id if record.dialog else None,
            dialog_id=record.dialog.id if record.dialog else None,
            task_id=record.task.id,
            encounter_id=record.encounter.id,
            patient_id=record.patient.id,
            department_id=record.encounter.department_id,
        ),
        now,
    )
    return raised.number


async def _remember(dialog: Dialog, turn: Turn) -> None:
    """Let the patient's own dialog know what it need not ask nor raise again."""
    state = from_json(dialog.state)
    known = {"answers": turn.state.answers, "order": turn.state.order, "raised": turn.state.raised}
    dialog.state = to_json(state.but(**known))
    dialog.updated_at = turn.at
    await dialog.save(update_fields=["state", "updated_at"])
