"""The roster is planned: shifts from a list, or one by one; nobody is in two places at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from dialogs.timing import local
from handlers.department_names import DepartmentNames, load_department_names
from handlers.import_report import Finding, Trouble
from models.audit import append_entry
from models.duty import DutyShift
from models.hospital import Department, StaffMember, StaffRole
from models.once import insert_once
from models.unit import lock, unit_of_work

_PLANS_ALL: Final = frozenset({StaffRole.ADMIN, StaffRole.IT, StaffRole.MEDICAL_AFFAIRS})
_PLANS_OWN: Final = frozenset({StaffRole.HEAD_NURSE, StaffRole.DIRECTOR})


@dataclass(frozen=True, slots=True)
class ShiftEntry:
    """A shift as somebody wants it: blanks are the person's own role and departments."""

    line: int
    number: str
    starts: datetime
    ends: datetime
    name: str = field(default="", repr=False)
    role: StaffRole | None = None
    departments: tuple[str, ...] = ()
    whole_house: bool = False
    place: int = 1


@dataclass(frozen=True, slots=True)
class ShiftsTaken:
    """What became of the rows of a roster."""

    created: int
    unchanged: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What a roster is held against: the people, the departments, the shifts there are."""

    staff: Mapping[str, StaffMember]
    departments: DepartmentNames
    shifts: dict[UUID, list[DutyShift]]


async def take_shifts(entries: Iterable[ShiftEntry], by: str, now: datetime) -> ShiftsTaken:
    """Write the shifts of a list; the good go on when others are bad, the same again changes none.

    Shifts of one person that overlap are refused, unless they are the same hours in another
    department.
    """
    wanted = list(entries)
    return await unit_of_work(lambda: _take(wanted, by, now))


async def add_shift(entry: ShiftEntry, by: StaffMember, now: datetime) -> Finding | None:
    """Write one shift; the finding says why it was refused."""
    taken = await take_shifts([entry], by.username, now)
    return taken.findings[0] if taken.findings else None


async def remove_shift(shift_id: UUID, by: StaffMember, now: datetime) -> bool:
    """Take a shift out of the roster; False where it is gone or not for this person to plan."""

    async def work() -> bool:
        found = await DutyShift.get_or_none(id=shift_id).prefetch_related("department")
        if found is None or not plans_duty(by, found.department):
            return False
        await found.delete()
        await append_entry(
            now, by.username, "duty.removed", subject_type="staff", subject=found.staff_id
        )
        return True

    return await unit_of_work(work)


def plans_duty(staff: StaffMember, department: Department | None) -> bool:
    """Tell whether somebody plans the shifts of a department, or of the house (None)."""
    if staff.role in _PLANS_ALL:
        return True
    own = department is not None and department.code in staff.departments
    return staff.role in _PLANS_OWN and own


async def _take(entries: Sequence[ShiftEntry], by: str, now: datetime) -> ShiftsTaken:
    known = await _known(entries)
    created, unchanged, findings = 0, 0, []
    for entry in entries:
        done = await _shift(entry, known)
        if isinstance(done, Finding):
            findings.append(done)
        else:
            created, unchanged = created + (done > 0), unchanged + (done == 0)
    if created:
        await append_entry(now, by, "duty.taken", reason=f"{created} rows")
    return ShiftsTaken(created, unchanged, tuple(findings))


async def _known(entries: Sequence[ShiftEntry]) -> _Known:
    numbers = {entry.number for entry in entries}
    # locked in one order: two lists at once must not put anybody in two places
    people = await lock(StaffMember.filter(username__in=list(numbers)).order_by("username"))
    shifts: dict[UUID, list[DutyShift]] = {person.id: [] for person in people}
    first = min((entry.starts for entry in entries), default=None)
    rows = DutyShift.filter(staff_id__in=list(shifts))
    for row in await rows.filter(ends_at__gt=first) if first else []:
        shifts[row.staff_id].append(row)
    return _Known({one.username: one for one in people}, await load_department_names(), shifts)


async def _shift(entry: ShiftEntry, known: _Known) -> Finding | int:
    """Write a shift, a row a department; how many were new, or why there is none."""
    staff = known.staff.get(entry.number)
    if (trouble := refusal_of(staff, entry.name)) is not None or staff is None:
        return Finding(entry.line, trouble or Trouble.STAFF_UNKNOWN, "number")
    for name in entry.departments:
        if known.departments.find(name) is None:
            return Finding(entry.line, Trouble.DUTY_DEPARTMENT_UNKNOWN, "department", name)
    rows = list(_rows(entry, staff, known.departments))
    there = known.shifts[staff.id]
    if clash := _clash(rows[0], there):
        return Finding(entry.line, Trouble.DUTY_OVERLAP, "starts", _hours(clash))
    new = [row for row in rows if not any(_same(row, other) for other in there)]
    for row in new:
        await insert_once(row)
        there.append(row)
    return len(new)


def refusal_of(staff: StaffMember | None, name: str) -> Trouble | None:
    """Say why somebody a list names is not taken; a blank name is not compared."""
    if staff is None:
        return Trouble.STAFF_UNKNOWN
    if name and name != staff.name:
        return Trouble.STAFF_NAME_DIFFERS
    return None if staff.active else Trouble.STAFF_LEFT


def _rows(entry: ShiftEntry, staff: StaffMember, known: DepartmentNames) -> Iterator[DutyShift]:
    names = () if entry.whole_house else entry.departments or tuple(staff.departments)
    found = [department for name in names if (department := known.find(name)) is not None]
    wanted: Sequence[Department | None] = found or [None]
    for department in wanted:
        yield DutyShift(
            staff_id=staff.id,
            role=entry.role or staff.role,
            department_id=department.id if department else None,
            starts_at=entry.starts.astimezone(UTC),
            ends_at=entry.ends.astimezone(UTC),
            place=entry.place,
        )


def _clash(row: DutyShift, there: Iterable[DutyShift]) -> DutyShift | None:
    for other in there:
        overlaps = row.starts_at < other.ends_at and other.starts_at < row.ends_at
        if overlaps and _when(row) != _when(other):
            return other
    return None


def _same(row: DutyShift, other: DutyShift) -> bool:
    return _when(row) == _when(other) and row.department_id == other.department_id


def _when(row: DutyShift) -> tuple[StaffRole, datetime, datetime]:
    return row.role, row.starts_at, row.ends_at


def _hours(row: DutyShift) -> str:
    return f"{local(row.starts_at):%Y-%m-%d %H:%M} - {local(row.ends_at):%m-%d %H:%M}"
