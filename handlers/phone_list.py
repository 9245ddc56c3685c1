"""The phone list: whom a person has to call, why, until when; one line a patient."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil
from typing import Final
from uuid import UUID

from tortoise.functions import Count
from tortoise.queryset import QuerySet

from handlers.call_facts import facts_of
from handlers.call_order import CallFacts, Urgency, place_of, urgency_of, waits
from handlers.dialling import Number, numbers_of
from handlers.distribution import ASSIGNED, LEFT
from handlers.masking import mask_name
from handlers.one_call import to_call
from handlers.opened_call import why_unsent
from models.audit import AuditEntry
from models.care import FollowUpTask, TaskKind
from models.hospital import StaffMember
from models.response import Answer

PER_PAGE: Final = 50


class Whose(StrEnum):
    """Which calls somebody looks at: the own, those that are nobody's, or all."""

    MINE = "mine"
    WARD = "ward"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be asked in a call: a round of a plan, or a contact of another kind."""

    kind: TaskKind
    round: int


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """One call to make, masked as it is before the row is opened; `reason` is a code.

    It stands for all rounds that wait for it: `asks` names them, the first is `task_id`.

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
    asks: tuple[Asked, ...] = ()


@dataclass(frozen=True, slots=True)
class PhonePage:
    """A page of the list; `counts` say how many calls each choice of `whose` has."""

    rows: tuple[PhoneRow, ...]
    whose: Whose
    counts: Mapping[Whose, int]
    number: int
    last: int


async def phone_list(
    staff: StaffMember, now: datetime, whose: Whose | None = None, number: int = 1
) -> PhonePage:
    """List a page of the calls somebody has to make, whom to call first in front.

    Unless told `whose`, the own calls are shown where there are any.
    """
    rows = to_call(staff, now)
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
    """Return whom to call next, if anybody else is to be called just now."""
    ordered = await _ordered(_narrowed(to_call(staff, now), staff, whose), now)
    due = (calls[0] for calls in ordered if not waits(calls[0], now))
    done = await _patient_of(after) if after else None
    return next((call.task_id for call in due if call.patient_id != done), None)


async def _patient_of(task_id: UUID) -> UUID | None:
    rows = FollowUpTask.filter(id=task_id)
    found = await rows.values_list("encounter__patient_id")
    return found[0][0] if found else None


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
    """Count calls as they are listed: a patient is one, whoever holds how many of the rounds."""
    found = await rows.values_list("assigned_to_id", "encounter__patient_id", "kind")
    held = {(who, patient, kind == TaskKind.HOME_VISIT) for who, patient, kind in found}
    return {
        Whose.MINE: sum(who == staff.id for who, *_ in held),
        Whose.WARD: sum(who is None for who, *_ in held),
        Whose.ALL: len({(patient, visit) for _, patient, visit in held}),
    }


async def _ordered(rows: QuerySet[FollowUpTask], now: datetime) -> list[list[CallFacts]]:
    """Gather the rounds of one call, and put the calls in order by what is most urgent in each."""
    calls: dict[tuple[UUID | None, bool], list[CallFacts]] = {}
    for each in sorted(await facts_of(rows), key=lambda call: place_of(call, now)):
        calls.setdefault((each.patient_id, each.is_visit), []).append(each)
    return list(calls.values())


async def _rows(
    shown: Sequence[Sequence[CallFacts]], staff: StaffMember, now: datetime
) -> list[PhoneRow]:
    ids = [each.task_id for calls in shown for each in calls]
    found = FollowUpTask.filter(id__in=ids).prefetch_related(
        "encounter__patient", "encounter__department", "assigned_to"
    )
    tasks = {task.id: task for task in await found}
    beside = await _beside(list(tasks.values()))
    known = ([each for each in calls if each.task_id in tasks] for calls in shown)
    return [
        _row([tasks[each.task_id] for each in calls], calls[0], beside, staff, now)
        for calls in known
        if calls
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
        unsent=await why_unsent(tasks),
        given=await _given(ids),
    )


def _row(
    asked: Sequence[FollowUpTask],
    call: CallFacts,
    beside: _Beside,
    staff: StaffMember,
    now: datetime,
) -> PhoneRow:
    task = asked[0]
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
        answered=sum(beside.answered.get(each.id, 0) for each in asked),
        missed=call.missed,
        unsent=beside.unsent.get(task.id, ""),
        caller=holder.name if holder else "",
        mine=task.assigned_to_id == staff.id,
        given=beside.given.get(task.id, ""),
        asks=tuple(Asked(each.kind, each.round) for each in sorted(asked, key=_place_in_plan)),
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


def _place_in_plan(task: FollowUpTask) -> tuple[datetime, int]:
    return task.due_at, task.round
