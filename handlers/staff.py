"""The people who work here and the departments: taken over from the hospital's own lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from handlers.leaving import Handed, leave
from handlers.sessions import end_sessions
from models.audit import append_entry
from models.hospital import Department, FollowUpPolicy, StaffMember, StaffRole
from models.unit import lock, unit_of_work


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
    skills: tuple[str, ...] = ()
    # where it stands in the list
    line: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did; `refused` says why nothing was done, `lines` where that stands."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: str = ""
    lines: tuple[int, ...] = ()
    # departments that have no doctor for questions any more, since somebody left
    vacant: tuple[str, ...] = ()


NO_ADMIN = "no_active_admin"
# nobody would be left who has a password and may use it
NOBODY = "nobody_signs_in"


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


async def activate(staff_id: UUID, by: StaffMember, now: datetime) -> None:
    """Let somebody sign in again; the work that was theirs does not come back."""

    async def work() -> None:
        await StaffMember.filter(id=staff_id).update(active=True)
        await end_sessions(staff_id, now)
        await append_entry(
            now, by.username, "staff.activated", subject_type="staff", subject=staff_id
        )

    await unit_of_work(work)


async def deactivate(
    staff_id: UUID, by: StaffMember, now: datetime, heir: StaffMember | None = None
) -> Handed | None:
    """Let somebody sign in no longer and move their work; None where nobody would be left.

    Somebody must be left who administers and somebody who can sign in, whoever asks: this holds
    for oneself too.
    """

    async def work() -> Handed | None:
        # all of them, in one order: two who shut each other out must not both succeed
        people = await lock(StaffMember.filter(active=True).order_by("id"))
        staff = next((one for one in people if one.id == staff_id), None)
        if staff is None or not _may_go(staff, people):
            return None
        return await leave(staff, heir, by.username, now)

    return await unit_of_work(work)


def _may_go(staff: StaffMember, people: Iterable[StaffMember]) -> bool:
    others = [one for one in people if one.id != staff.id]
    able = not staff.password_hash or any(one.password_hash for one in others)
    return able and not is_last_admin(staff, others)


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
    if (refused := _shuts_out(rows.values(), wanted)) is not None:
        return refused
    codes = {name: row.code for row in await Department.all() for name in (row.code, row.name)}
    done, vacant = [], set[str]()
    for entry in wanted:
        row = rows.get(entry.username) or StaffMember(username=entry.username, created_at=now)
        before = (row.role, row.active) if row.username in rows else None
        done.append(await _write(row, _member(entry, codes)))
        if before is not None and before[1] and not entry.active:
            vacant |= set((await leave(row, None, by, now)).liaison)
        elif before is not None and before != (entry.role, entry.active):
            await end_sessions(row.id, now)
    await append_entry(now, by, "staff.taken", reason=f"{len(wanted)} rows")
    return replace(_counted(done), vacant=tuple(sorted(vacant)))


def is_last_admin(staff: StaffMember, others: Iterable[StaffMember]) -> bool:
    """Tell whether nobody else could give out rights if this active colleague did no longer.

    An administrator who has never signed in can let nobody in.
    """
    admins = [one for one in others if one.role == StaffRole.ADMIN]
    left = [one for one in admins if one.password_hash] if staff.password_hash else admins
    return staff.role == StaffRole.ADMIN and not left


def _shuts_out(rows: Iterable[StaffMember], wanted: list[StaffEntry]) -> Taken | None:
    """Say why a list must not go in, and which of its lines are the reason; None where it may."""
    active = {row.username: row for row in rows if row.active}
    said = {entry.username: entry for entry in wanted}
    admins = {name for name, row in active.items() if row.role == StaffRole.ADMIN}
    stay = admins - said.keys() | {
        name for name, entry in said.items() if entry.role == StaffRole.ADMIN and entry.active
    }
    if admins and not stay:
        return _refused(NO_ADMIN, [said[name] for name in admins])
    able = {name for name, row in active.items() if row.password_hash}
    gone = {name for name in able if name in said and not said[name].active}
    if able and able == gone:
        return _refused(NOBODY, [said[name] for name in gone])
    # an administrator who has never signed in can let nobody in
    keyed = {name for name in admins if active[name].password_hash}
    if keyed and not keyed & stay:
        return _refused(NO_ADMIN, [said[name] for name in keyed])
    return None


def _refused(why: str, entries: Iterable[StaffEntry]) -> Taken:
    return Taken(refused=why, lines=tuple(sorted(entry.line for entry in entries)))


def _department(entry: DepartmentEntry) -> dict[str, Any]:
    return {
        "name": entry.name,
        "aliases": list(entry.aliases),
        "phone": entry.phone,
        "tel": entry.tel,
        "follow_up_policy": entry.follow_up_policy,
        "neutral": entry.neutral,
        "plan": entry.plan,
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
        # a list without the column says nothing of what was noted on the page
        **({"skills": list(entry.skills)} if entry.skills else {}),
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
