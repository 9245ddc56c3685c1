"""Asking, the day after a case was closed, how satisfied the patient is (R138)."""

from __future__ import annotations

from datetime import datetime

from dialogs.complaints.events import Prompt
from handlers.casework.locking import case_of_timer
from handlers.casework.warnings import SETTLED, STALE
from handlers.complaints.prompting import prompt
from handlers.desk import Desk
from handlers.opting_out import refuses_surveys
from models.complaint import ComplaintState
from models.people import Patient
from models.timetable import Due


async def ask_to_rate(desk: Desk, due: Due, now: datetime) -> str:
    """Ask how satisfied the patient is, the day after closing (M-CMP5); the dead are left alone."""
    case = await case_of_timer(due, writes=True)
    if case is None or case.state is not ComplaintState.CLOSED:
        return STALE
    patient = await Patient.get_or_none(id=case.patient_id)
    if case.satisfaction is not None or (patient is not None and await _is_spared(patient)):
        return SETTLED
    return "asked" if await prompt(desk, case, Prompt.RATE, {}, now) else "nobody to write to"


async def _is_spared(patient: Patient) -> bool:
    """The dead are left alone, and who wants no surveys."""
    return patient.deceased_at is not None or await refuses_surveys(patient)
