"""Why something broken is no breach: we did not remind, the hospital changed it, illness, death."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dialogs.timing.booking import BookingRules
from dialogs.timing.spans import local
from handlers.booking.actor import PATIENT
from handlers.booking.persons import records_of
from handlers.timers import DueKind
from models.booking import (
    Appointment,
    AppointmentEvent,
    AppointmentEventKind,
    BreachKind,
)
from models.care import Encounter
from models.conversation import Outgoing, OutgoingStatus
from models.people import Consent, ConsentPurpose, Patient
from models.timetable import Due

REASONS: Final = frozenset({"ill", "readmitted", "deceased"})
REACHED: Final = (OutgoingStatus.ACCEPTED, OutgoingStatus.DELIVERED, OutgoingStatus.READ)
_REMINDERS: Final = ("confirm", "tomorrow", "evening", "today")
_TIMERS: Final = (
    DueKind.ASK_TO_CONFIRM.value,
    DueKind.REMIND_OF_TOMORROW.value,
    DueKind.REMIND_IN_THE_EVENING.value,
    DueKind.REMIND_OF_TODAY.value,
)
_BEGINNINGS: Final = (AppointmentEventKind.BOOKED, AppointmentEventKind.MOVED)


async def is_excused(
    appointment: Appointment,
    patient: Patient,
    kind: BreachKind,
    at: datetime,
    rules: BookingRules,
) -> bool:
    """Tell whether what was broken at `at` must not count against the patient."""
    if appointment.hospital_changed_at is not None or appointment.cancel_reason in REASONS:
        return True
    if kind is BreachKind.LATE_CANCEL and (
        not rules.late_cancel_counts or at < appointment.free_until
    ):
        return True
    if patient.deceased_at is not None or await _in_hospital(appointment, patient):
        return True
    return not await was_reminded(appointment, at)


async def was_reminded(appointment: Appointment, at: datetime) -> bool:
    """Tell whether the patient was told of this version of the visit by then.

    Who confirmed it, or thanked for its reminder, knows of it, and a clinic may remind no
    further. Where a reminder was owed, one must have arrived. Where none was (booked too late,
    or reminders declined), the confirmation must have, or the patient chose the hour in the chat.
    """
    if appointment.confirmed_at is not None or await has_seen(appointment):
        return True
    if await _owed(appointment, at) and not await _declined(appointment):
        return await _arrived(appointment, _REMINDERS)
    return await _arrived(appointment, ("booked",)) or await _chose_in_chat(appointment)


async def has_seen(appointment: Appointment) -> bool:
    """Tell whether the patient answered that a text about this version of the visit has come."""
    return await AppointmentEvent.exists(
        appointment_id=appointment.id,
        version=appointment.version,
        kind=AppointmentEventKind.SEEN,
    )


async def _in_hospital(appointment: Appointment, patient: Patient) -> bool:
    day = local(appointment.starts_at).date()
    stays = Encounter.filter(
        await records_of(patient),
        withdrawn_at__isnull=True,
        admitted_on__lte=day,
        discharged_on__gte=day,
    )
    return await stays.exists()


async def _owed(appointment: Appointment, at: datetime) -> bool:
    timers = Due.filter(subject=appointment.id, version=appointment.version, kind__in=_TIMERS)
    return await timers.filter(due_at__lte=at).exists()


async def _declined(appointment: Appointment) -> bool:
    rows = Consent.filter(patient_id=appointment.patient_id, purpose=ConsentPurpose.REMINDER)
    newest = await rows.order_by("-at").first()
    return newest is not None and (not newest.granted or newest.withdrawn_at is not None)


async def _arrived(appointment: Appointment, kinds: tuple[str, ...]) -> bool:
    names = [f"remind:{kind}:{appointment.id}:{appointment.version}" for kind in kinds]
    return await Outgoing.filter(occurrence__in=names, status__in=REACHED).exists()


async def _chose_in_chat(appointment: Appointment) -> bool:
    began = AppointmentEvent.filter(
        appointment_id=appointment.id, version=appointment.version, kind__in=_BEGINNINGS
    )
    return await began.filter(by=PATIENT).exclude(channel="").exists()
