"""Who may see a complaint, work on it, and know who complains: denied unless allowed (T15)."""

from __future__ import annotations

from typing import Final

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from models.complaint import Complaint, ComplaintMode, FactRequest
from models.hospital import StaffMember, StaffRole

# these see every case; disputes are theirs alone
DISPUTE_ROLES: Final = frozenset({StaffRole.COMPLAINT_OFFICE, StaffRole.MEDICAL_AFFAIRS})
# these can answer for a case
OWNER_ROLES: Final = DISPUTE_ROLES | {StaffRole.NURSING_OFFICE, StaffRole.SUPERVISION_OFFICE}
# these tell the facts for a department
WARD_HEADS: Final = frozenset({StaffRole.HEAD_NURSE, StaffRole.DIRECTOR})
_NOBODY: Final = Q(id__in=[])


def visible_complaints(staff: StaffMember) -> QuerySet[Complaint]:
    """Select the cases a member of staff may open; never one that names this very person.

    Nor one about the own office, unless no other is left to answer for it. Who administers the
    system does not read complaints.
    """
    beside = ~Q(accused__contains=office(staff.role)) | Q(owner_role=staff.role)
    rows = Complaint.filter(beside).exclude(accused__contains=account(staff))
    if disputes_visible(staff):
        return rows
    if staff.role in OWNER_ROLES:
        return rows.filter(owner_role=staff.role, dispute=False)
    return rows.filter(_NOBODY)


def disputes_visible(staff: StaffMember) -> bool:
    """Tell whether somebody sees disputes, and with them every case."""
    return staff.role in DISPUTE_ROLES


def may_work_on(staff: StaffMember, complaint: Complaint) -> bool:
    """Tell whether somebody may act on a case."""
    if is_accused(staff, complaint):
        return False
    own = staff.role in OWNER_ROLES and complaint.owner_role == staff.role
    return disputes_visible(staff) or (own and not complaint.dispute)


def may_know_who(staff: StaffMember, complaint: Complaint) -> bool:
    """Tell whether somebody may know who complains.

    The offices that work on a case do, unless the patient wants to stay unknown; the department
    concerned does only by the patient's consent.
    """
    if complaint.mode is ComplaintMode.ANONYMOUS:
        return False
    return may_work_on(staff, complaint)


def is_accused(staff: StaffMember, complaint: Complaint) -> bool:
    """Tell whether the complaint names this person, or the office that others answer beside."""
    beside = office(staff.role) in complaint.accused and complaint.owner_role != staff.role
    return beside or account(staff) in complaint.accused


def facts_wanted_from(staff: StaffMember) -> QuerySet[FactRequest]:
    """Select what somebody's department or office is asked; never about this very person."""
    rows = FactRequest.exclude(complaint__accused__contains=account(staff))
    if staff.role in WARD_HEADS:
        return rows.filter(department__code__in=list(staff.departments))
    return rows.filter(asked=staff.role, department_id__isnull=True)


def office(role: str) -> str:
    """Return how an office stands in the list of those a complaint names."""
    return f",@{role},"


def account(staff: StaffMember) -> str:
    """Return how an account stands in the list of those a complaint names."""
    return f",{staff.username},"
