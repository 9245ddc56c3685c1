"""Telling the patient that a promise of the office was not kept, once a clock (R135)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dialogs.complaints.events import Prompt
from dialogs.timing.spans import local
from handlers.casework.clocks import WITHDRAWN
from handlers.complaints.prompting import prompt
from handlers.desk import Desk
from handlers.timers import DueKind, Timer, occurrence_of, set_timer
from models.complaint import Complaint
from models.people import Patient
from models.timetable import Due

_TOLD_LATER: Final = "patient:"


def is_only_to_tell(due: Due) -> bool:
    """Tell whether a clock has climbed before, and only the patient is still to be told."""
    return occurrence_of(due).startswith(_TOLD_LATER)


async def tell_late(
    desk: Desk, case: Complaint, due: Due, what: Prompt, at: datetime, now: datetime
) -> bool:
    """Tell that the time `at` has passed; False when nobody can be written to.

    A promise may end at midnight: the text waits until people may be written to. Who has taken the
    complaint back waits for nothing.
    """
    if case.patient_answer == WITHDRAWN:
        return True
    morning = await _when_awake(desk, case, now)
    if morning > now:
        name = f"{_TOLD_LATER}{at.isoformat()}"
        await set_timer(Timer(DueKind(due.kind), case.id, morning, name, case.version))
        return True
    return await prompt(desk, case, what, {}, now, once=at.isoformat())


async def _when_awake(desk: Desk, case: Complaint, now: datetime) -> datetime:
    """Return from when the patient may be written to; an urgent case is answered day and night."""
    if case.urgent:
        return now
    patient = await Patient.get_or_none(id=case.patient_id)
    born = patient.birth_date if patient else None
    elderly = desk.hours.is_elderly(born, local(now).date())
    return desk.hours.next_allowed(now, elderly=elderly, clinical=True, calendar=desk.calendar)
