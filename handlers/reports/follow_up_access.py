"""Who reads the month, who issues it, who speaks and signs for a department; others may nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handlers.scope import WARD, WIDE
from models.hospital import StaffMember, StaffRole

_ISSUERS: Final = frozenset({StaffRole.MARKET_CENTRE, StaffRole.ADMIN})
_HEADS: Final = frozenset({StaffRole.HEAD_NURSE, StaffRole.DIRECTOR})


def reads_month(staff: StaffMember) -> bool:
    """Tell whether somebody has any figures to read: a ward its own, wide roles the house's."""
    return staff.role in WIDE or (staff.role in WARD and bool(staff.departments))


def departments_read(staff: StaffMember) -> list[str] | None:
    """Return the codes whose rows somebody reads; None for the whole house."""
    if staff.departments:
        return list(staff.departments)
    return None if staff.role in WIDE else []


def narrowed_to(staff: StaffMember, code: str) -> Sequence[str] | None:
    """Narrow to one department; LookupError for one that is not somebody's to read."""
    mine = departments_read(staff)
    if not code:
        return mine
    if mine is not None and code not in mine:
        raise LookupError("department")
    return [code]


def issues_month(staff: StaffMember) -> bool:
    """Tell whether somebody may issue a month: for the whole house, so named departments bar it."""
    return staff.role in _ISSUERS and not staff.departments


def speaks_for(staff: StaffMember, code: str) -> bool:
    """Tell whether somebody signs for a department: its head nurse, its director, or admin."""
    if staff.role == StaffRole.ADMIN and not staff.departments:
        return True
    return staff.role in _HEADS and code in staff.departments
