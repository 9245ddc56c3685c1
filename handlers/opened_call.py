"""A call opened to be made: the numbers, what else to ask in it, and what came of earlier ones."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from handlers.call_facts import MISSED, TRY
from handlers.dialling import Number, numbers_of
from handlers.one_call import asked_with
from handlers.scope import visible_tasks
from handlers.staff_names import names_of
from handlers.tasks import PhoneReason
from handlers.unsent import unsent_reasons
from models.audit import AuditEntry
from models.care import FollowUpTask
from models.hospital import StaffMember


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
    # the other rounds the same call is to ask about
    others: Sequence[FollowUpTask] = ()


async def open_task(task_id: UUID, staff: StaffMember, now: datetime) -> OpenedTask | None:
    """Open a row; None for what this person may not see. The caller records the look."""
    task = await visible_tasks(staff).get_or_none(id=task_id)
    if task is None:
        return None
    await task.fetch_related("encounter__patient", "encounter__department", "plan", "assigned_to")
    numbers = (await numbers_of([task.encounter]))[task.encounter_id]
    others = await asked_with(task, staff, now)
    calls = await calls_about(task.id)
    missed = sum(TRY + call.result in MISSED for call in calls)
    unsent = (await why_unsent([task])).get(task.id, "")
    return OpenedTask(task, numbers, calls, missed, unsent, others)


async def calls_about(task_id: UUID) -> list[CallMade]:
    """List the calls made about a round, the last one first."""
    rows = AuditEntry.filter(subject=task_id, action__startswith=TRY)
    entries = await rows.order_by("-sequence")
    names = await names_of(entry.actor for entry in entries)
    return [CallMade(e.at, names[e.actor], e.action.removeprefix(TRY)) for e in entries]


async def why_unsent(tasks: Collection[FollowUpTask]) -> Mapping[UUID, str]:
    """Return, by round, in words why its last message did not go out, where that is the reason."""
    wanted = [task.id for task in tasks if task.phone_reason == PhoneReason.UNSENT]
    return await unsent_reasons(wanted) if wanted else {}
