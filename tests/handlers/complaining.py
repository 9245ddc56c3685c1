"""Complaints to test with: filed as the desk files them, by people who are not real."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dialogs.tagging.tags import Category, Severity, Tags
from handlers.calendar import load_calendar, seed_calendar
from handlers.casework.filing import Filing, file_complaint
from handlers.desk import Desk
from models.complaint import Complaint, ComplaintEntry, FiledBy
from models.hospital import Department, StaffMember, StaffRole
from models.unit import unit_of_work

# a Monday morning in Shanghai
MONDAY = datetime.fromisoformat("2026-11-23T09:00+08:00")
NURSES = Tags(
    is_complaint=True, categories=(Category.QUALITY,), severity=Severity.MEDIUM, staff_role="护士"
)
RUDE = Tags(is_complaint=True, categories=(Category.ATTITUDE,), severity=Severity.LOW)
FEES = Tags(is_complaint=True, categories=(Category.BILLING,), severity=Severity.MEDIUM)
LAWSUIT = Tags(is_complaint=True, severity=Severity.HIGH, dispute_risk=True)
NOTHING = Tags()


async def a_desk() -> Desk:
    """The hospital's desk with its calendar."""
    await seed_calendar(MONDAY)
    return Desk(hospital="示例医院", calendar=await load_calendar())


async def a_department(code: str = "XN", name: str = "心内科") -> Department:
    """A ward."""
    found, _ = await Department.get_or_create(code=code, defaults={"name": name})
    return found


async def an_officer(
    username: str = "office", role: StaffRole = StaffRole.COMPLAINT_OFFICE, **values: Any
) -> StaffMember:
    """Somebody of the complaint office, unless told otherwise."""
    known = {"name": f"{username}甲", "role": role, **values}
    return await StaffMember.create(username=username, created_at=MONDAY, **known)


async def a_complaint(
    desk: Desk,
    tags: Tags = RUDE,
    words: str = "我要投诉,收费处的人吼我",
    now: datetime = MONDAY,
    once: str = "a",
    **values: Any,
) -> Complaint:
    """A complaint about the cardiology ward, filed in a unit of work of its own."""
    department = await a_department()
    known = {"filed_by": FiledBy.EXPLICIT, "department_id": department.id, **values}
    filing = Filing(occurrence=f"test:{once}", words=words, tags=tags, **known)
    return await unit_of_work(lambda: file_complaint(desk, filing, now))


async def events(complaint: Complaint) -> list[str]:
    """The history of a complaint, as the names of what happened."""
    entries = ComplaintEntry.filter(complaint_id=complaint.id).order_by("position")
    return [entry.event.value for entry in await entries]
