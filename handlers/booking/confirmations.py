"""What the patient promises: to come, and to take the substitute; and what was seen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from dialogs.appointments.events import WhyNot
from handlers.booking.actor import Actor
from handlers.booking.cancellations import lock_visit
from handlers.booking.excuses import has_seen
from handlers.booking.history import note_event
from models.booking import Appointment, AppointmentEventKind, AppointmentStatus
from models.unit import unit_of_work


async def confirm(appointment_id: UUID, actor: Actor, now: datetime) -> Appointment | WhyNot:
    """Note that the patient means to come; saying it again adds nothing."""
    return await _promise(appointment_id, AppointmentEventKind.CONFIRMED, actor, now)


async def accept_substitute(
    appointment_id: UUID, actor: Actor, now: datetime
) -> Appointment | WhyNot:
    """Note that the patient takes the substitute doctor, and so means to come."""
    return await _promise(appointment_id, AppointmentEventKind.SUBSTITUTE_ACCEPTED, actor, now)


async def note_seen(appointment_id: UUID, actor: Actor, now: datetime) -> None:
    """Note, once a version, that the patient read what was sent about the visit."""

    async def work() -> None:
        appointment = await lock_visit(appointment_id)
        if appointment is None or appointment.status is not AppointmentStatus.BOOKED:
            return
        if not await has_seen(appointment):
            await note_event(appointment, AppointmentEventKind.SEEN, now, actor)

    await unit_of_work(work)


async def _promise(
    appointment_id: UUID, kind: AppointmentEventKind, actor: Actor, now: datetime
) -> Appointment | WhyNot:
    async def work() -> Appointment | WhyNot:
        appointment = await lock_visit(appointment_id)
        if appointment is None or appointment.status is not AppointmentStatus.BOOKED:
            return WhyNot.ENDED
        if appointment.confirmed_at is None or kind is not AppointmentEventKind.CONFIRMED:
            appointment.confirmed_at = appointment.confirmed_at or now
            appointment.updated_at = now
            await appointment.save(update_fields=["confirmed_at", "updated_at"])
            await note_event(appointment, kind, now, actor)
        return appointment

    return await unit_of_work(work)
