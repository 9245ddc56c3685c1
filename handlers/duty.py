"""Who answers for a role now: by the roster, or by office where no roster says (R157, R164)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from handlers.scope import WIDE
from handlers.staff_words import StaffWords
from models.duty import DutyShift, LiaisonDoctor, LiaisonPlace
from models.hospital import Department, StaffMember, StaffRole

NAMED_AT_MOST: Final = 3
A_WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """The people of a role, who is called first in front; not `rostered`: everybody of the role."""

    role: StaffRole
    people: tuple[StaffMember, ...]
    rostered: bool

    def told(self, words: StaffWords) -> str:
        """Say them in a line: 值班医生 陈样例(值班); a role without anybody is named alone."""
        role = words.roles[self.role]
        if not self.people:
            return role
        names = words.room["comma"].join(person.name for person in self.people[:NAMED_AT_MOST])
        key = "on_duty" if self.rostered else "no_roster"
        more = words.group["and_more"] if len(self.people) > NAMED_AT_MOST else ""
        return words.group[key].format(role=role, names=names + more)


async def on_duty(role: StaffRole, department_id: UUID | None, now: datetime) -> list[StaffMember]:
    """Return who is on duty for a role, those of the department before those of the house."""
    return list((await duty_of(role, department_id, now)).people)


async def duty_of(role: StaffRole, department_id: UUID | None, now: datetime) -> OnDuty:
    """As `on_duty`, and whether a roster said so.

    Where none does, these are all who hold the role in that department: to be told is better than
    to be overlooked.
    """
    shifts = await _now(now).filter(_for(department_id), role=role)
    if shifts:
        ordered = sorted(shifts, key=lambda shift: (shift.department_id is None, _order(shift)))
        people = {shift.staff_id: shift.staff for shift in ordered}
        return OnDuty(role, tuple(people.values()), rostered=True)
    return OnDuty(role, tuple(await _holders(role, department_id)), rostered=False)


async def duties_of(
    roles: Iterable[str], department_id: UUID | None, now: datetime
) -> list[OnDuty]:
    """Return who is on duty for each of several roles."""
    return [await duty_of(StaffRole(role), department_id, now) for role in roles]


async def who_is_on(now: datetime) -> list[DutyShift]:
    """List the shifts of this instant with their people, by department and role."""
    shifts = await _now(now)
    return sorted(shifts, key=lambda shift: (_place(shift), shift.role, _order(shift)))


async def shifts_between(first: datetime, last: datetime) -> list[DutyShift]:
    """List the shifts that touch a span of time, as they begin."""
    shifts = DutyShift.filter(starts_at__lt=last, ends_at__gt=first)
    return await shifts.order_by("starts_at", "place").prefetch_related("staff", "department")


async def liaisons_of(department_id: UUID) -> list[StaffMember]:
    """List the doctors a department has named for questions, the deputy last (R157)."""
    order = list(LiaisonPlace)
    rows = await LiaisonDoctor.filter(department_id=department_id).prefetch_related("staff")
    named = sorted(rows, key=lambda row: order.index(row.place))
    return [row.staff for row in named if row.staff.active]


def sees_shift(staff: StaffMember, shift: DutyShift) -> bool:
    """Tell whether a shift concerns somebody: of the whole house, or of one's own departments."""
    wide = not staff.departments and staff.role in WIDE
    return wide or shift.department is None or shift.department.code in staff.departments


def _now(now: datetime) -> QuerySet[DutyShift]:
    running = DutyShift.filter(starts_at__lte=now, ends_at__gt=now, staff__active=True)
    return running.prefetch_related("staff", "department")


def _for(department_id: UUID | None) -> Q:
    if department_id is None:
        return Q()
    return Q(department_id=department_id) | Q(department_id=None)


async def _holders(role: StaffRole, department_id: UUID | None) -> Sequence[StaffMember]:
    holders = await StaffMember.filter(role=role, active=True).order_by("username")
    department = await Department.get_or_none(id=department_id) if department_id else None
    own = [one for one in holders if department and department.code in one.departments]
    wide = [one for one in holders if not one.departments and role in WIDE]
    return own + wide


def _order(shift: DutyShift) -> tuple[int, datetime]:
    return shift.place, shift.starts_at


def _place(shift: DutyShift) -> str:
    return shift.department.name if shift.department else ""
