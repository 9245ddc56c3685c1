"""Measures drawn from complaints: problem, measure, who, until when, and seen to work (R154)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from tortoise.queryset import QuerySet

from handlers.casework.access import OWNER_ROLES, WARD_HEADS, may_work_on
from handlers.claims import Refusal
from models.complaint import Complaint, ImprovementAction
from models.hospital import StaffMember
from models.unit import lock, unit_of_work

_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Improvement:
    """What is wrong, what is done about it, by whom and until when."""

    problem: str
    measure: str
    responsible: str
    due_on: date
    complaint_id: UUID | None = None
    department_id: UUID | None = None


def visible_improvements(staff: StaffMember) -> QuerySet[ImprovementAction]:
    """Select the measures somebody may read: the offices all, a ward's heads their own."""
    if staff.role in OWNER_ROLES:
        return ImprovementAction.all()
    if staff.role in WARD_HEADS:
        return ImprovementAction.filter(department__code__in=list(staff.departments))
    return ImprovementAction.filter(id__in=[])


async def add_improvement(
    staff: StaffMember, improvement: Improvement, now: datetime
) -> Refusal | None:
    """Write a measure down; one drawn from a case by who works on it."""
    said = (improvement.problem, improvement.measure, improvement.responsible)
    if not all(text.strip() for text in said):
        return Refusal.EMPTY
    if staff.role not in OWNER_ROLES or not await _may_draw_from(staff, improvement.complaint_id):
        return Refusal.NOT_ALLOWED

    async def work() -> None:
        await ImprovementAction.create(
            complaint_id=improvement.complaint_id,
            department_id=improvement.department_id,
            problem=improvement.problem.strip()[:_LONGEST],
            measure=improvement.measure.strip()[:_LONGEST],
            responsible=improvement.responsible.strip()[:64],
            due_on=improvement.due_on,
            created_at=now,
            created_by_id=staff.id,
        )

    await unit_of_work(work)
    return None


async def improvement_done(
    improvement_id: UUID, staff: StaffMember, now: datetime
) -> Refusal | None:
    """Note that the measure was taken; a ward's heads may say so of their own."""

    async def work() -> Refusal | None:
        row = await lock(visible_improvements(staff).filter(id=improvement_id)).get_or_none()
        if row is None:
            return Refusal.NOT_ALLOWED
        if row.done_at is None:
            row.done_at = now
            await row.save(update_fields=["done_at"])
        return None

    return await unit_of_work(work)


async def verify_improvement(
    improvement_id: UUID, staff: StaffMember, verification: str, now: datetime
) -> Refusal | None:
    """Note how it was seen to work, once it was done; the offices verify."""
    if not verification.strip():
        return Refusal.EMPTY
    if staff.role not in OWNER_ROLES:
        return Refusal.NOT_ALLOWED

    async def work() -> Refusal | None:
        row = await lock(ImprovementAction.filter(id=improvement_id)).get()
        if row.done_at is None:
            return Refusal.NOT_OPEN
        row.verification = verification.strip()[:_LONGEST]
        row.verified_at, row.verified_by_id = now, staff.id
        await row.save()
        return None

    return await unit_of_work(work)


async def _may_draw_from(staff: StaffMember, complaint_id: UUID | None) -> bool:
    case = await Complaint.get_or_none(id=complaint_id) if complaint_id else None
    return case is None or may_work_on(staff, case)
