"""Rows of the department and staff lists in the words of the use cases that take them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from bot.import_words import ROLES, row_fault
from bot.intake.departments import DepartmentRow
from bot.intake.faults import Fault
from bot.intake.headers import DEPARTMENTS, STAFF
from bot.intake.phones import Phone
from bot.intake.staff import StaffRow
from bot.intake.words import folded, meanings
from dialogs.plans.book import PlanBook
from handlers.department_names import DepartmentNames
from handlers.staff import DepartmentEntry, StaffEntry
from models.hospital import FollowUpPolicy, StaffRole

_CODE_WIDTH: Final = 32
_SKILLS: Final = meanings("skill")
_LABELS: Final = DEPARTMENTS.labels
# of several roles the one with the widest rights is kept
_WIDEST_FIRST: Final = (
    StaffRole.ADMIN,
    StaffRole.MEDICAL_AFFAIRS,
    StaffRole.DIRECTOR,
    StaffRole.HEAD_NURSE,
    StaffRole.DUTY_DOCTOR,
    StaffRole.DOCTOR,
    StaffRole.NURSE,
    StaffRole.COMPLAINT_OFFICE,
    StaffRole.NURSING_OFFICE,
    StaffRole.SUPERVISION_OFFICE,
    StaffRole.OUTPATIENT_OFFICE,
    StaffRole.CONSULT_ROOM,
    StaffRole.REGISTRATION,
    StaffRole.GUIDE_DESK,
    StaffRole.MARKET_CENTRE,
    StaffRole.FINANCE,
    StaffRole.LOGISTICS,
    StaffRole.IT,
)
# offices are no wards: where they sit says nothing about what they answer for
_OFFICES: Final = frozenset(
    {
        StaffRole.ADMIN,
        StaffRole.MEDICAL_AFFAIRS,
        StaffRole.MARKET_CENTRE,
        StaffRole.COMPLAINT_OFFICE,
        StaffRole.NURSING_OFFICE,
        StaffRole.SUPERVISION_OFFICE,
        StaffRole.LOGISTICS,
        StaffRole.FINANCE,
        StaffRole.OUTPATIENT_OFFICE,
        StaffRole.CONSULT_ROOM,
        StaffRole.REGISTRATION,
        StaffRole.GUIDE_DESK,
        StaffRole.IT,
    }
)


def department_entries(
    rows: Iterable[DepartmentRow], known: DepartmentNames, plans: PlanBook, faults: list[Fault]
) -> Iterator[DepartmentEntry]:
    """Translate departments; one without a code keeps its own, or goes by its name.

    A plan nobody wrote is named and left out: the rules choose for that department.
    """
    lines: dict[str, int] = {}
    for row in rows:
        code = _code(row, known, faults)
        if code in lines:
            faults.append(row_fault("code_taken", row.line, "code", _LABELS, text=lines[code]))
            continue
        lines[code] = row.line
        yield DepartmentEntry(
            code=code,
            name=row.name,
            aliases=row.aliases,
            phone=_first(row.work_phones),
            tel=_first(row.duty_phones),
            follow_up_policy=FollowUpPolicy(row.follow_up.value),
            neutral=row.hide_name_at_first,
            plan=_plan(row, plans, faults),
        )


def staff_entries(
    rows: Iterable[StaffRow], known: DepartmentNames, faults: list[Fault]
) -> Iterator[StaffEntry]:
    """Translate staff; departments become codes, one nobody knows opens nothing."""
    for row in rows:
        role = _role(row, faults)
        yield StaffEntry(
            username=row.number,
            name=row.name,
            role=role,
            departments=tuple(_codes(row, role, known, faults)),
            licensed=row.is_licensed,
            phone=_first(row.phones) or None,
            active=row.is_active,
            skills=tuple(dict.fromkeys(_SKILLS.get(folded(word), word) for word in row.skills)),
            line=row.line,
        )


def _plan(row: DepartmentRow, plans: PlanBook, faults: list[Fault]) -> str | None:
    found = plans.named(row.plan) if row.plan else None
    if row.plan and found is None:
        faults.append(row_fault("plan_unknown", row.line, "plan", _LABELS, text=row.plan))
    return found.name if found else None


def _code(row: DepartmentRow, known: DepartmentNames, faults: list[Fault]) -> str:
    if row.code:
        return row.code
    faults.append(row_fault("code_missing", row.line, "code", _LABELS))
    same = known.find(row.name)
    return same.code if same else row.name[:_CODE_WIDTH]


def _role(row: StaffRow, faults: list[Fault]) -> StaffRole:
    roles = {StaffRole(role.value) for role in row.roles}
    widest = next(role for role in _WIDEST_FIRST if role in roles)
    if len(roles) > 1:
        text = ROLES[widest.value]
        faults.append(row_fault("several_roles", row.line, "role", STAFF.labels, text=text))
    return widest


def _codes(
    row: StaffRow, role: StaffRole, known: DepartmentNames, faults: list[Fault]
) -> Iterator[str]:
    """Name departments by code; an unknown name is kept, since none at all would mean every one."""
    for name in row.departments:
        department = known.find(name)
        if department is not None:
            yield department.code
        elif role not in _OFFICES:
            labels = STAFF.labels
            faults.append(
                row_fault("staff_department_unknown", row.line, "department", labels, text=name)
            )
            yield name


def _first(phones: Iterable[Phone]) -> str:
    return next((phone.number for phone in phones if phone.number), "")
