"""The messages of the ladder: booked, confirm, tomorrow, today; each once a version of a visit."""

from __future__ import annotations

from datetime import datetime

from dialogs.appointments.events import Prompt, Prompted
from handlers.appointments.facts import visit_of
from handlers.appointments.prompting import prompt
from handlers.booking.rules import rules_of
from handlers.desk import Desk
from handlers.reminders.unreached import note_unwritten
from handlers.reminders.visits import GONE, due_visit, may_be_reminded
from models.booking import Appointment, Clinic
from models.conversation import Outgoing
from models.people import ContactPoint, Patient
from models.timetable import Due


async def confirm_booking(desk: Desk, due: Due, now: datetime) -> str:
    """Tell at once what was booked at the desk, by phone or in the hospital's system (R124)."""
    return await _remind(desk, due, await due_visit(due), now, Prompt.BOOKED, "booked")


async def ask_to_confirm(desk: Desk, due: Due, now: datetime) -> str:
    """Ask, once, while giving the place up is free, whether the patient will come (C4)."""
    appointment = await due_visit(due)
    if appointment is not None and appointment.confirmed_at is not None:
        return "confirmed already"
    return await _remind(desk, due, appointment, now, Prompt.CONFIRM, "confirm")


async def remind_of_tomorrow(desk: Desk, due: Due, now: datetime) -> str:
    """Remind of tomorrow's visit after substitutions are settled; void from midnight on (R122)."""
    return await _unless_settled(desk, due, now, Prompt.TOMORROW, "tomorrow")


async def remind_in_the_evening(desk: Desk, due: Due, now: datetime) -> str:
    """Remind once more the evening before, where the morning would come too late."""
    return await _unless_settled(desk, due, now, Prompt.TOMORROW, "evening")


async def remind_of_today(desk: Desk, due: Due, now: datetime) -> str:
    """Remind of today's visit while there is time to get there (R122)."""
    return await _unless_settled(desk, due, now, Prompt.TODAY, "today")


async def _unless_settled(desk: Desk, due: Due, now: datetime, kind: Prompt, name: str) -> str:
    """A clinic may let the ladder end with the patient's yes (R124)."""
    appointment = await due_visit(due)
    if appointment is not None and appointment.confirmed_at is not None:
        clinic: Clinic = appointment.clinic
        if rules_of(clinic).stop_when_confirmed:
            return "confirmed already"
    return await _remind(desk, due, appointment, now, kind, name)


async def _remind(
    desk: Desk, due: Due, appointment: Appointment | None, now: datetime, kind: Prompt, name: str
) -> str:
    if appointment is None:
        return GONE
    patient: Patient = appointment.patient
    if patient.deceased_at is not None:
        return "deceased"
    if not await may_be_reminded(desk, patient):
        return await note_unwritten(desk, appointment, "no consent", now)
    if await tell(desk, appointment, kind, name, now, due.stops_at):
        return "sent"
    return await note_unwritten(desk, appointment, "no address", now)


async def tell(
    desk: Desk,
    appointment: Appointment,
    kind: Prompt,
    name: str,
    now: datetime,
    expires_at: datetime | None,
    *,
    asked_by: ContactPoint | None = None,
) -> bool:
    """Prompt about a visit; `name` makes it once a version. False when nobody can be told."""
    occurrence = f"remind:{name}:{appointment.id}:{appointment.version}"
    if await Outgoing.exists(occurrence=occurrence):
        # asking again would leave the buttons of what was said without a question
        return True
    return await prompt(
        desk,
        Prompted(
            now,
            kind,
            visit=await visit_of(desk, appointment),
            patient=str(appointment.patient_id),
        ),
        appointment.patient_id,
        now,
        occurrence=occurrence,
        appointment=appointment,
        expires_at=expires_at,
        asked_by=asked_by,
    )
