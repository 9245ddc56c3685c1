"""A doctor wants a patient of a selective department followed up after all (R023)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from handlers.desk import Desk
from handlers.plan_rows import plan_rows
from handlers.plans import SELECTIVE
from models.audit import append_entry
from models.care import Encounter, FollowUpPlan, FollowUpTask
from models.hospital import Department, FollowUpPolicy, StaffMember, StaffRole
from models.people import Patient
from models.timetable import Due
from models.unit import lock_row, unit_of_work

MAY_CHOOSE: Final = frozenset({StaffRole.DOCTOR, StaffRole.DUTY_DOCTOR, StaffRole.DIRECTOR})
_NAME_WIDTH: Final = 64


class ChoiceFault(StrEnum):
    """Why a stay was not taken into follow-up; the words are among console.toml's refusals."""

    NOT_A_DOCTOR = "choice_not_a_doctor"
    NOT_SELECTIVE = "choice_not_selective"
    CHOSEN_ALREADY = "choice_made_already"


async def choose(
    desk: Desk, encounter_id: UUID, staff: StaffMember, now: datetime
) -> ChoiceFault | None:
    """Take a stay of a selective department into follow-up and make its plan; None when done.

    A stay left out for another reason, a death or a refusal, is not the doctor's to choose.
    """
    if staff.role not in MAY_CHOOSE:
        return ChoiceFault.NOT_A_DOCTOR

    async def work() -> ChoiceFault | None:
        stay = await lock_row(await Encounter.get(id=encounter_id))
        department = await Department.get_or_none(id=stay.department_id)
        if await FollowUpPlan.filter(encounter_id=stay.id).exists():
            return ChoiceFault.CHOSEN_ALREADY
        if not _is_selective(stay, department):
            return ChoiceFault.NOT_SELECTIVE
        stay.chosen_by, stay.exclusion = staff.username[:_NAME_WIDTH], ""
        stay.updated_at = now
        await stay.save(update_fields=["chosen_by", "exclusion", "updated_at"])
        await _plan(desk, stay, department, now)
        await append_entry(
            now, staff.username, "stay.chosen", subject_type="encounter", subject=stay.id
        )
        return None

    return await unit_of_work(work)


def _is_selective(stay: Encounter, department: Department | None) -> bool:
    policy = department.follow_up_policy if department else FollowUpPolicy.ALL
    left_out = stay.exclusion == SELECTIVE and policy == FollowUpPolicy.SELECTIVE
    return left_out and not stay.expected and stay.withdrawn_at is None


async def _plan(desk: Desk, stay: Encounter, department: Department | None, now: datetime) -> None:
    patient = await Patient.get(id=stay.patient_id)
    rows = plan_rows(desk, stay, patient, now, department)
    await rows.plan.save(force_create=True)
    await FollowUpTask.bulk_create(rows.tasks)
    await Due.bulk_create(rows.timers)
