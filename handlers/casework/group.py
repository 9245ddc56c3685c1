"""What the staff group is told of a complaint: number, ward, tags, clock and link (T07)."""

from __future__ import annotations

from datetime import datetime

from dialogs.timing.spans import local
from handlers.desk import Desk
from handlers.room.posts import Post, post
from models.complaint import Complaint
from models.hospital import Department, StaffRole
from models.room import PostKind

COMMA = "、"


async def post_filed(complaint: Complaint, desk: Desk, now: datetime) -> None:
    """Tell the offices that answer for it of a new complaint; never the department concerned."""
    values = {
        "tick": complaint.number,
        "ward": await _ward(complaint),
        "tags": COMMA.join(complaint.tags),
        "lv": complaint.grade,
        "due": instant(complaint.contact_due_at),
        "link": link(desk, complaint),
    }
    occurrence = f"complaint:{complaint.id}:filed"
    await post(_post(PostKind.COMPLAINT, "S-CMP", values, occurrence, complaint), now)


def instant(at: datetime) -> str:
    """Say an instant so that it still holds when the post is read: 11-22 14:30."""
    return f"{local(at):%m-%d %H:%M}"


def link(desk: Desk, complaint: Complaint) -> str:
    """Return the address of the case's page; only who may open it is let in."""
    return f"{desk.public_url}/staff/complaints/{complaint.number}"


def offices(complaint: Complaint) -> set[str]:
    """Name the roles that follow a case: its owner, the complaint office, medical affairs."""
    return {
        complaint.owner_role.value,
        StaffRole.COMPLAINT_OFFICE.value,
        StaffRole.MEDICAL_AFFAIRS.value,
    }


def _post(
    kind: PostKind, message: str, values: dict[str, str], occurrence: str, complaint: Complaint
) -> Post:
    roles = offices(complaint)
    return Post(kind, message, values, occurrence, roles=roles, complaint_id=complaint.id)


async def _ward(complaint: Complaint) -> str:
    department = await Department.get_or_none(id=complaint.department_id)
    return department.name if department else ""
