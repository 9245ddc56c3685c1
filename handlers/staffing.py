"""Departments and people written down on a page, one at a time, by who administers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from handlers.scope import administers
from handlers.sessions import end_sessions
from handlers.staff import is_last_admin
from models.audit import append_entry
from models.hospital import Department, FollowUpPolicy, StaffMember, StaffRole
from models.once import insert_once
from models.unit import lock, unit_of_work

_ACCOUNT: Final = 64


class StaffingFault(StrEnum):
    """Why something was not written; the words are in console.toml."""

    INCOMPLETE = "incomplete"
    TAKEN = "taken"
    NOT_ALLOWED = "not_allowed"
    LAST_ONE = "last_one"


@dataclass(frozen=True, slots=True)
class PersonSaid:
    """What the page says of a colleague; departments by code."""

    username: str
    name: str = field(repr=False)
    role: StaffRole
    departments: tuple[str, ...] = ()
    licensed: bool = False
    skills: tuple[str, ...] = ()
    phone: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DepartmentSaid:
    """What the page says of a department."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    phone: str = ""
    tel: str = ""
    policy: FollowUpPolicy = FollowUpPolicy.ALL
    plan: str | None = None
    channel: str = ""
    neutral: bool = False
    active: bool = True


async def put_person(
    said: PersonSaid, staff_id: UUID | None, by: StaffMember, now: datetime
) -> StaffMember | StaffingFault:
    """Add a colleague, or change one; a new role or department signs them out.

    IT looks after accounts but makes nobody an administrator, nor touches one: rights are given
    by who has them. The last administrator stays one.
    """
    if not said.username or not said.name or len(said.username) > _ACCOUNT:
        return StaffingFault.INCOMPLETE
    return await unit_of_work(lambda: _put_person(said, staff_id, by, now))


async def put_department(
    said: DepartmentSaid, department_id: UUID | None, by: StaffMember, now: datetime
) -> Department | StaffingFault:
    """Add a department, or change one; its code names it for good."""
    if not administers(by):
        return StaffingFault.NOT_ALLOWED
    if not said.code or not said.name:
        return StaffingFault.INCOMPLETE
    return await unit_of_work(lambda: _put_department(said, department_id, by, now))


def grants(by: StaffMember, role: StaffRole) -> bool:
    """Tell whether somebody may give a role, or change who has it."""
    if by.role == StaffRole.ADMIN:
        return True
    return by.role == StaffRole.IT and role is not StaffRole.ADMIN


async def _put_person(
    said: PersonSaid, staff_id: UUID | None, by: StaffMember, now: datetime
) -> StaffMember | StaffingFault:
    # in one order, so that the last two administrators cannot take each other's role at once
    people = await lock(StaffMember.filter(active=True, role=StaffRole.ADMIN).order_by("id"))
    if staff_id is None:
        return await _add_person(said, by, now)
    row = await lock(StaffMember.filter(id=staff_id)).get_or_none()
    if row is None or not (grants(by, StaffRole(row.role)) and grants(by, said.role)):
        return StaffingFault.NOT_ALLOWED
    others = [one for one in people if one.id != row.id]
    if row.active and said.role is not StaffRole.ADMIN and is_last_admin(row, others):
        return StaffingFault.LAST_ONE
    before = (row.role, list(row.departments), row.licensed)
    await StaffMember.filter(id=row.id).update(**_columns(said))
    await row.refresh_from_db()
    row.phone = said.phone
    await row.save(update_fields=["phone"])
    if before != (row.role, list(row.departments), row.licensed):
        await end_sessions(row.id, now)
    await _note(by, "staff.changed", "staff", row.id, now)
    return row


async def _add_person(
    said: PersonSaid, by: StaffMember, now: datetime
) -> StaffMember | StaffingFault:
    if not grants(by, said.role):
        return StaffingFault.NOT_ALLOWED
    row = StaffMember(username=said.username, phone=said.phone, created_at=now, **_columns(said))
    if not await insert_once(row):
        return StaffingFault.TAKEN
    await _note(by, "staff.added", "staff", row.id, now)
    return row


def _columns(said: PersonSaid) -> dict[str, Any]:
    return {
        "name": said.name,
        "role": said.role,
        "departments": list(said.departments),
        "licensed": said.licensed,
        "skills": list(said.skills),
    }


async def _put_department(
    said: DepartmentSaid, department_id: UUID | None, by: StaffMember, now: datetime
) -> Department | StaffingFault:
    values = {
        "name": said.name,
        "aliases": list(said.aliases),
        "phone": said.phone,
        "tel": said.tel,
        "follow_up_policy": said.policy,
        "plan": said.plan,
        "channel": said.channel,
        "neutral": said.neutral,
        "active": said.active,
    }
    if department_id is None:
        row = Department(code=said.code, **values)
        if not await insert_once(row):
            return StaffingFault.TAKEN
        await _note(by, "department.added", "department", row.id, now)
        return row
    if not await Department.filter(id=department_id).update(**values):
        return StaffingFault.NOT_ALLOWED
    await _note(by, "department.changed", "department", department_id, now)
    return await Department.get(id=department_id)


async def _note(by: StaffMember, action: str, kind: str, subject: UUID, now: datetime) -> None:
    await append_entry(now, by.username, action, subject_type=kind, subject=subject)
