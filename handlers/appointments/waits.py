"""What the people a conversation answers for wait for."""

from __future__ import annotations

from dialogs.appointments.events import FoundWaiting
from dialogs.appointments.facts import Waiting
from handlers.appointments.acting import Carrying
from handlers.appointments.facts import patients_of
from handlers.booking.waiting import LIVE
from models.booking import WaitingEntry


async def find_waiting(on: Carrying) -> FoundWaiting:
    """Look up the waiting list for the patients of a conversation, first come first."""
    patients = [patient.id for patient in await patients_of(on.conversation)]
    rows = WaitingEntry.filter(patient_id__in=patients, status__in=LIVE)
    entries = await rows.select_related("clinic").order_by("created_at", "id")
    return FoundWaiting(on.now, tuple(_waiting(entry) for entry in entries))


def _waiting(entry: WaitingEntry) -> Waiting:
    return Waiting(
        entry=str(entry.id),
        patient=str(entry.patient_id),
        clinic=str(entry.clinic_id),
        clinic_name=entry.clinic.name,
        doctor=entry.doctor,
        day=entry.from_day if entry.from_day == entry.until_day else None,
        period=entry.period,
    )
