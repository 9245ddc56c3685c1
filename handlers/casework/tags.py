"""A person confirms or corrects what a complaint is about before it counts in reports (R144)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from dialogs.complaints.owners import OTHER, route
from dialogs.tagging.tags import Category, Severity
from handlers.casework.entries import note, patients_words
from handlers.casework.keeping import keep
from handlers.casework.locking import open_case
from handlers.casework.widening import widen
from handlers.claims import Refusal
from handlers.desk import Desk
from handlers.staff_words import staff_words
from models.complaint import Complaint, ComplaintEvent
from models.hospital import Department, StaffMember
from models.unit import unit_of_work


async def confirm_tags(
    complaint_id: UUID,
    staff: StaffMember,
    categories: Collection[str],
    severity: str,
    department_id: UUID | None,
    desk: Desk,
    now: datetime,
) -> Refusal | None:
    """Say what it is about, how much it weighs and which department is meant.

    A person may lower what the program heard, but a dispute stays one and the clocks stand; if
    several departments have to answer now, the law gives more days.
    """
    known = set(Category)
    if not categories or not set(categories) <= known or severity not in tuple(Severity):
        return Refusal.INCOMPLETE
    if department_id is not None and not await Department.exists(id=department_id):
        return Refusal.NO_SUCH_DEPARTMENT

    async def work() -> Refusal | None:
        case = await open_case(complaint_id, staff)
        if isinstance(case, Refusal):
            return case
        case.department_id, case.severity = department_id, severity
        await _route(case, sorted(categories), desk, now)
        case.tags_confirmed_by_id, case.tags_confirmed_at = staff.id, now
        said = staff_words(desk.language)
        detail = said.room["comma"].join(said.categories[one] for one in case.categories)
        await note(case, ComplaintEvent.TAGGED, now, staff_id=staff.id, detail=detail)
        await keep(case, desk, now)
        return None

    return await unit_of_work(work)


async def _route(case: Complaint, categories: list[str], desk: Desk, now: datetime) -> None:
    """Tags and grade follow the categories; the owner stays (first receiver, R155)."""
    named = [one for one in categories if one != OTHER] or categories
    words = "\n".join(await patients_words(case))
    found = route(named, words, dispute=case.dispute)
    case.categories, case.tags = named, list(found.tags)
    case.grade = found.grade(case.severity, filed=True)
    if found.joint and not case.joint:
        await widen(case, desk, now)
