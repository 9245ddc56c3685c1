"""A mark that was a mistake, taken back on its day: who was noted as here, or as missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from dialogs.timing.spans import local
from handlers.booking.actor import SYSTEM, Actor
from handlers.booking.breaches import take_back
from handlers.booking.history import note_event
from handlers.booking.ladder import course_of, note_change, timers_of
from handlers.desk import Desk
from handlers.timers import set_timers
from models.booking import (
    Appointment,
    AppointmentEvent,
    AppointmentEventKind,
    AppointmentStatus,
    Breach,
    BreachKind,
)
from models.hospital import StaffMember

REASON: Final = "taken_back"
# what may have been wrong with a mark; the words for it are `mark_reasons` of the console
WHY: Final = frozenset({"wrong_person", "wrong_button", "told_wrong"})
MARKED: Final = (AppointmentStatus.ARRIVED, AppointmentStatus.NO_SHOW)


async def may_take_back(appointment: Appointment, staff: StaffMember, now: datetime) -> bool:
    """Tell whether the last mark is of today and of this desk, or of nobody in particular."""
    if appointment.status not in MARKED:
        return False
    marks = AppointmentEvent.filter(
        appointment_id=appointment.id, kind=AppointmentEventKind(appointment.status.value)
    )
    mark = await marks.order_by("-at", "-id").first()
    if mark is None or local(mark.at).date() != local(now).date():
        return False
    by = await StaffMember.get_or_none(username=mark.by)
    return mark.by == SYSTEM or (by is not None and by.role == staff.role)


async def take_mark_back(
    desk: Desk, appointment: Appointment, actor: Actor, why: str, now: datetime
) -> None:
    """Make the visit one that is expected again; a breach it counted as is taken back.

    `why` is one of WHY. The caller holds the person's lock and the visit's.
    """
    was = appointment.status
    appointment.status, appointment.updated_at = AppointmentStatus.BOOKED, now
    appointment.arrived_at = None
    await appointment.save(update_fields=["status", "arrived_at", "updated_at"])
    kind = AppointmentEventKind.MARK_TAKEN_BACK
    await note_event(appointment, kind, now, actor, note=why)
    if was is AppointmentStatus.NO_SHOW:
        await _forgive(appointment, actor, now)
    else:
        await _expect(desk, appointment, now)
    await note_change(now)


async def _expect(desk: Desk, appointment: Appointment, now: datetime) -> None:
    """Set anew what the arrival had called off, under a name of its own: dropped timers stay so."""
    again = timers_of(desk, appointment, await course_of(desk, appointment), now)
    await set_timers(replace(timer, occurrence=f"{REASON}:{now:%H%M%S}") for timer in again)


async def _forgive(appointment: Appointment, actor: Actor, now: datetime) -> None:
    standing = Breach.filter(
        appointment_id=appointment.id,
        version=appointment.version,
        kind=BreachKind.NO_SHOW,
        waived_at__isnull=True,
    )
    for breach in await standing:
        await take_back(breach, actor, REASON, now)
