"""Moving a visit: the same row and number, another place, the old one free at once (R113, F09)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dialogs.appointments.events import WhyNot
from dialogs.timing.booking import check_in_by, free_until, move_until
from handlers.booking import cards
from handlers.booking.actor import Actor
from handlers.booking.admission import Opening, hour_forbids, opening_of, visits_forbid
from handlers.booking.breaches import note_breach
from handlers.booking.cancellations import lock_visit
from handlers.booking.freed import place_freed
from handlers.booking.history import note_event
from handlers.booking.ladder import plan_ladder
from handlers.booking.persons import person_key, suspended_until
from handlers.booking.places import free, let_go, place_of, swap
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
from models.people import Patient
from models.unit import unit_of_work


@dataclass(frozen=True, slots=True)
class MoveDone:
    """The visit was moved; `breach` if that counts as a late cancellation."""

    appointment: Appointment
    breach: Breach | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """Who moves a visit, and when it was written; `by_hospital` is never late.

    `decided`: the hospital's own system has said yes to the patient's wish already.
    """

    actor: Actor
    asked_at: datetime
    holder: UUID | None = None
    by_hospital: bool = False
    decided: bool = False

    @property
    def unbound(self) -> bool:
        """Whether neither the hour nor our count of places can refuse it."""
        return self.by_hospital or self.decided


async def move(  # noqa: PLR0913 - what is done, by whom, and how it is judged
    desk: Desk,
    appointment_id: UUID,
    slot_id: UUID,
    actor: Actor,
    now: datetime,
    *,
    asked_at: datetime | None = None,
    holder: UUID | None = None,
    by_hospital: bool = False,
    decided: bool = False,
) -> MoveDone | WhyNot:
    """Give a visit another place and free the old one, or change nothing and say why.

    The cut-off binds the day it is moved to. What the hospital moves or has decided is bound by
    no hour; what a patient moves after `free_until` counts as a late cancellation.
    """
    wish = Wish(actor, asked_at or now, holder, by_hospital, decided)

    async def work() -> MoveDone | WhyNot:
        opening = await opening_of(slot_id)
        if opening is None:
            return WhyNot.NO_SESSION
        appointment = await lock_visit(appointment_id)
        if appointment is None:
            return WhyNot.NOT_YOURS
        refusal = await _refusal(appointment, opening, wish, now)
        return refusal or await _move(desk, appointment, opening, wish, now)

    return await unit_of_work(work)


async def _refusal(
    appointment: Appointment, opening: Opening, wish: Wish, now: datetime
) -> WhyNot | None:
    rules = rules_of(await Clinic.get(id=appointment.clinic_id))
    over = wish.asked_at >= move_until(appointment.starts_at, rules)
    if appointment.status is not AppointmentStatus.BOOKED or (over and not wish.unbound):
        return WhyNot.ENDED
    forbidden = None if wish.unbound else hour_forbids(opening, wish.asked_at, lead=False)
    patient = await Patient.get(id=appointment.patient_id)
    return (
        forbidden
        or await _suspended(appointment, patient, wish, now)
        or await visits_forbid(patient, opening, now, counted=False, besides=appointment.id)
        or await _same_slot(appointment, opening)
    )


async def _suspended(
    appointment: Appointment, patient: Patient, wish: Wish, now: datetime
) -> WhyNot | None:
    """Suspended persons keep what is booked and may move it in time; late is a new booking."""
    if not _is_late(appointment, wish) or not await suspended_until(person_key(patient), now):
        return None
    return WhyNot.SUSPENDED


async def _same_slot(appointment: Appointment, opening: Opening) -> WhyNot | None:
    place = await place_of(appointment.id)
    return WhyNot.TWICE if place is not None and place.slot_id == opening.slot.id else None


def _is_late(appointment: Appointment, wish: Wish) -> bool:
    return not wish.by_hospital and wish.asked_at >= appointment.free_until


async def _move(
    desk: Desk, appointment: Appointment, opening: Opening, wish: Wish, now: datetime
) -> MoveDone | WhyNot:
    old = await place_of(appointment.id)
    if not await swap(opening.slot, appointment.id, wish.holder, now):
        if not wish.decided:
            return WhyNot.TAKEN
        await free(appointment.id)
    if wish.holder is not None:
        await let_go(wish.holder)
    late = _is_late(appointment, wish)
    breach = await _breach(desk, appointment, wish, now) if late else None
    await _rewrite(appointment, opening, wish, now, late=late)
    await plan_ladder(desk, appointment, now)
    await cards.tell_guide_desk(NoticeKind.MOVED, appointment, opening.clinic, now)
    if old is not None:
        await place_freed(desk, old, now)
    return MoveDone(appointment, breach)


async def _breach(desk: Desk, appointment: Appointment, wish: Wish, now: datetime) -> Breach | None:
    return await note_breach(desk, appointment, BreachKind.LATE_CANCEL, wish.asked_at, now)


async def _rewrite(
    appointment: Appointment, opening: Opening, wish: Wish, now: datetime, *, late: bool
) -> None:
    was = appointment.starts_at
    slot = opening.slot
    appointment.clinic_id, appointment.session_id = opening.clinic.id, opening.session.id
    appointment.doctor = opening.doctor
    appointment.starts_at, appointment.ends_at = slot.starts_at, slot.ends_at
    appointment.check_in_by = check_in_by(slot.starts_at, opening.rules)
    appointment.free_until = free_until(slot.starts_at, opening.rules)
    appointment.version += 1
    appointment.moving, appointment.updated_at = False, now
    appointment.confirmed_at = appointment.on_the_way_at = appointment.released_at = None
    appointment.hospital_changed_at = now if wish.by_hospital else None
    await appointment.save()
    kind = AppointmentEventKind.HOSPITAL_CHANGED if wish.by_hospital else AppointmentEventKind.MOVED
    await note_event(
        appointment, kind, now, wish.actor, from_at=was, to_at=slot.starts_at, late=late
    )
