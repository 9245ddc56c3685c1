"""The day's calls, given out at eight, and each new one at once; every choice says why (R024)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Final
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from dialogs.timing.spans import Span, local, moment
from handlers.desk import Desk
from handlers.duty import duty_of
from handlers.fair_share import Call, Caller, Share, share_out
from handlers.languages import languages_in
from handlers.scope import WIDE
from handlers.staff_load import StaffLoad, loads_of_all
from models.audit import Deed, append_entries
from models.care import FollowUpTask, PlanStatus, RiskTier, TaskStatus
from models.hospital import StaffMember, StaffRole
from models.timetable import Due
from models.unit import unit_of_work

ASSIGNED: Final = "task.assigned"
LEFT: Final = "task.left"
_ACTOR: Final = "system"
# a call of the evening or the night is given out in the morning, to who is there then
_DAY: Final = Span(time(8), time(20))
_MIDNIGHT: Final = time(23, 59)
_COLUMNS: Final = (
    "id",
    "owner_role",
    "assigned_to_id",
    "encounter__department_id",
    "encounter__department__code",
    "encounter__risk",
    "encounter__patient__needs",
    "encounter__patient__usual_caller",
)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A call of today, as far as it matters to whom it goes."""

    id: UUID
    owner_role: str
    assigned_to: UUID | None
    department_id: UUID | None
    department: str | None
    risk: str
    needs: list[str]
    usual_caller: str

    @property
    def role(self) -> StaffRole:
        """The role whose call it is; nurses take what names nobody."""
        known = self.owner_role in set(StaffRole)
        return StaffRole(self.owner_role) if known else StaffRole.NURSE

    @property
    def pool(self) -> str:
        """Name the people who may get it: a role in a ward."""
        return f"{self.department or ''}:{self.role}"

    def call(self) -> Call:
        """Say the same in the terms of the choice."""
        high = self.risk == RiskTier.HIGH
        return Call(self.id, self.pool, languages_in(self.needs), high, self.usual_caller)


@dataclass(slots=True)
class _Roster:
    """Who is there at an instant, looked up once for each role and ward."""

    now: datetime
    known: dict[tuple[StaffRole, UUID | None, str | None], list[StaffMember]] = field(
        default_factory=dict
    )

    async def there(
        self, role: StaffRole, department_id: UUID | None, code: str | None
    ) -> list[StaffMember]:
        """Return the people of a role who are on duty and answer for a ward."""
        key = (role, department_id, code)
        if key not in self.known:
            people = (await duty_of(role, department_id, self.now)).people
            self.known[key] = [one for one in people if _answers_for(one, code)]
        return self.known[key]


async def distribute(desk: Desk, due: Due, now: datetime) -> str:
    """Give out the calls of the day that are nobody's, or of somebody who is not there (08:00)."""
    del desk
    waiting = await _of_today(now)
    roster = _Roster(now)
    free = await _without_caller(waiting, roster)
    shares = await _give_out(free, roster, now)
    given = sum(bool(share.username) for share in shares)
    return f"{given} given out, {len(shares) - given} left, for {local(due.due_at).date()}"


async def give_out(task_id: UUID, now: datetime) -> None:
    """Give out a call that has just come up, by the rule of the morning; at night it waits."""
    if not _DAY.covers(local(now).time()):
        return

    async def work() -> None:
        waiting = [one for one in await _of_today(now, task_id) if one.assigned_to is None]
        await _give_out(waiting, _Roster(now), now)

    await unit_of_work(work)


def calls_of_today(now: datetime) -> QuerySet[FollowUpTask]:
    """Select the rounds a person has to call about before this day ends."""
    evening = moment(local(now).date(), _MIDNIGHT)
    on_list = Q(status=TaskStatus.PHONE_LIST) & (Q(call_at=None) | Q(call_at__lte=evening))
    agreed = Q(status__in=(TaskStatus.CONTACTING, TaskStatus.ANSWERING), call_at__lte=evening)
    rows = FollowUpTask.filter(on_list | agreed, encounter__withdrawn_at__isnull=True)
    return rows.exclude(plan__status=PlanStatus.PAUSED)


async def _of_today(now: datetime, task_id: UUID | None = None) -> list[_Waiting]:
    rows = calls_of_today(now)
    chosen = rows if task_id is None else rows.filter(id=task_id)
    found = await chosen.order_by("deadline_at", "id").values_list(*_COLUMNS)
    return [_Waiting(*row) for row in found]


async def _without_caller(waiting: Collection[_Waiting], roster: _Roster) -> list[_Waiting]:
    """Keep what is nobody's, or of somebody who has left or is not on the roster of the day."""
    held = {one.assigned_to for one in waiting if one.assigned_to is not None}
    holders = {one.id: one for one in await StaffMember.filter(id__in=list(held))}
    free = []
    for one in waiting:
        holder = holders.get(one.assigned_to) if one.assigned_to else None
        if holder is None or not await _is_there(holder, one, roster):
            free.append(one)
    return free


async def _is_there(holder: StaffMember, call: _Waiting, roster: _Roster) -> bool:
    role = StaffRole(holder.role)
    there = await roster.there(role, call.department_id, call.department)
    return any(one.id == holder.id for one in there)


async def _give_out(waiting: Sequence[_Waiting], roster: _Roster, now: datetime) -> list[Share]:
    if not waiting:
        return []
    loads = await loads_of_all(now)
    pools: dict[str, list[Caller]] = {}
    ids: dict[str, UUID] = {}
    for one in waiting:
        if one.pool not in pools:
            people = await roster.there(one.role, one.department_id, one.department)
            ids |= {person.username: person.id for person in people}
            pools[one.pool] = [_caller(person, loads) for person in people]
    shares = share_out([one.call() for one in waiting], pools)
    await _write(shares, ids, now)
    return shares


def _caller(person: StaffMember, loads: Mapping[UUID, StaffLoad]) -> Caller:
    """Whoever answers patients online at the moment gets fewer calls (R255)."""
    skills, load = frozenset(person.skills), loads.get(person.id, StaffLoad())
    return Caller(person.username, skills, languages_in(skills), load.all)


async def _write(shares: Sequence[Share], ids: Mapping[str, UUID], now: datetime) -> None:
    by_name: dict[str, list[UUID]] = defaultdict(list)
    for share in shares:
        by_name[share.username].append(share.call)
    for name, calls in by_name.items():
        values = {"assigned_to_id": ids.get(name), "assigned_at": now if name else None}
        await FollowUpTask.filter(id__in=calls).update(**values)
    await append_entries(now, _ACTOR, [_deed(share) for share in shares])


def _deed(share: Share) -> Deed:
    """Write down why; the reason begins with its code, the name behind it is of staff."""
    action = ASSIGNED if share.username else LEFT
    reason = f"{share.why}:{share.username}" if share.username else share.why.value
    return Deed(action, "follow_up_task", share.call, reason)


def _answers_for(person: StaffMember, code: str | None) -> bool:
    if person.departments:
        return code in person.departments
    return person.role in WIDE
