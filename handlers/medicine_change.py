"""A prescription was changed: the plan asks about it some days later (R045)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from dialogs.timing import local
from handlers.desk import Desk
from handlers.plan_laying import replan
from models.audit import append_entry
from models.care import Encounter
from models.hospital import StaffMember
from models.people import Patient
from models.unit import lock_row, unit_of_work


async def note_medicine_change(
    desk: Desk, encounter_id: UUID, staff: StaffMember, now: datetime
) -> None:
    """Note that the medicines after a stay are others from today on.

    A plan asks about one change; one that was asked about already is not laid anew.
    """

    async def work() -> None:
        stay = await lock_row(await Encounter.get(id=encounter_id))
        stay.medicine_changed_on, stay.updated_at = local(now).date(), now
        await stay.save(update_fields=["medicine_changed_on", "updated_at"])
        await replan(desk, stay, await Patient.get(id=stay.patient_id), now)
        await append_entry(
            now,
            staff.username,
            "stay.medicine_changed",
            subject_type="encounter",
            subject=stay.id,
        )

    await unit_of_work(work)
