"""The questionnaire a nurse fills in on the phone: the same record, rules and alerts.

What the patient has answered is there already; what the nurse writes supersedes it and stays
marked as hers. A red flag entered by a nurse is raised like any other (R036).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from dialogs.actions import Alert as RaiseAlert
from dialogs.actions import Keep
from dialogs.admission import WHO_ITEMS
from dialogs.alarm import sound
from dialogs.answers import Answer as ReadAnswer
from dialogs.answers import read_answer
from dialogs.form import ItemType, Option
from dialogs.plan import CARRIED, Question, applies, questions
from dialogs.questionnaire import keep
from dialogs.rules import findings
from dialogs.turn import Reply, Turn
from handlers.answer_words import plain
from handlers.desk import Desk
from handlers.form_header import header_of, write_header
from handlers.phone_record import PhoneRecord, load_record, save_record
from handlers.tasks import OPEN, complete_task
from handlers.usual_caller import remember_caller
from models.care import Encounter, FollowUpTask
from models.conversation import DialogStatus
from models.hospital import StaffMember
from models.response import Response, ResponseStatus
from models.unit import unit_of_work

BY_PHONE: Final = "completed_by_phone"
_WRONG_PERSON: Final = "wrong"
_LONGEST_NOTE: Final = 500


@dataclass(frozen=True, slots=True)
class FormLine:
    """One question of the form as it stands: its answer so far, and whether it is to be asked."""

    id: str
    title: str
    text: str
    type: ItemType
    options: tuple[Option, ...]
    value: tuple[str, ...]
    words: str
    required: bool
    applies: bool
    conditional: bool


@dataclass(frozen=True, slots=True)
class FilledIn:
    """What saving did: unreadable answers, what is still missing, the alerts it raised.

    `saved`: something was written down that had not stood there before.
    """

    faults: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    # labels of the fields of the head that nobody has filled in
    headless: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    completed: bool = False
    closed: bool = False
    saved: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """What the nurse sends: replies by `form.item`; a `reason` code excuses what is missing."""

    replies: Mapping[str, Reply]
    # what the nurse wrote into the head of the form, by field
    header: Mapping[str, str] = field(default_factory=dict, repr=False)
    complete: bool = False
    reason: str = ""
    note: str = field(default="", repr=False)


async def phone_form(desk: Desk, task: FollowUpTask, now: datetime) -> list[FormLine]:
    """Return the questions of a round in order, with the answers on record."""
    record = await load_record(desk, task, now)
    values = {**record.turn.own_values(), "name": record.patient.name}
    return [_line(record.turn, question, values) for question in questions(record.turn)]


async def fill_in(
    desk: Desk, task_id: UUID, staff: StaffMember, entry: Entry, now: datetime
) -> FilledIn:
    """Store what the nurse entered, raise what it means, and complete the round when asked to.

    It is complete when the head is filled in and every question that applies has its answer, or
    a reason is given (R003).
    """
    return await unit_of_work(lambda: _fill_in(desk, task_id, staff, entry, now))


async def _fill_in(
    desk: Desk, task_id: UUID, staff: StaffMember, entry: Entry, now: datetime
) -> FilledIn:
    record = await load_record(desk, await FollowUpTask.get(id=task_id), now, locked=True)
    if record.task.status not in OPEN:
        return FilledIn(closed=True)
    turn, faults = _enter(record.turn, entry.replies)
    kept = [action for action in turn.actions if isinstance(action, Keep)]
    found = [action for action in turn.actions if isinstance(action, RaiseAlert)]
    alerts = await save_record(record, turn, kept, found, staff)
    missing = tuple(_missing(turn))
    head, headless = await _fill_head(record, entry, staff, now)
    whole = not (missing or headless) or bool(entry.reason)
    complete = entry.complete and not faults and whole
    saved = bool(kept) or head or await _note(record.task, entry)
    if complete:
        await _complete(record, staff, entry, now)
    return FilledIn(faults, missing, headless, alerts, completed=complete, saved=saved)


async def _fill_head(
    record: PhoneRecord, entry: Entry, staff: StaffMember, now: datetime
) -> tuple[bool, tuple[str, ...]]:
    """Write the head of the form down; tell whether it changed, and what it still lacks."""
    fields, before = record.desk.header, record.encounter.header
    await write_header(fields, record.encounter.id, entry.header, staff, now)
    stay = await Encounter.get(id=record.encounter.id)
    lines = await header_of(fields, stay)
    return stay.header != before, tuple(line.label for line in lines if line.missing)


async def _note(task: FollowUpTask, entry: Entry) -> bool:
    """Keep what was noted beside the questions; tell whether it is new."""
    note = entry.note.strip()[:_LONGEST_NOTE]
    if not note or note == task.reason_note:
        return False
    await FollowUpTask.filter(id=task.id).update(reason_note=note)
    return True


def _enter(turn: Turn, replies: Mapping[str, Reply]) -> tuple[Turn, frozenset[str]]:
    """Take each changed answer as if it had just been given; a digit on paper is no slip."""
    faults: set[str] = set()
    for question in questions(turn):
        reply = replies.get(question.id)
        if reply is None or not (reply.keys or reply.text.strip()):
            continue
        answer = read_answer(question.item, reply)
        if answer is None:
            faults.add(question.id)
        elif _changed(turn, question, answer):
            kept = keep(turn, question, answer)
            turn = sound(kept, question.id, findings(kept, question), digits="")
    return turn, frozenset(faults)


def _changed(turn: Turn, question: Question, answer: ReadAnswer) -> bool:
    given = turn.state.given.get(question.id)
    if given is None or given.value != answer.value:
        return True
    return question.item.type is ItemType.TEXT and given.text != answer.text


def _missing(turn: Turn) -> list[str]:
    given = turn.state.given
    carried = {key.partition(".")[2] for key in given} & CARRIED
    return [
        question.id
        for question in questions(turn)
        if _wanted(turn, question) and question.id not in given and question.item.id not in carried
    ]


def _wanted(turn: Turn, question: Question) -> bool:
    photo = question.item.type is ItemType.PHOTO
    return question.item.required and not photo and applies(turn, question)


async def _complete(record: PhoneRecord, staff: StaffMember, entry: Entry, now: datetime) -> None:
    task = record.task
    await complete_task(task, BY_PHONE, now)
    await remember_caller(record.desk, record.patient, staff, now)
    await FollowUpTask.filter(id=task.id).update(
        closed_by_id=staff.id, reason=entry.reason, reason_note=entry.note.strip()[:_LONGEST_NOTE]
    )
    running = Response.filter(task_id=task.id, status=ResponseStatus.IN_PROGRESS)
    await running.update(status=ResponseStatus.COMPLETED, completed_at=now)
    if record.dialog is not None:
        record.dialog.status, record.dialog.outcome = DialogStatus.CLOSED, "completed"
        record.dialog.closed_at = now
        await record.dialog.save(update_fields=["status", "outcome", "closed_at"])


def _line(turn: Turn, question: Question, values: Mapping[str, str]) -> FormLine:
    item, given = question.item, turn.state.given.get(question.id)
    who = item.id in WHO_ITEMS
    offered = [o for o in item.options if not (who and o.key == _WRONG_PERSON)]
    return FormLine(
        id=question.id,
        title=question.form.title,
        text=plain(item.text, **values),
        type=item.type,
        options=tuple(replace(o, label=plain(o.label, **values)) for o in offered),
        value=given.value if given else (),
        words=given.text if given else "",
        required=item.required,
        applies=applies(turn, question),
        conditional=bool(item.enable_when),
    )
