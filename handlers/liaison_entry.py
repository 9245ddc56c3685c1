"""A department names its liaison doctors: one or two, and a deputy for their absence (R157)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from handlers.department_names import load_department_names
from handlers.duty_entry import refusal_of
from handlers.import_report import Finding, Trouble
from handlers.scope import DOCTORS
from models.audit import append_entry
from models.duty import LiaisonDoctor, LiaisonPlace
from models.hospital import StaffMember
from models.unit import unit_of_work

_IN_ORDER: Final = (LiaisonPlace.FIRST, LiaisonPlace.SECOND, LiaisonPlace.DEPUTY)


@dataclass(frozen=True, slots=True)
class LiaisonEntry:
    """A doctor a list names for a department; without a place it goes by the order of the list."""

    line: int
    department: str
    number: str
    name: str = field(default="", repr=False)
    place: LiaisonPlace | None = None


@dataclass(frozen=True, slots=True)
class LiaisonsTaken:
    """What became of the rows."""

    created: int
    changed: int
    unchanged: int
    findings: tuple[Finding, ...]


Named = dict[LiaisonPlace, tuple[LiaisonEntry, StaffMember]]


async def take_liaisons(entries: Iterable[LiaisonEntry], by: str, now: datetime) -> LiaisonsTaken:
    """Write a list; what a department named before and names no more is taken out.

    A department with a bad row, or without a first doctor, keeps what it had where the list gives
    it nothing better.
    """
    wanted = list(entries)
    return await unit_of_work(lambda: _take(wanted, by, now))


async def _take(entries: Sequence[LiaisonEntry], by: str, now: datetime) -> LiaisonsTaken:
    findings: list[Finding] = []
    departments = await _named(entries, findings)
    done = []
    for department_id, named in departments.items():
        if LiaisonPlace.FIRST not in named:
            lines = (entry.line for entry, _ in named.values())
            findings += [Finding(line, Trouble.LIAISON_NO_FIRST, "place") for line in lines]
            continue
        done += [await _write(department_id, place, named) for place in _IN_ORDER]
    counts = {word: done.count(word) for word in ("created", "changed", "unchanged")}
    if counts["created"] or counts["changed"] or "removed" in done:
        await append_entry(now, by, "liaisons.taken", reason=f"{len(departments)} departments")
    return LiaisonsTaken(**counts, findings=tuple(findings))


async def _named(entries: Sequence[LiaisonEntry], findings: list[Finding]) -> dict[UUID, Named]:
    """Sort the rows by department, and say which cannot be taken."""
    known = await load_department_names()
    people = {row.username: row for row in await StaffMember.filter(role__in=list(DOCTORS))}
    others = {row.username: row for row in await StaffMember.exclude(role__in=list(DOCTORS))}
    found: dict[UUID, Named] = {}
    for entry in entries:
        department = known.find(entry.department)
        if department is None:
            text = entry.department
            trouble = Trouble.DUTY_DEPARTMENT_UNKNOWN
            findings.append(Finding(entry.line, trouble, "department", text))
            continue
        named = found.setdefault(department.id, {})
        findings += _seat(entry, people, others, named)
    return {department_id: named for department_id, named in found.items() if named}


def _seat(
    entry: LiaisonEntry,
    doctors: Mapping[str, StaffMember],
    others: Mapping[str, StaffMember],
    named: Named,
) -> Iterator[Finding]:
    staff = doctors.get(entry.number)
    if staff is None and entry.number in others:
        yield Finding(entry.line, Trouble.LIAISON_NOT_DOCTOR, "number")
        return
    if (trouble := refusal_of(staff, entry.name)) is not None or staff is None:
        yield Finding(entry.line, trouble or Trouble.STAFF_UNKNOWN, "number")
        return
    place = entry.place or next((one for one in _IN_ORDER if one not in named), _IN_ORDER[-1])
    for other, holder in named.values():
        if holder.id == staff.id:
            yield Finding(entry.line, Trouble.LIAISON_TWICE, "number", str(other.line))
            return
    if place in named:
        line = named[place][0].line
        yield Finding(entry.line, Trouble.LIAISON_PLACE_TAKEN, "place", str(line))
        return
    named[place] = replace(entry, place=place), staff


async def _write(department_id: UUID, place: LiaisonPlace, named: Named) -> str:
    row = await LiaisonDoctor.get_or_none(department_id=department_id, place=place)
    staff = named[place][1] if place in named else None
    if staff is None:
        if row is not None:
            await row.delete()
        return "removed" if row else "empty"
    if row is None:
        await LiaisonDoctor.create(department_id=department_id, place=place, staff_id=staff.id)
        return "created"
    if row.staff_id == staff.id:
        return "unchanged"
    row.staff_id = staff.id
    await row.save(update_fields=["staff_id"])
    return "changed"
