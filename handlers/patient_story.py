"""All that is known of one patient in one line of time: what the reader may see of it (R007)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import time
from typing import Final
from uuid import UUID

from dialogs.timing.spans import moment
from handlers.alert_board import BoardRow
from handlers.answer_words import AnswerLine
from handlers.casework.access import may_know_who, visible_complaints
from handlers.casework.praise import visible_praise
from handlers.scope import visible_appointments, visible_questions
from handlers.staff_words import StaffWords
from handlers.story_page import Chapter, StoryLine
from handlers.story_trail import calls_of, looks_of
from handlers.transcript import Line
from models.care import Encounter, FollowUpTask, TaskKind, TaskStatus
from models.complaint import OpinionStatus
from models.hospital import StaffMember

_NOON: Final = time(12)
_ENDED: Final = (TaskStatus.COMPLETED, TaskStatus.CLOSED)


@dataclass(frozen=True, slots=True)
class Known:
    """What the card has loaded already."""

    patient_id: UUID
    stays: Sequence[Encounter]
    tasks: Sequence[FollowUpTask]
    answers: Sequence[AnswerLine]
    lines: Sequence[Line]
    alerts: Sequence[BoardRow]


async def story_of(known: Known, staff: StaffMember, words: StaffWords) -> list[StoryLine]:
    """Gather the story, the newest first; nothing in it that this person may not open."""
    lines = [
        *_stays(known.stays),
        *_rounds(known.tasks, words),
        *_talk(known.lines, words),
        *_answers(known.answers),
        *_alerts(known.alerts, words),
        *await _calls(known, words),
        *await _looks(known, words),
        *await _appointments(known.patient_id, staff, words),
        *await _questions(known.patient_id, staff, words),
        *await _complaints(known.patient_id, staff, words),
        *await _praise(known.patient_id, staff, words),
    ]
    return sorted(lines, key=lambda line: line.at, reverse=True)


def round_words(task: FollowUpTask, words: StaffWords) -> str:
    """Name a task of a plan: 第2轮, 上门回访."""
    if task.kind is TaskKind.ROUND:
        return words.calls["round"].format(n=task.round)
    return words.task_kinds[task.kind]


def _stays(stays: Iterable[Encounter]) -> Iterator[StoryLine]:
    for stay in stays:
        ward = stay.department.name if stay.department else stay.ward
        at = stay.discharged_at or moment(stay.discharged_on, _NOON)
        detail = " · ".join(filter(None, (stay.diagnosis_name, stay.operation, stay.attending)))
        yield StoryLine(at, Chapter.STAY, ward, detail)


def _rounds(tasks: Iterable[FollowUpTask], words: StaffWords) -> Iterator[StoryLine]:
    """Tell how rounds ended; what is still to come stands in the plan beside."""
    for task in tasks:
        if task.status in _ENDED and task.closed_at is not None:
            reason = words.reasons.get(task.reason, task.reason)
            status = words.task_states[task.status]
            title = f"{round_words(task, words)} · {status}"
            detail = "\n".join(filter(None, (reason, task.reason_note)))
            yield StoryLine(
                task.closed_at, Chapter.PLAN, title, detail, link=f"/staff/tasks/{task.id}"
            )


def _talk(lines: Iterable[Line], words: StaffWords) -> Iterator[StoryLine]:
    for line in lines:
        photo = f"/staff/media/{line.media_id}" if line.media_id else ""
        said = "\n".join(filter(None, (line.text, " ".join(line.choices))))
        title = words.story[f"said_{line.direction}"]
        yield StoryLine(line.at, Chapter.TALK, title, said, link=photo)


def _answers(answers: Iterable[AnswerLine]) -> Iterator[StoryLine]:
    for answer in answers:
        yield StoryLine(answer.at, Chapter.ANSWER, answer.question, answer.value or answer.words)


def _alerts(alerts: Iterable[BoardRow], words: StaffWords) -> Iterator[StoryLine]:
    for row in alerts:
        title = f"{words.levels[row.level]} · {words.statuses[row.status]}"
        link = f"/staff/alerts/{row.number}"
        yield StoryLine(row.raised_at, Chapter.ALERT, title, row.number, link=link)


async def _calls(known: Known, words: StaffWords) -> list[StoryLine]:
    tasks = {task.id: task for task in known.tasks}
    return [
        StoryLine(
            call.at,
            Chapter.CALL,
            words.results.get(call.result, call.result),
            words.room["comma"].join(round_words(tasks[one], words) for one in call.tasks),
            by=call.by,
        )
        for call in await calls_of(tasks)
    ]


async def _looks(known: Known, words: StaffWords) -> list[StoryLine]:
    """Tell who opened the record: a line a day, however often it was."""
    stays, tasks = (stay.id for stay in known.stays), (task.id for task in known.tasks)
    days = await looks_of([known.patient_id, *stays, *tasks])
    title = words.story["looks"]
    return [
        StoryLine(looks[0].at, Chapter.LOOK, title.format(n=len(looks)), looks=looks)
        for looks in days.values()
    ]


async def _appointments(patient_id: UUID, staff: StaffMember, words: StaffWords) -> list[StoryLine]:
    visits = visible_appointments(staff).filter(patient_id=patient_id).distinct()
    return [
        StoryLine(
            visit.starts_at,
            Chapter.APPOINTMENT,
            f"{visit.clinic.name} · {words.visit_states[visit.status]}",
            visit.doctor,
            link=f"/staff/book/visits/{visit.number}",
        )
        for visit in await visits.prefetch_related("clinic")
    ]


async def _questions(patient_id: UUID, staff: StaffMember, words: StaffWords) -> list[StoryLine]:
    tickets = visible_questions(staff).filter(patient_id=patient_id)
    return [
        StoryLine(
            ticket.asked_at,
            Chapter.QUESTION,
            f"{ticket.number} · {words.ticket_states[ticket.state]}",
            "\n".join(filter(None, (ticket.words, ticket.answer))),
            link=f"/staff/questions/{ticket.id}",
        )
        for ticket in await tickets
    ]


async def _complaints(patient_id: UUID, staff: StaffMember, words: StaffWords) -> list[StoryLine]:
    """Tell of complaints whose complainant this person may know; the wards know of none."""
    cases = await visible_complaints(staff).filter(patient_id=patient_id)
    return [
        StoryLine(
            case.received_at,
            Chapter.COMPLAINT,
            f"{case.number} · {words.complaint_states[case.state]}",
            "、".join(words.categories.get(one, one) for one in case.categories),
            link=f"/staff/complaints/{case.number}",
        )
        for case in cases
        if may_know_who(staff, case)
    ]


async def _praise(patient_id: UUID, staff: StaffMember, words: StaffWords) -> list[StoryLine]:
    """Tell that somebody praised; not where a survey promised to stay unnamed."""
    named = visible_praise(staff).filter(
        patient_id=patient_id, status=OpinionStatus.PRAISE, unnamed=False
    )
    return [
        StoryLine(row.at, Chapter.PRAISE, words.story["praised"], link="/staff/praise")
        for row in await named
    ]
