"""The consult room's tasks: listed by due time, claimed by who is first, closed with an outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from tortoise.expressions import Q

from handlers.booking.visit_lines import VisitLine, visit_lines
from handlers.dialling import Number, numbers_of_patients
from handlers.human_talk import open_talks
from handlers.masking import mask_name
from handlers.scope import consults
from handlers.timers import DueKind, Timer, set_timer
from models.audit import append_entry
from models.booking import Appointment
from models.hospital import StaffMember
from models.office import ConsultReason, ConsultStatus, ConsultTask
from models.people import Patient
from models.room import TalkDesk
from models.unit import lock_row, unit_of_work

MOST_DONE = 50
# a task that came with a talk somebody handed on is named by it
HANDED: Final = "talk-consult"


class Outcome(StrEnum):
    """What came of a task; the labels are in console.toml."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    COMES = "comes"
    DECLINED = "declined"
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    OTHER = "other"


class TaskRefusal(StrEnum):
    """Why a task was left as it was."""

    TAKEN = "task_taken"
    CLAIM_FIRST = "task_claim_first"
    DONE = "task_done"
    OUTCOME = "outcome_needed"
    NOTE = "note_needed"


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task, masked as it is before it is opened."""

    number: str
    reason: ConsultReason
    status: ConsultStatus
    name: str
    raised_at: datetime
    due_at: datetime
    holder: str
    mine: bool
    outcome: str

    def overdue(self, now: datetime) -> bool:
        """Tell whether the promised time is over."""
        return self.status is not ConsultStatus.DONE and self.due_at < now


@dataclass(frozen=True, slots=True)
class TaskCard:
    """A task opened: the patient's words, the visit, and what somebody noted."""

    row: TaskRow
    task: ConsultTask
    words: str = field(repr=False)
    note: str = field(repr=False)
    visit: VisitLine | None
    appointment: Appointment | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A person in full: shown on demand, and on record."""

    patient: Patient
    numbers: Sequence[Number] = field(repr=False)


async def open_tasks(staff: StaffMember, reason: str = "") -> list[TaskRow]:
    """List what is to be done, what is due first coming first."""
    rows = ConsultTask.exclude(status=ConsultStatus.DONE)
    chosen = rows.filter(reason=reason) if reason in set(ConsultReason) else rows
    return await _rows(await chosen.order_by("due_at", "number"), staff)


async def done_tasks(staff: StaffMember) -> list[TaskRow]:
    """List what was done lately."""
    rows = ConsultTask.filter(status=ConsultStatus.DONE).order_by("-closed_at").limit(MOST_DONE)
    return await _rows(await rows, staff)


async def open_task_card(number: str, staff: StaffMember, now: datetime) -> TaskCard | None:
    """Open a task with the patient's words; the look is on record."""
    task = await ConsultTask.get_or_none(number=number)
    if task is None or not consults(staff):
        return None
    await on_record(staff, "consult.opened", "consult_task", task.id, now)
    visit = await Appointment.get_or_none(id=task.appointment_id).prefetch_related(
        "patient", "clinic"
    )
    lines = await visit_lines([visit], now) if visit else {}
    (row,) = await _rows([task], staff)
    line = lines[visit.id] if visit else None
    return TaskCard(row, task, task.words or "", task.note or "", line, visit)


async def task_exists(number: str) -> bool:
    """Tell whether there is such a task."""
    return await ConsultTask.filter(number=number).exists()


async def show_person(
    patient_id: UUID, staff: StaffMember, subject: tuple[str, UUID], now: datetime
) -> Shown:
    """Show name and numbers in full; `subject` is what was being looked at."""
    await on_record(staff, f"{subject[0]}.person_shown", subject[0], subject[1], now)
    numbers = await numbers_of_patients([patient_id])
    return Shown(await Patient.get(id=patient_id), numbers[patient_id])


async def claim_task(number: str, staff: StaffMember, now: datetime) -> TaskRefusal | None:
    """Take a task; of several who try at once one gets it, the others are told."""

    async def work() -> TaskRefusal | None:
        open_ones = ConsultTask.filter(number=number, status=ConsultStatus.OPEN)
        won = await open_ones.update(status=ConsultStatus.CLAIMED, claimed_by_id=staff.id)
        task = await ConsultTask.get(number=number)
        if not won:
            own = task.status is ConsultStatus.CLAIMED and task.claimed_by_id == staff.id
            done = TaskRefusal.DONE if task.status is ConsultStatus.DONE else TaskRefusal.TAKEN
            return None if own else done
        await _note(staff, "consult.claimed", task, now)
        return None

    return await unit_of_work(work)


async def give_back(number: str, staff: StaffMember, now: datetime) -> TaskRefusal | None:
    """Let somebody else take the task."""

    async def work() -> TaskRefusal | None:
        task = await lock_row(await ConsultTask.get(number=number))
        if (refusal := _not_in_hand(task, staff)) is not None:
            return refusal
        task.status, task.claimed_by_id = ConsultStatus.OPEN, None
        await task.save(update_fields=["status", "claimed_by_id"])
        await _note(staff, "consult.given_back", task, now)
        return None

    return await unit_of_work(work)


async def close_task(
    number: str, staff: StaffMember, outcome: str, note: str, now: datetime
) -> TaskRefusal | None:
    """Close a task with what came of it; `other` wants a note. A talk about it ends with it."""
    if outcome not in set(Outcome):
        return TaskRefusal.OUTCOME
    if outcome == Outcome.OTHER and not note.strip():
        return TaskRefusal.NOTE

    async def work() -> TaskRefusal | None:
        task = await lock_row(await ConsultTask.get(number=number))
        if (refusal := _not_in_hand(task, staff)) is not None:
            return refusal
        task.status, task.outcome, task.note = ConsultStatus.DONE, outcome, note.strip()
        task.closed_at = now
        await task.save(update_fields=["status", "outcome", "note", "closed_at"])
        await _note(staff, "consult.closed", task, now)
        await _end_talk_soon(task, staff, now)
        return None

    return await unit_of_work(work)


async def on_record(
    staff: StaffMember, action: str, kind: str, subject: UUID, now: datetime
) -> None:
    """Write down that somebody looked or did."""

    async def work() -> None:
        await append_entry(now, staff.username, action, subject_type=kind, subject=subject)

    await unit_of_work(work)


async def _end_talk_soon(task: ConsultTask, staff: StaffMember, now: datetime) -> None:
    """What is done is said goodbye to, after this: who writes locks the conversation first.

    A colleague who is talking goes on.
    """
    talk = await open_talks().get_or_none(talk_of(task), for_desk=TalkDesk.CONSULT)
    if talk is not None and talk.staff_id in (None, staff.id):
        await set_timer(Timer(DueKind.TALK_OVER, talk.id, now, f"task {task.number}"))


def talk_of(task: ConsultTask) -> Q:
    """Select the talk a task is about: the one that began it, or that was handed on with it."""
    kind, _, rest = task.occurrence.partition(":")
    begun = Q(occurrence=f"talk:{task.number}")
    return begun | Q(id=UUID(rest.partition(":")[0])) if kind == HANDED else begun


def _not_in_hand(task: ConsultTask, staff: StaffMember) -> TaskRefusal | None:
    if task.status is ConsultStatus.DONE:
        return TaskRefusal.DONE
    mine = task.status is ConsultStatus.CLAIMED and task.claimed_by_id == staff.id
    return None if mine else TaskRefusal.CLAIM_FIRST


async def _note(staff: StaffMember, action: str, task: ConsultTask, now: datetime) -> None:
    await append_entry(now, staff.username, action, subject_type="consult_task", subject=task.id)


async def _rows(tasks: Sequence[ConsultTask], staff: StaffMember) -> list[TaskRow]:
    holders = await StaffMember.filter(id__in=[t.claimed_by_id for t in tasks if t.claimed_by_id])
    names = {holder.id: holder.name for holder in holders}
    people = await Patient.filter(id__in=[t.patient_id for t in tasks if t.patient_id])
    patients = {patient.id: mask_name(patient.name) for patient in people}
    return [_row(task, names, patients, staff) for task in tasks]


def _row(
    task: ConsultTask, names: dict[UUID, str], patients: dict[UUID, str], staff: StaffMember
) -> TaskRow:
    holder, patient = task.claimed_by_id, task.patient_id
    return TaskRow(
        number=task.number,
        reason=ConsultReason(task.reason),
        status=ConsultStatus(task.status),
        name=patients.get(patient, "") if patient else "",
        raised_at=task.raised_at,
        due_at=task.due_at,
        holder=names.get(holder, "") if holder else "",
        mine=holder == staff.id,
        outcome=task.outcome,
    )
