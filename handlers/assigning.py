"""A call given to somebody by hand: to oneself, to a colleague, back to the ward (R024)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from handlers.distribution import ASSIGNED
from handlers.one_call import lock_call
from handlers.scope import WARD, WIDE, may_open, visible_tasks
from handlers.tasks import OPEN
from models.audit import append_entry
from models.care import FollowUpTask
from models.hospital import StaffMember, StaffRole
from models.unit import unit_of_work

TO_ME: Final = "me"
TO_WARD: Final = "ward"
# who makes calls; the offices and those who keep the machines do not
CALLERS: Final = (WARD | {StaffRole.MARKET_CENTRE}) - {StaffRole.MEDICAL_AFFAIRS}


class ByHand(StrEnum):
    """Why a call is somebody's, where a person said so."""

    TAKEN = "taken"
    HANDED = "handed"
    GIVEN_BACK = "given_back"


class AssignFault(StrEnum):
    """Why a call stayed whose it was; the words are among the refusals of console.toml."""

    NOT_FOUND = "not_allowed"
    DONE_ALREADY = "done_already"
    NO_COLLEAGUE = "no_colleague"


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody calls can be given to; `departments` are codes, empty for the whole house."""

    username: str
    name: str
    role: str
    departments: tuple[str, ...]

    def answers_for(self, department: str) -> bool:
        """Tell whether the calls of a ward can be theirs."""
        return not self.departments or department in self.departments


async def assign(task_id: UUID, staff: StaffMember, to: str, now: datetime) -> AssignFault | None:
    """Give a call to `me`, to the `ward`, or to a colleague by user name; None when it was done.

    All rounds the call is about go along, as far as the colleague may see them.
    """

    async def work() -> AssignFault | None:
        if not await visible_tasks(staff).filter(id=task_id).exists():
            return AssignFault.NOT_FOUND
        task, others = await lock_call(task_id, staff, now)
        if task.status not in OPEN:
            return AssignFault.DONE_ALREADY
        holder = await _holder(staff, to)
        if to != TO_WARD and (holder is None or not await _sees(holder, task_id)):
            return AssignFault.NO_COLLEAGUE
        await _give(task, staff, holder, now)
        for other in others:
            if other.status in OPEN and (holder is None or await _sees(holder, other.id)):
                await _give(other, staff, holder, now)
        return None

    return await unit_of_work(work)


async def _give(
    task: FollowUpTask, staff: StaffMember, holder: StaffMember | None, now: datetime
) -> None:
    task.assigned_to_id = holder.id if holder else None
    task.assigned_at = now if holder else None
    await task.save(update_fields=["assigned_to_id", "assigned_at"])
    await append_entry(
        now,
        staff.username,
        ASSIGNED,
        subject_type="follow_up_task",
        subject=task.id,
        reason=f"{_why(staff, holder)}:{holder.username if holder else ''}",
    )


async def colleagues_of(staff: StaffMember) -> list[Colleague]:
    """List to whom somebody may give calls: those who call in the same wards."""
    people = await StaffMember.filter(active=True, role__in=CALLERS).order_by("name", "username")
    return [_colleague(one) for one in people if one.id != staff.id and _works_with(staff, one)]


async def _holder(staff: StaffMember, to: str) -> StaffMember | None:
    if to == TO_WARD:
        return None
    return staff if to == TO_ME else await StaffMember.get_or_none(username=to, active=True)


async def _sees(holder: StaffMember, task_id: UUID) -> bool:
    return await visible_tasks(holder).filter(id=task_id).exists()


def _why(staff: StaffMember, holder: StaffMember | None) -> ByHand:
    if holder is None:
        return ByHand.GIVEN_BACK
    return ByHand.TAKEN if holder.id == staff.id else ByHand.HANDED


def _works_with(staff: StaffMember, other: StaffMember) -> bool:
    """Share a ward; who has none named answers for the whole house, or for none at all."""
    if not other.departments:
        return other.role in WIDE
    calls = may_open(other) or other.role == StaffRole.MARKET_CENTRE
    return calls and (not staff.departments or bool({*staff.departments} & {*other.departments}))


def _colleague(one: StaffMember) -> Colleague:
    return Colleague(one.username, one.name, one.role.value, tuple(one.departments))
