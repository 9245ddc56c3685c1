"""The day itself: on the way, arrived, seen, or never come (R101, R102, R126)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from dialogs.appointments.events import WhyNot
from handlers.booking.actor import SYSTEM, Actor
from handlers.booking.breaches import note_breach, take_back
from handlers.booking.cancellations import lock_visit
from handlers.booking.freed import place_freed
from handlers.booking.history import note_event
from handlers.booking.ladder import drop_ladder
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
from models.unit import unit_of_work

_COMING = (AppointmentStatus.BOOKED, AppointmentStatus.NO_SHOW)
_HERE = (*_COMING, AppointmentStatus.ARRIVED)


@dataclass(frozen=True, slots=True)
class NoShowNoted:
    """The patient did not come; `breach` if that counts as one."""

    appointment: Appointment
    breach: Breach | None = None


async def mark_arrived(
    desk: Desk, appointment_id: UUID, by: str, now: datetime
) -> Appointment | WhyNot:
    """Note that the patient reported at the guide desk, late or not."""
    del desk

    async def work() -> Appointment | WhyNot:
        appointment = await lock_visit(appointment_id)
        if appointment is None or appointment.status not in _COMING:
            return WhyNot.ENDED
        appointment.arrived_at = now
        return await _came(appointment, AppointmentStatus.ARRIVED, by, now)

    return await unit_of_work(work)


async def mark_fulfilled(
    desk: Desk, appointment_id: UUID, by: str, now: datetime
) -> Appointment | WhyNot:
    """Note that the doctor has seen the patient; who was seen has arrived."""
    del desk

    async def work() -> Appointment | WhyNot:
        appointment = await lock_visit(appointment_id)
        if appointment is None or appointment.status not in _HERE:
            return WhyNot.ENDED
        appointment.arrived_at = appointment.arrived_at or now
        return await _came(appointment, AppointmentStatus.FULFILLED, by, now)

    return await unit_of_work(work)


async def mark_no_show(
    desk: Desk, appointment_id: UUID, by: str, now: datetime
) -> NoShowNoted | WhyNot:
    """Note that the patient did not come: a breach at the hour of the visit, unless excused.

    Before the check-in deadline nobody is missing yet: TOO_SOON.
    """

    async def work() -> NoShowNoted | WhyNot:
        appointment = await lock_visit(appointment_id)
        if appointment is None or appointment.status is not AppointmentStatus.BOOKED:
            return WhyNot.ENDED
        if now < appointment.check_in_by:
            return WhyNot.TOO_SOON
        breach = await note_breach(
            desk, appointment, BreachKind.NO_SHOW, appointment.starts_at, now
        )
        await _set(appointment, AppointmentStatus.NO_SHOW, now)
        await note_event(appointment, AppointmentEventKind.NO_SHOW, now, Actor(by))
        return NoShowNoted(appointment, breach)

    return await unit_of_work(work)


async def note_on_the_way(
    desk: Desk, appointment_id: UUID, actor: Actor, now: datetime
) -> Appointment | WhyNot:
    """Note that the patient is on the way; the place is kept for the grace."""
    del desk

    async def work() -> Appointment | WhyNot:
        appointment = await lock_visit(appointment_id)
        if appointment is None or appointment.status is not AppointmentStatus.BOOKED:
            return WhyNot.ENDED
        appointment.on_the_way_at = appointment.on_the_way_at or now
        appointment.updated_at = now
        await appointment.save(update_fields=["on_the_way_at", "updated_at"])
        await note_event(appointment, AppointmentEventKind.ON_THE_WAY, now, actor)
        return appointment

    return await unit_of_work(work)


async def release_late_place(desk: Desk, appointment_id: UUID, now: datetime) -> bool:
    """Give up the place of somebody who is late; False when it is still kept, or gone.

    Who said to be on the way keeps it for the grace; the visit stays booked until the day shows
    whether the patient came.
    """

    async def work() -> bool:
        appointment = await lock_visit(appointment_id)
        if appointment is None or not await _given_up(appointment, now):
            return False
        place = await free(appointment.id)
        appointment.released_at = appointment.updated_at = now
        await appointment.save(update_fields=["released_at", "updated_at"])
        await note_event(appointment, AppointmentEventKind.PLACE_RELEASED, now, Actor(SYSTEM))
        if place is not None:
            await place_freed(desk, place, now)
        return True

    return await unit_of_work(work)


async def _given_up(appointment: Appointment, now: datetime) -> bool:
    if appointment.status is not AppointmentStatus.BOOKED or appointment.released_at:
        return False
    rules = rules_of(await Clinic.get(id=appointment.clinic_id))
    grace = timedelta(minutes=rules.grace_minutes if appointment.on_the_way_at else 0)
    return now >= appointment.check_in_by + grace


async def _came(
    appointment: Appointment, status: AppointmentStatus, by: str, now: datetime
) -> Appointment:
    missed = appointment.status is AppointmentStatus.NO_SHOW
    await _set(appointment, status, now)
    await note_event(appointment, AppointmentEventKind(status.value), now, Actor(by))
    await drop_ladder(appointment, now)
    if missed:
        await _unmiss(appointment, by, now)
    return appointment


async def _set(appointment: Appointment, status: AppointmentStatus, now: datetime) -> None:
    appointment.status, appointment.updated_at = status, now
    await appointment.save(update_fields=["status", "arrived_at", "updated_at"])


async def _unmiss(appointment: Appointment, by: str, now: datetime) -> None:
    """Who was marked missing and came after all has broken nothing."""
    standing = Breach.filter(
        appointment_id=appointment.id, kind=BreachKind.NO_SHOW, waived_at__isnull=True
    )
    for breach in await standing:
        await take_back(breach, Actor(by), appointment.status.value, now)
