"""Who reads the month, who issues it, who speaks and signs for a department; others may nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handlers.casework.desks import follows_cases, tells_facts
from handlers.reports.follow_up_records import SAMPLE
from handlers.reports.follow_up_signals import COMPLAINTS
from handlers.scope import WARD, WIDE
from handlers.verification import verifies
from models.hospital import StaffMember, StaffRole

_ISSUERS: Final = frozenset({StaffRole.MARKET_CENTRE, StaffRole.ADMIN})
# how an address names what belongs to no department
NO_DEPARTMENT: Final = "-"
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
    """Narrow to one department, or to none; LookupError for what is not somebody's to read."""
    mine = departments_read(staff)
    if not code:
        return mine
    code = "" if code == NO_DEPARTMENT else code
    if mine is not None and code not in mine:
        raise LookupError("department")
    return [code]


def opens_figure(staff: StaffMember, figure: str) -> bool:
    """Tell whether somebody sees whom a figure counts.

    No ward sees who was asked about it (R188), nor anybody but its heads when a patient complained.
    """
    if figure == SAMPLE:
        return verifies(staff)
    return figure != COMPLAINTS or follows_cases(staff) or tells_facts(staff)


def issues_month(staff: StaffMember) -> bool:
    """Tell whether somebody may issue a month: for the whole house, so named departments bar it."""
    return staff.role in _ISSUERS and not staff.departments


def speaks_for(staff: StaffMember, code: str) -> bool:
    """Tell whether somebody signs for a department: its head nurse, its director, or admin."""
    if staff.role == StaffRole.ADMIN and not staff.departments:
        return True
    return staff.role in _HEADS and code in staff.departments
