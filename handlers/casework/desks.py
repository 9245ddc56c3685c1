"""Whose which side of complaints is: the offices that follow cases, and who is asked for facts."""

from __future__ import annotations

from handlers.casework.access import OWNER_ROLES, WARD_HEADS
from handlers.casework.facts import ASKED_ROLES
from models.hospital import StaffMember


def follows_cases(staff: StaffMember) -> bool:
    """Tell whether somebody has cases to look into."""
    return staff.role in OWNER_ROLES


def tells_facts(staff: StaffMember) -> bool:
    """Tell whether somebody may be asked what happened, for a department or an office."""
    return staff.role in WARD_HEADS or staff.role in ASKED_ROLES


def reads_praise(staff: StaffMember) -> bool:
    """Tell whether somebody reads what was praised: the offices all, a ward's heads their own."""
    return staff.role in OWNER_ROLES or staff.role in WARD_HEADS
