"""The phone list: whom a person has to call, why, until when, and what came of each call."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import ceil
from typing import Final
from uuid import UUID

from tortoise.expressions import Q
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from handlers.call_facts import MISSED, TRY, facts_of
from handlers.call_order import CallFacts, Urgency, place_of, urgency_of, waits
from handlers.dialling import Number, numbers_of
from handlers.distribution import ASSIGNED, LEFT
from handlers.masking import mask_name
from handlers.scope import visible_tasks
from handlers.tasks import OPEN, PhoneReason
from handlers.unsent import unsent_reasons
from models.audit import AuditEntry
from models.care import FollowUpTask, PlanStatus, TaskKind, TaskStatus
from models.hospital import StaffMember
from models.response import Answer

PER_PAGE: Final = 50


class Whose(StrEnum):
    """Which calls somebody looks at: the own, those that are nobody's, or all."""

    MINE = "mine"
    WARD = "ward"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """One call to make, masked as it is before the row is opened; `reason` is a code.

    `unsent`: why the last message did not go out, in words; empty where that is not the reason.
    `caller`: the name of who is to call; empty for the whole ward. `given`: why it went to them.
    """

    task_id: UUID
    name: str
    phone: str
    ward: str
    department: str
    kind: TaskKind
    round: int
    reason: str
    deadline_at: datetime
    call_at: datetime | None
    urgency: Urgency
    waits: bool
    answered: int = 0
    missed: int = 0
    unsent: str = ""
    caller: str = ""
    mine: bool = False
    given: str = ""


@dataclass(frozen=True, slots=True)
class PhonePage:
    """A page of the list; `counts` say how many calls each choice of `whose` has."""

    rows: tuple[PhoneRow, ...]
    whose: Whose
    counts: Mapping[Whose, int]
    number: int
    last: int


@dataclass(frozen=True, slots=True)
class CallMade:
    """One call that was made about a round: by whom, when, with what result."""

    at: datetime
    by: str
    result: str


@dataclass(frozen=True, slots=True)
class OpenedTask:
    """A row of the phone list, opened: in full, for one person and on record."""

    task: FollowUpTask
    numbers: list[Number] = field(repr=False)
    calls: list[CallMade]
    missed: int
    unsent: str = ""


async def phone_list(
    staff: StaffMember, now: datetime, whose: Whose | None = None, number: int = 1
) -> PhonePage:
    """List a page of the calls somebody has to make, whom to call first in front.

    Unless told `whose`, the own calls are shown where there are any.
    """
    rows = _to_call(staff, now)
    counts = await _counts(rows, staff)
    chosen = whose or (Whose.MINE if counts[Whose.MINE] else Whose.ALL)
    last = max(1, ceil(counts[chosen] / PER_PAGE))
    number = min(max(number, 1), last)
    ordered = await _ordered(_narrowed(rows, staff, chosen), now)
    shown = ordered[(number - 1) * PER_PAGE : number * PER_PAGE]
    return PhonePage(tuple(await _rows(shown, staff, now)), chosen, counts, number, last)


async def next_call(
    staff: StaffMember, now: datetime, whose: Whose, after: UUID | None
) -> UUID | None:
    """Return whom to call next, if anybody is to be called just now."""
    ordered = await _ordered(_narrowed(_to_call(staff, now), staff, whose), now)
    due = (call.task_id for call in ordered if not waits(call, now))
    return next((task for task in due if task != after), None)


async def open_task(task_id: UUID, staff: StaffMember) -> OpenedTask | None:
    """Open a row; None for what this person may not see. The caller records the look."""
    task = await visible_tasks(staff).get_or_none(id=task_id)
    if task is None:
        return None
    await task.fetch_related("encounter__patient", "encounter__department", "plan", "assigned_to")
    numbers = (await numbers_of([task.encounter]))[task.encounter_id]
    calls = await calls_about(task.id)
    missed = sum(TRY + call.result in MISSED for call in calls)
    unsent = (await _unsent([task])).get(task.id, "")
    return OpenedTask(task, numbers, calls, missed, unsent)


async def calls_about(task_id: UUID) -> list[CallMade]:
    """List the calls made about a round, the last one first."""
    entries = AuditEntry.filter(subject=task_id, action__startswith=TRY).order_by("-sequence")
    return [CallMade(e.at, e.actor, e.action.removeprefix(TRY)) for e in await entries]


def _to_call(staff: StaffMember, now: datetime) -> QuerySet[FollowUpTask]:
    wanted = Q(status=TaskStatus.PHONE_LIST) | Q(call_at__lte=now, status__in=OPEN)
    rows = visible_tasks(staff).filter(wanted, encounter__withdrawn_at__isnull=True)
    return rows.exclude(plan__status=PlanStatus.PAUSED)


def _narrowed(
    rows: QuerySet[FollowUpTask], staff: StaffMember, whose: Whose
) -> QuerySet[FollowUpTask]:
    match whose:
        case Whose.MINE:
            return rows.filter(assigned_to_id=staff.id)
        case Whose.WARD:
            return rows.filter(assigned_to_id__isnull=True)
        case Whose.ALL:
            return rows


async def _counts(rows: QuerySet[FollowUpTask], staff: StaffMember) -> Mapping[Whose, int]:
    counted = rows.annotate(n=Count("id")).group_by("assigned_to_id")
    held = dict(await counted.values_list("assigned_to_id", "n"))
    return {
        Whose.MINE: held.get(staff.id, 0),
        Whose.WARD: held.get(None, 0),
        Whose.ALL: sum(held.values()),
    }


async def _ordered(rows: QuerySet[FollowUpTask], now: datetime) -> list[CallFacts]:
    return sorted(await facts_of(rows), key=lambda call: place_of(call, now))


async def _rows(shown: Sequence[CallFacts], staff: StaffMember, now: datetime) -> list[PhoneRow]:
    ids = [call.task_id for call in shown]
    found = FollowUpTask.filter(id__in=ids).prefetch_related(
        "encounter__patient", "encounter__department", "assigned_to"
    )
    tasks = {task.id: task for task in await found}
    beside = await _beside(list(tasks.values()))
    return [
        _row(tasks[call.task_id], call, beside, staff, now)
        for call in shown
        if call.task_id in tasks
    ]


@dataclass(frozen=True, slots=True)
class _Beside:
    """What stands beside the rounds of a page, by round; numbers by stay."""

    numbers: Mapping[UUID, list[Number]]
    answered: Mapping[UUID, int]
    unsent: Mapping[UUID, str]
    given: Mapping[UUID, str]


async def _beside(tasks: Collection[FollowUpTask]) -> _Beside:
    ids = [task.id for task in tasks]
    return _Beside(
        numbers=await numbers_of([task.encounter for task in tasks]),
        answered=await _answered(ids),
        unsent=await _unsent(tasks),
        given=await _given(ids),
    )


async def _unsent(tasks: Collection[FollowUpTask]) -> Mapping[UUID, str]:
    wanted = [task.id for task in tasks if task.phone_reason == PhoneReason.UNSENT]
    return await unsent_reasons(wanted) if wanted else {}


def _row(
    task: FollowUpTask, call: CallFacts, beside: _Beside, staff: StaffMember, now: datetime
) -> PhoneRow:
    encounter, holder = task.encounter, task.assigned_to
    usable = [number for number in beside.numbers[task.encounter_id] if not number.wrong]
    return PhoneRow(
        task_id=task.id,
        name=mask_name(encounter.patient.name),
        phone=usable[0].masked if usable else "",
        ward=encounter.department.name if encounter.department else encounter.ward,
        department=encounter.department.code if encounter.department else "",
        kind=task.kind,
        round=task.round,
        reason=task.phone_reason,
        deadline_at=task.deadline_at,
        call_at=task.call_at,
        urgency=urgency_of(call, now),
        waits=waits(call, now),
        answered=beside.answered.get(task.id, 0),
        missed=call.missed,
        unsent=beside.unsent.get(task.id, ""),
        caller=holder.name if holder else "",
        mine=task.assigned_to_id == staff.id,
        given=beside.given.get(task.id, ""),
    )


async def _answered(tasks: Collection[UUID]) -> Mapping[UUID, int]:
    rows = Answer.filter(response__task_id__in=list(tasks), superseded_at=None)
    counted = rows.annotate(n=Count("id")).group_by("response__task_id")
    return dict(await counted.values_list("response__task_id", "n"))


async def _given(tasks: Collection[UUID]) -> Mapping[UUID, str]:
    """Return by round the code of why it went to whom it went, or stayed with the ward."""
    entries = AuditEntry.filter(subject__in=list(tasks), action__in=[ASSIGNED, LEFT])
    said = await entries.order_by("sequence").values_list("subject", "reason")
    return {UUID(str(task)): str(reason).partition(":")[0] for task, reason in said}
