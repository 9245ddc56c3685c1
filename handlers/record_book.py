"""The ward's record book (随访记录本): every contact of a month, a line each (R054)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from handlers.answer_words import AnswerLine, answers_by_task
from handlers.desk import Desk
from handlers.exports import note_export
from handlers.masking import mask_name
from handlers.matters import age_on
from handlers.patient_story import round_words
from handlers.reports.period import Period
from handlers.scope import may_open, visible_tasks
from handlers.staff_words import StaffWords, staff_words
from models.care import FollowUpTask
from models.hospital import StaffMember

RECORD_BOOK: Final = "record_book"
_ORDER: Final = (
    "encounter__department__code",
    "encounter__discharged_on",
    "encounter__inpatient_no",
    "round",
)


@dataclass(frozen=True, slots=True)
class RecordBookLine:
    """One contact: whom, when it was due, when and by whom it was done, what was said.

    `by` is empty where the patient answered without anybody calling.
    """

    department: str
    discharged_on: date
    name: str
    sex: str
    age: int | None
    inpatient_no: str
    diagnosis: str
    operation: str
    attending: str
    nurse: str
    contact: str
    deadline: datetime
    attempts: int
    first_tried: datetime | None
    reached: datetime | None
    closed: datetime | None
    by: str
    result: str
    remarks: str = field(repr=False)
    answers: tuple[AnswerLine, ...] = field(repr=False)


async def record_book(
    desk: Desk, staff: StaffMember, period: Period, now: datetime
) -> list[RecordBookLine]:
    """List what fell due in a period in the reader's wards; the look is on record."""
    if not may_open(staff):
        return []
    rows = visible_tasks(staff).filter(
        deadline_at__gte=period.begins,
        deadline_at__lt=period.ends,
        encounter__withdrawn_at__isnull=True,
    )
    tasks = await rows.order_by(
        "encounter__department__code",
        "encounter__discharged_on",
        "encounter__inpatient_no",
        "round",
    ).prefetch_related("encounter__patient", "encounter__department", "closed_by")
    said = await answers_by_task(desk.catalog, [task.id for task in tasks])
    await note_export(staff.username, RECORD_BOOK, len(tasks), now)
    words = staff_words(desk.language)
    return [_line(task, said.get(task.id, ()), words) for task in tasks]


def _line(task: FollowUpTask, answers: Sequence[AnswerLine], words: StaffWords) -> RecordBookLine:
    stay = task.encounter
    patient = stay.patient
    return RecordBookLine(
        department=stay.department.name if stay.department else stay.ward,
        discharged_on=stay.discharged_on,
        name=mask_name(patient.name),
        sex=patient.sex,
        age=age_on(patient, stay.discharged_on.toordinal()),
        inpatient_no=stay.inpatient_no,
        diagnosis=stay.diagnosis_name,
        operation=stay.operation,
        attending=stay.attending,
        nurse=stay.nurse,
        contact=round_words(task, words),
        deadline=task.deadline_at,
        attempts=task.attempts,
        first_tried=task.attempted_at,
        reached=task.reached_at,
        closed=task.closed_at,
        by=task.closed_by.name if task.closed_by else "",
        result=_result(task, words),
        remarks=task.reason_note,
        answers=tuple(answers),
    )


def _result(task: FollowUpTask, words: StaffWords) -> str:
    state = words.task_states[task.status]
    return f"{state}:{words.reasons.get(task.reason, task.reason)}" if task.reason else state
