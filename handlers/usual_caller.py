"""The nurse an elderly patient knows: who completed the last call calls the next time (R024)."""

from __future__ import annotations

from datetime import datetime

from dialogs.timing.spans import local
from handlers.desk import Desk
from models.hospital import StaffMember
from models.people import Patient


async def remember_caller(desk: Desk, patient: Patient, staff: StaffMember, now: datetime) -> None:
    """Let an elderly patient keep the voice that was heard; the others have nobody of their own."""
    if not desk.hours.is_elderly(patient.birth_date, local(now).date()):
        return
    if patient.usual_caller != staff.username:
        patient.usual_caller = staff.username
        await patient.save(update_fields=["usual_caller"])
