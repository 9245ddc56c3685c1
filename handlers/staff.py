"""The people who work here and the departments: taken over from the hospital's own lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from handlers.sessions import end_sessions
from models.audit import append_entry
from models.hospital import Department, FollowUpPolicy, StaffMember, StaffRole
from models.unit import unit_of_work


@dataclass(frozen=True, slots=True)
class DepartmentEntry:
    """A department as the hospital lists it; `code` names it."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    phone: str = ""
    tel: str = ""
    follow_up_policy: FollowUpPolicy = FollowUpPolicy.ALL
    neutral: bool = False

    plan: str | None = None

@dataclass(frozen=True, slots=True)
class StaffEntry:
    """A member of staff as the hospital lists them; `username` names them."""

    username: str
    name: str = field(repr=False)
    role: StaffRole
    departments: tuple[str, ...] = ()
    licensed: bool = False
    phone: str | None = field(default=None, repr=False)
    active: bool = True


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did; `refused` says why nothing was done."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: str = ""


NO_ADMIN = "no_active_admin"


async def take_departments(entries: Iterable[DepartmentEntry], by: str, now: datetime) -> Taken:
    """Write a list of departments; the same list again changes nothing."""
    wanted = list(entries)
    return await unit_of_work(lambda: _take_departments(wanted, by, now))


async def take_staff(entries: Iterable[StaffEntry], by: str, now: datetime) -> Taken:
    """Write a list of staff; refused as a whole where it would leave no active administrator.

    Departments are named by code or by name. Who loses a role or the right to sign in loses the
    open sessions too; passwords are never touched.
    """
    wanted = list(entries)
    return await unit_of_work(lambda: _take_staff(wanted, by, now))


async def colleagues() -> list[StaffMember]:
    """List everybody, those who may sign in first."""
    return await StaffMember.all().order_by("-active", "username")


async def set_active(staff_id: UUID, by: StaffMember, now: datetime, *, active: bool) -> bool:
    """Let somebody sign in, or no longer; False where no administrator would be left."""

    async def work() -> bool:
        staff = await StaffMember.get(id=staff_id)
        staff.active = active
        if not active and not await _admin_without(staff):
            return False
        await staff.save(update_fields=["active"])
        await end_sessions(staff.id, now)
        action = "staff.activated" if active else "staff.deactivated"
        await append_entry(now, by.username, action, subject_type="staff", subject=staff.id)
        return True

    return await unit_of_work(work)


async def _admin_without(staff: StaffMember) -> bool:
    admins = StaffMember.filter(role=StaffRole.ADMIN, active=True)
    return await admins.exclude(id=staff.id).exists()


async def _take_departments(wanted: list[DepartmentEntry], by: str, now: datetime) -> Taken:
    rows = {row.code: row for row in await Department.all()}
    done = [
        await _write(rows.get(entry.code) or Department(code=entry.code), _department(entry))
        for entry in wanted
    ]
    await append_entry(now, by, "departments.taken", reason=f"{len(wanted)} rows")
    return _counted(done)


async def _take_staff(wanted: list[StaffEntry], by: str, now: datetime) -> Taken:
    rows = {row.username: row for row in await StaffMember.all()}
    if _leaves_no_admin(rows.values(), wanted):
        return Taken(refused=NO_ADMIN)
    codes = {name: row.code for row in await Department.all() for name in (row.code, row.name)}
    done = []
    for entry in wanted:
        row = rows.get(entry.username) or StaffMember(username=entry.username, created_at=now)
        before = (row.role, row.active) if row.username in rows else None
        done.append(await _write(row, _member(entry, codes)))
        if before is not None and before != (entry.role, entry.active):
            await end_sessions(row.id, now)
    await append_entry(now, by, "staff.taken", reason=f"{len(wanted)} rows")
    return _counted(done)


def _leaves_no_admin(rows: Iterable[StaffMember], wanted: list[StaffEntry]) -> bool:
    before = {row.username for row in rows if row.role == StaffRole.ADMIN and row.active}
    after = before - {entry.username for entry in wanted} | {
        entry.username for entry in wanted if entry.role == StaffRole.ADMIN and entry.active
    }
    return bool(before) and not after


def _department(entry: DepartmentEntry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "aliases": list(entry.aliases),
        "phone": entry.phone,
        "tel": entry.tel,
        "follow_up_policy": entry.follow_up_policy,
        "neutral": entry.neutral,
        "active": True,
    }


def _member(entry: StaffEntry, codes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "name": entry.name,
        "role": entry.role,
        "licensed": entry.licensed,
        "phone": entry.phone,
        "departments": [codes.get(name, name) for name in entry.departments],
        "active": entry.active,
    }


async def _write(row: Department | StaffMember, values: Mapping[str, Any]) -> str:
    """Write what differs, and say whether the row was created, changed or left as it was."""
    fresh = not row._saved_in_db  # noqa: SLF001 - Tortoise says it only there
    if not fresh and all(getattr(row, name) == value for name, value in values.items()):
        return "unchanged"
    for name, value in values.items():
        setattr(row, name, value)
    await row.save()
    return "created" if fresh else "changed"


def _counted(done: list[str]) -> Taken:
    return Taken(done.count("created"), done.count("changed"), done.count("unchanged"))
        "plan": entry.plan,
