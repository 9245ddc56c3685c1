"""The phone list: whom a person has to call, why, until when, and what came of each call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from tortoise.expressions import Q
from tortoise.functions import Count

from handlers.dialling import Number, numbers_of
from handlers.masking import mask_name
from handlers.scope import visible_tasks
from handlers.tasks import OPEN, PhoneReason
from handlers.unsent import unsent_reasons
from models.audit import AuditEntry
from models.care import FollowUpTask, TaskStatus
from models.hospital import StaffMember
from models.response import Answer

MOST: Final = 300
TRY: Final = "call."
MISSED: Final = ("call.no_answer", "call.busy")


@dataclass(frozen=True, slots=True)
class PhoneRow:
    """One call to make, masked as it is before the row is opened; `reason` is a code.

    `unsent`: why the last message did not go out, in words; empty where that is not the reason.
    """

    task_id: UUID
    name: str
    phone: str
    ward: str
    round: int
    reason: str
    deadline_at: datetime
    call_at: datetime | None
    answered: int = 0
    missed: int = 0
    unsent: str = ""

    def due(self, now: datetime) -> bool:
        """Tell whether it may be called now; a time the patient chose is waited for."""
        return self.call_at is None or self.call_at <= now


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


async def phone_list(staff: StaffMember, now: datetime) -> list[PhoneRow]:
    """List the calls a member of staff has to make: those due first, by deadline."""
    wanted = Q(status=TaskStatus.PHONE_LIST) | Q(call_at__lte=now, status__in=OPEN)
    rows = visible_tasks(staff).filter(wanted).order_by("deadline_at").limit(MOST)
    tasks = await rows.prefetch_related("encounter__patient", "encounter__department")
    numbers = await numbers_of([task.encounter for task in tasks])
    answered = await _answered([task.id for task in tasks])
    missed = await _missed([task.id for task in tasks])
    unsent = await _unsent(tasks)
    found = [
        replace(
            _row(task, numbers[task.encounter_id]),
            answered=answered.get(task.id, 0),
            missed=missed.get(str(task.id), 0),
            unsent=unsent.get(task.id, ""),
        )
        for task in tasks
    ]
    return sorted(found, key=lambda row: (not row.due(now), row.call_at or row.deadline_at))


async def open_task(task_id: UUID, staff: StaffMember) -> OpenedTask | None:
    """Open a row; None for what this person may not see. The caller records the look."""
    task = await visible_tasks(staff).get_or_none(id=task_id)
    if task is None:
        return None
    await task.fetch_related("encounter__patient", "encounter__department", "plan")
    numbers = (await numbers_of([task.encounter]))[task.encounter_id]
    calls = await calls_about(task.id)
    missed = sum(TRY + call.result in MISSED for call in calls)
    unsent = (await _unsent([task])).get(task.id, "")
    return OpenedTask(task, numbers, calls, missed, unsent)


async def calls_about(task_id: UUID) -> list[CallMade]:
    """List the calls made about a round, the last one first."""
    entries = AuditEntry.filter(subject=task_id, action__startswith=TRY).order_by("-sequence")
    return [CallMade(e.at, e.actor, e.action.removeprefix(TRY)) for e in await entries]


async def _unsent(tasks: Collection[FollowUpTask]) -> Mapping[UUID, str]:
    wanted = [task.id for task in tasks if task.phone_reason == PhoneReason.UNSENT]
    return await unsent_reasons(wanted) if wanted else {}


def _row(task: FollowUpTask, numbers: list[Number]) -> PhoneRow:
    encounter = task.encounter
    usable = [number for number in numbers if not number.wrong]
    return PhoneRow(
        task_id=task.id,
        name=mask_name(encounter.patient.name),
        phone=usable[0].masked if usable else "",
        ward=encounter.department.name if encounter.department else encounter.ward,
        round=task.round,
        reason=task.phone_reason,
        deadline_at=task.deadline_at,
        call_at=task.call_at,
    )


async def _answered(tasks: Collection[UUID]) -> Mapping[UUID, int]:
    rows = Answer.filter(response__task_id__in=list(tasks), superseded_at=None)
    counted = rows.annotate(n=Count("id")).group_by("response__task_id")
    return dict(await counted.values_list("response__task_id", "n"))


async def _missed(tasks: Collection[UUID]) -> Mapping[str, int]:
    rows = AuditEntry.filter(subject__in=list(tasks), action__in=list(MISSED))
    return Counter(str(subject) for subject in await rows.values_list("subject", flat=True))
