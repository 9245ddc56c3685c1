"""The facts of a month of follow-up, read in a handful of statements whatever the month holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from tortoise.expressions import F
from tortoise.queryset import QuerySet

from dialogs.timing.spans import local
from handlers.form_header import HeaderField, stays_with_gaps
from handlers.reports.deliverable import stays_with_number
from handlers.reports.follow_up_figures import RoundFacts, StayFacts
from handlers.reports.follow_up_rules import DIED, ReasonGroup, group_of
from handlers.reports.period import Period
from handlers.reports.places import in_departments
from handlers.tasks import OPEN
from models.care import Encounter, FollowUpTask, TaskKind, TaskStatus
from models.response import Answer
from models.ward_week import Verification, Verified

# the question of round three that proves a contact by the way (fu-d30)
_CALLED: Final = ("fu-d30", "called")
# read as they stand: the ORM's own reading of them took most of the time of a month
_INSTANTS: Final = {
    "due": F("deadline_at"),
    "attempted": F("attempted_at"),
    "reached": F("reached_at"),
    "ended": F("closed_at"),
}
_SAID: Final = {"yes": Verified.YES, "no": Verified.NO, "unk": Verified.UNSURE}


@dataclass(frozen=True, slots=True)
class Proof:
    """One round whose patient was asked whether anybody was in touch; None: no answer yet."""

    task: UUID
    department: str
    answer: Verified | None


@dataclass(frozen=True, slots=True)
class MonthFacts:
    """All that the figures of a month are made of; `open_rounds` of its stays are still to come."""

    stays: tuple[StayFacts, ...]
    rounds: tuple[RoundFacts, ...]
    proofs: tuple[Proof, ...]
    calls: tuple[tuple[str, date], ...]
    open_rounds: int


class _Task(NamedTuple):
    """What a stay needs to know of one of its tasks."""

    stay: UUID
    kind: str
    status: str
    reason: str
    deadline_at: datetime
    attempted: bool
    reached: bool


async def read_month(
    period: Period,
    now: datetime,
    departments: Sequence[str] | None = None,
    header: Sequence[HeaderField] = (),
) -> MonthFacts:
    """Read the stays discharged in a month and the rounds whose deadline fell in it.

    `departments` are codes, None the whole house. What nobody has discharged yet and what the
    hospital took back are no stays. `header`: the fields a form needs at its head.
    """
    tasks = await _tasks(period, departments)
    return MonthFacts(
        stays=tuple(await _stays(period, tasks, now, departments)),
        rounds=tuple(await read_rounds(period, now, departments, header)),
        proofs=tuple(await read_proofs(period, now, departments)),
        calls=tuple(await _calls(period, departments)),
        open_rounds=sum(_to_come(task, now) for task in tasks),
    )


def discharged_in(period: Period, departments: Sequence[str] | None) -> QuerySet[Encounter]:
    """Select the stays of a month."""
    return Encounter.filter(
        in_departments(departments),
        discharged_on__gte=period.first,
        discharged_on__lte=period.last,
        expected=False,
        withdrawn_at__isnull=True,
    )


def rounds_in(
    period: Period, now: datetime, departments: Sequence[str] | None
) -> QuerySet[FollowUpTask]:
    """Select the rounds that fell due in a month, and by now."""
    return FollowUpTask.filter(
        in_departments(departments, "encounter__department"),
        kind=TaskKind.ROUND,
        deadline_at__gte=period.begins,
        deadline_at__lt=min(period.ends, now),
        encounter__expected=False,
        encounter__withdrawn_at__isnull=True,
    )


async def read_stays(
    period: Period, now: datetime, departments: Sequence[str] | None = None
) -> list[StayFacts]:
    """Read the stays of a month."""
    return await _stays(period, await _tasks(period, departments), now, departments)


async def read_rounds(
    period: Period,
    now: datetime,
    departments: Sequence[str] | None = None,
    header: Sequence[HeaderField] = (),
) -> list[RoundFacts]:
    """Read the rounds due in a month."""
    rounds = rounds_in(period, now, departments).annotate(**_INSTANTS)
    rows = await rounds.values_list(
        "id", "encounter_id", "encounter__department__code", "round", "status", "reason",
        "festival", "due", "attempted", "ended",
    )  # fmt: skip
    ended = {stay for _, stay, *_, closed in rows if closed is not None} if header else set()
    headless = await stays_with_gaps(header, ended)
    return [_round(row, headless) for row in rows]


def _round(row: Any, headless: Collection[UUID]) -> RoundFacts:
    key, stay, department, number, status, reason, festival, due, attempted, ended = row
    return RoundFacts(
        id=str(key),
        stay=str(stay),
        department=department or "",
        number=number,
        deadline_at=_instant(due),
        completed=status == TaskStatus.COMPLETED,
        closed=status == TaskStatus.CLOSED,
        reason=reason,
        festival=bool(festival),
        attempted=attempted is not None,
        closed_at=_instant(ended) if ended else None,
        headless=stay in headless,
    )


async def _tasks(period: Period, departments: Sequence[str] | None) -> list[_Task]:
    rows = FollowUpTask.filter(
        in_departments(departments, "encounter__department"),
        encounter__discharged_on__gte=period.first,
        encounter__discharged_on__lte=period.last,
        encounter__expected=False,
        encounter__withdrawn_at__isnull=True,
    )
    found = (
        await rows.order_by("deadline_at")
        .annotate(**_INSTANTS)
        .values_list("encounter_id", "kind", "status", "reason", "due", "attempted", "reached")
    )
    return [
        _Task(stay, kind, status, reason, _instant(due), attempted is not None, reached is not None)
        for stay, kind, status, reason, due, attempted, reached in found
    ]


def _instant(value: Any) -> datetime:
    """Read an instant as the database gives it: PostgreSQL as one, SQLite as text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value


async def _stays(
    period: Period, tasks: Iterable[_Task], now: datetime, departments: Sequence[str] | None
) -> list[StayFacts]:
    rows = discharged_in(period, departments)
    found = await rows.values_list("id", "department__code", "discharged_on", "exclusion")
    deliverable = await stays_with_number(period, departments)
    of_stay: dict[UUID, list[_Task]] = defaultdict(list)
    for task in tasks:
        of_stay[task.stay].append(task)
    return [
        _stay(row, of_stay.get(row[0], []), now, deliverable=row[0] in deliverable) for row in found
    ]


def _stay(row: Any, tasks: Collection[_Task], now: datetime, *, deliverable: bool) -> StayFacts:
    """A contact of any task counts for the stay; only rounds say what is open and why it ended."""
    key, department, discharged_on, exclusion = row
    # who refused when going home is not left out: a refusal is a result (F24)
    left_out = exclusion if group_of(exclusion) is ReasonGroup.EXCLUDED else ""
    rounds = [task for task in tasks if task.kind == TaskKind.ROUND]
    ended = [task.reason for task in rounds if task.reason]
    out = [reason for reason in ended if group_of(reason) is ReasonGroup.EXCLUDED]
    return StayFacts(
        id=str(key),
        department=department or "",
        discharged_on=discharged_on,
        exclusion=left_out or (DIED if DIED in out else "".join(out[-1:])),
        deliverable=deliverable,
        attempted=any(task.attempted for task in tasks),
        reached=any(_was_reached(task) for task in tasks),
        rounds=len(rounds),
        reason=ended[-1] if ended else "" if left_out else exclusion,
        waiting=any(_to_come(task, now) for task in rounds),
        overdue=any(task.status in OPEN and task.deadline_at <= now for task in rounds),
    )


def _was_reached(task: _Task) -> bool:
    """Rounds completed before contacts were marked have their answers all the same."""
    return task.reached or task.status == TaskStatus.COMPLETED


def _to_come(task: _Task, now: datetime) -> bool:
    return task.kind == TaskKind.ROUND and task.status in OPEN and task.deadline_at > now


async def read_proofs(
    period: Period, now: datetime, departments: Sequence[str] | None = None
) -> list[Proof]:
    """One a round: what the draw of the month brought, else what round three was told."""
    drawn = Verification.filter(
        in_departments(departments, "task__encounter__department"),
        month=period.first,
        task__encounter__withdrawn_at__isnull=True,
    )
    rows = await drawn.values_list("task_id", "task__encounter__department__code", "answer")
    found = {
        key: Proof(key, code or "", Verified(said) if said else None) for key, code, said in rows
    }
    for key, proof in (await _told_in_round(period, now, departments)).items():
        if key not in found or found[key].answer is None:
            found[key] = proof
    return list(found.values())


async def _told_in_round(
    period: Period, now: datetime, departments: Sequence[str] | None
) -> Mapping[UUID, Proof]:
    form, item = _CALLED
    rows = Answer.filter(
        in_departments(departments, "response__task__encounter__department"),
        item=item,
        superseded_at__isnull=True,
        response__form=form,
        response__task__kind=TaskKind.ROUND,
        response__task__deadline_at__gte=period.begins,
        response__task__deadline_at__lt=min(period.ends, now),
        response__task__encounter__withdrawn_at__isnull=True,
    )
    found = await rows.values_list(
        "response__task_id", "response__task__encounter__department__code", "value"
    )
    said = ((key, code, _SAID.get(str(value[0])) if value else None) for key, code, value in found)
    return {key: Proof(key, code or "", answer) for key, code, answer in said if answer is not None}


async def _calls(period: Period, departments: Sequence[str] | None) -> list[tuple[str, date]]:
    rows = FollowUpTask.filter(
        in_departments(departments, "encounter__department"),
        closed_at__gte=period.begins,
        closed_at__lt=period.ends,
        closed_by_id__isnull=False,
    )
    ended = await rows.values_list("closed_by_id", "closed_at")
    return [(str(caller), local(at).date()) for caller, at in ended]
