"""The doctors a department has named for its patients' questions, beside a complaint (R157)."""

from __future__ import annotations

from handlers.casework.access import is_accused
from handlers.duty import liaisons_of
from models.complaint import Complaint
from models.hospital import StaffMember


async def liaison_of(complaint: Complaint) -> list[StaffMember]:
    """Name whom of the department concerned its office talks with; never one it is about."""
    if complaint.department_id is None:
        return []
    named = await liaisons_of(complaint.department_id)
    return [doctor for doctor in named if not is_accused(doctor, complaint)]
