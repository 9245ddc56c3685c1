"""Giving a visit up: the place is free at once, and late is judged by when it was written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dialogs.appointments.events import WhyNot
from dialogs.timing.booking import move_until
from handlers.booking import cards
from handlers.booking.actor import Actor
from handlers.booking.breaches import note_breach
from handlers.booking.freed import place_freed
from handlers.booking.history import note_event
from handlers.booking.ladder import drop_ladder
from handlers.booking.persons import lock_person
from handlers.booking.places import free
from handlers.booking.rules import rules_of
from handlers.desk import Desk
from models.booking import (
    Appointment,
    AppointmentEventKind,
    AppointmentStatus,
    Breach,
    BreachKind,
    Clinic,
)
from models.office import NoticeKind
from models.unit import lock, unit_of_work


@dataclass(frozen=True, slots=True)
class CancelDone:
    """The visit was given up; `breach` if that counts as one."""

    appointment: Appointment
    breach: Breach | None = None


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Who gives a visit up, when it was written, and why; `reason` such as ill."""

    actor: Actor
    asked_at: datetime
    reason: str = ""
    by_hospital: bool = False


async def cancel(
    desk: Desk,
    appointment_id: UUID,
    actor: Actor,
    now: datetime,
    *,
    asked_at: datetime | None = None,
    reason: str = "",
    by_hospital: bool = False,
) -> CancelDone | WhyNot:
    """Give a visit up and its place back, in one transaction."""
    wish = Cancellation(actor, asked_at or now, reason[:64], by_hospital)

    async def work() -> CancelDone | WhyNot:
        appointment = await lock_visit(appointment_id)
        if appointment is None:
            return WhyNot.NOT_YOURS
        return await _cancel(desk, appointment, wish, now)

    return await unit_of_work(work)


async def lock_visit(appointment_id: UUID) -> Appointment | None:
    """Lock the person and then the visit, the order of the whole book."""
    visit = Appointment.filter(id=appointment_id)
    whose = await visit.values_list("patient_id", flat=True)
    if not whose:
        return None
    await lock_person(UUID(str(whose[0])))
    return await lock(visit).get()


async def _cancel(
    desk: Desk, appointment: Appointment, wish: Cancellation, now: datetime
) -> CancelDone | WhyNot:
    clinic = await Clinic.get(id=appointment.clinic_id)
    over = wish.asked_at >= move_until(appointment.starts_at, rules_of(clinic))
    if appointment.status is not AppointmentStatus.BOOKED or (over and not wish.by_hospital):
        return WhyNot.ENDED
    late = not wish.by_hospital and wish.asked_at >= appointment.free_until
    appointment.cancel_reason = wish.reason
    breach = await _breach(desk, appointment, wish, now) if late else None
    await _close(appointment, wish, now, late=late)
    await drop_ladder(appointment, now)
    place = await free(appointment.id)
    await cards.tell_guide_desk(NoticeKind.CANCELLED, appointment, clinic, now)
    if place is not None:
        await place_freed(desk, place, now)
    return CancelDone(appointment, breach)


async def _breach(
    desk: Desk, appointment: Appointment, wish: Cancellation, now: datetime
) -> Breach | None:
    return await note_breach(desk, appointment, BreachKind.LATE_CANCEL, wish.asked_at, now)


async def _close(
    appointment: Appointment, wish: Cancellation, now: datetime, *, late: bool
) -> None:
    appointment.status = (
        AppointmentStatus.CANCELLED_BY_HOSPITAL
        if wish.by_hospital
        else AppointmentStatus.CANCELLED_BY_PATIENT
    )
    appointment.version += 1
    appointment.cancelled_at, appointment.late_cancel = wish.asked_at, late
    appointment.moving, appointment.updated_at = False, now
    if wish.by_hospital:
        appointment.hospital_changed_at = now
    await appointment.save()
    await note_event(
        appointment,
        AppointmentEventKind.CANCELLED,
        now,
        wish.actor,
        from_at=appointment.starts_at,
        late=late,
        note=wish.reason,
    )
