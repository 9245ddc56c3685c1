"""Booking a visit: the person, the hour and a place, or a reason why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from tortoise.expressions import Q

from dialogs.appointments.events import WhyNot
from dialogs.timing.booking import check_in_by, free_until
from dialogs.timing.spans import local
from handlers.booking import cards
from handlers.booking.actor import Actor
from handlers.booking.admission import (
    Opening,
    hour_forbids,
    opening_of,
    person_forbids,
    visits_forbid,
)
from handlers.booking.history import note_event
from handlers.booking.ladder import plan_ladder
from handlers.booking.persons import lock_records, same_person
from handlers.booking.places import any_left, choose, let_go, occupy
from handlers.desk import Desk
from models.booking import Appointment, AppointmentEventKind, BookingSource, VisitKind
from models.office import NoticeKind
from models.people import Patient
from models.timetable import next_number
from models.unit import unit_of_work

__all__ = ["Actor", "Order", "book", "booking_number"]
SERIES: Final = "YY"


@dataclass(frozen=True, slots=True)
class Order:
    """What is booked, for whom and by whom.

    `holder` is the conversation or entry a place is kept for. `staff`: entered by the hospital,
    bound by the cut-off alone. `waited`: a freed place, bound by the cut-off and not by the lead.
    `decided`: the hospital's own system has said yes already, so
    that neither the hour nor our count of places can refuse it.
    """

    patient_id: UUID
    slot_id: UUID
    visit_kind: VisitKind = VisitKind.RETURN
    source: BookingSource = BookingSource.ON_SITE
    actor: Actor = field(default_factory=Actor)
    holder: UUID | None = None
    encounter_id: UUID | None = None
    key_patient: bool = False
    staff: bool = False
    waited: bool = False
    decided: bool = False
    asked_at: datetime | None = None


async def book(desk: Desk, order: Order, now: datetime) -> Appointment | WhyNot:
    """Take a place for a person; nothing is changed when a reason is returned.

    The hour is judged by when it was asked. Whoever comes too late keeps nobody from writing: the
    places are looked at before the transaction, and again first thing in it.
    """

    async def work() -> Appointment | WhyNot | None:
        if await _is_full(order, now):
            return None
        opening = await opening_of(order.slot_id)
        if opening is None:
            return WhyNot.NO_SESSION
        records = await lock_records(order.patient_id)
        refused = await _refusal(order, opening, records, now)
        return refused or await _enter(desk, order, opening, _own(order, records), now)

    done = None if await _is_full(order, now) else await unit_of_work(work)
    return await _why_full(order, now) if done is None else done


async def _is_full(order: Order, now: datetime) -> bool:
    return not order.decided and not await any_left(order.slot_id, order.holder, now)


async def _why_full(order: Order, now: datetime) -> WhyNot:
    """Somebody else has the place, unless something forbade it anyway."""
    opening = await opening_of(order.slot_id)
    if opening is None:
        return WhyNot.NO_SESSION
    records = await same_person(order.patient_id)
    return await _refusal(order, opening, records, now) or WhyNot.TAKEN


def _own(order: Order, records: Sequence[Patient]) -> Patient:
    return next(row for row in records if row.id == order.patient_id)


async def booking_number(starts_at: datetime) -> str:
    """Return the next number of the day of the visit; it stays locked until the commit."""
    day = local(starts_at).date()
    return f"{SERIES}{day:%Y%m%d}-{await next_number(SERIES, day):04}"


async def _refusal(
    order: Order, opening: Opening, records: Sequence[Patient], now: datetime
) -> WhyNot | None:
    patient, theirs = _own(order, records), Q(patient_id__in=[row.id for row in records])
    asked = order.asked_at or now
    lead = not (order.staff or order.waited)
    return (
        (None if order.decided else hour_forbids(opening, asked, lead=lead))
        or await person_forbids(patient, now)
        or await visits_forbid(
            patient, opening, now, counted=not (order.staff or order.decided), records=theirs
        )
    )


async def _enter(
    desk: Desk, order: Order, opening: Opening, patient: Patient, now: datetime
) -> Appointment | WhyNot:
    place = await choose(opening.slot, order.holder, now)
    if place is None and not order.decided:
        return WhyNot.TAKEN
    appointment = _row(order, opening, patient, now)
    await appointment.save(force_create=True)
    if place is not None:
        await occupy(place, appointment.id, order.holder, now)
    if order.holder is not None:
        await let_go(order.holder)
    await note_event(
        appointment, AppointmentEventKind.BOOKED, now, order.actor, to_at=appointment.starts_at
    )
    await plan_ladder(desk, appointment, now)
    appointment.number = await booking_number(appointment.starts_at)
    await appointment.save(update_fields=["number"])
    await cards.tell_guide_desk(NoticeKind.BOOKED, appointment, opening.clinic, now)
    return appointment


def _row(order: Order, opening: Opening, patient: Patient, now: datetime) -> Appointment:
    slot = opening.slot
    row = Appointment(
        patient=patient,
        clinic=opening.clinic,
        session=opening.session,
        encounter_id=order.encounter_id,
        doctor=opening.doctor,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        check_in_by=check_in_by(slot.starts_at, opening.rules),
        free_until=free_until(slot.starts_at, opening.rules),
        visit_kind=order.visit_kind,
        source=order.source,
        key_patient=order.key_patient,
        booked_at=now,
        created_at=now,
        updated_at=now,
    )
    # its number comes last, because the series stays locked until the commit
    row.number = row.id.hex
    return row
