"""Telling patients what came of the waiting list and of requests to the hospital's system."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from dialogs.appointments.events import Prompt, Prompted
from dialogs.appointments.facts import Offer
from handlers.appointments.facts import visit_of
from handlers.appointments.prompting import prompt
from handlers.booking.admission import Opening, opening_of
from handlers.booking.breaches import latest_breach
from handlers.booking.consult import consult
from handlers.booking.places import left_in
from handlers.booking.waiting import lapse
from handlers.desk import Desk
from models.booking import (
    Appointment,
    BookingRequest,
    Breach,
    Place,
    RequestKind,
    RequestStatus,
    WaitingEntry,
    WaitingStatus,
)
from models.office import ConsultReason
from models.timetable import Due


async def tell_offer(desk: Desk, due: Due, now: datetime) -> str:
    """Offer the place that is kept for somebody of the waiting list; the timer's use case."""
    entry = await WaitingEntry.get_or_none(id=due.subject, version=due.version)
    if entry is None or entry.status is not WaitingStatus.OFFERED or entry.place_id is None:
        return "no longer offered"
    place = await Place.get(id=entry.place_id)
    opening = await opening_of(place.slot_id)
    if opening is None:
        return "no longer offered"
    occurrence = f"freed:{entry.id}:{entry.version}"
    prompted = await _freed(desk, entry, opening, now)
    if await prompt(
        desk,
        prompted,
        entry.patient_id,
        now,
        occurrence=occurrence,
        expires_at=entry.offer_until,
    ):
        return "offered"
    await _unreached(desk, entry.patient_id, None, occurrence, now)
    await lapse(desk, entry.id, entry.version, now)
    return "nobody to write to"


async def lapse_offer(desk: Desk, due: Due, now: datetime) -> str:
    """End an offer nobody answered; the timer's use case."""
    return "passed on" if await lapse(desk, due.subject, due.version, now) else "answered"


async def tell_answer(
    desk: Desk, request: BookingRequest, appointment: Appointment | None, now: datetime
) -> None:
    """Tell the patient what the hospital's system said, or let a person tell it."""
    about = appointment or await Appointment.get_or_none(id=request.appointment_id)
    done = request.status is RequestStatus.DONE
    prompted = Prompted(
        at=now,
        prompt=Prompt.ANSWERED if done else Prompt.REFUSED,
        visit=await visit_of(desk, about) if about is not None else None,
        patient=str(request.patient_id),
        clinic=str(request.clinic_id),
        note=request.kind.value,
        breach=await _breach_of(request, about),
    )
    occurrence = f"answer:{request.id}"
    gone = request.kind is RequestKind.CANCEL and done
    subject = None if gone else about
    if not await prompt(
        desk, prompted, request.patient_id, now, occurrence=occurrence, appointment=subject
    ):
        visit_id = about.id if about is not None else None
        await _unreached(desk, request.patient_id, visit_id, occurrence, now)


async def _breach_of(request: BookingRequest, about: Appointment | None) -> int:
    """Return the number of the breach that carrying the request out counted as, 0 for none."""
    if about is None:
        return 0
    late = Breach.filter(appointment_id=about.id, at=request.asked_at)
    return await latest_breach(about) if await late.exists() else 0


async def _freed(desk: Desk, entry: WaitingEntry, opening: Opening, now: datetime) -> Prompted:
    moves = await Appointment.get_or_none(id=entry.moves_id)
    left = await left_in([opening.slot.id], now, entry.id)
    offer = Offer(
        slot=str(opening.slot.id),
        starts=opening.slot.starts_at,
        clinic=str(opening.clinic.id),
        clinic_name=opening.clinic.name,
        doctor=opening.doctor,
        room=opening.session.room or opening.clinic.room,
        left=left[opening.slot.id],
    )
    return Prompted(
        at=now,
        prompt=Prompt.FREED,
        visit=await visit_of(desk, moves) if moves is not None else None,
        offer=offer,
        entry=str(entry.id),
        until=entry.offer_until,
        patient=str(entry.patient_id),
        clinic=offer.clinic,
        clinic_name=offer.clinic_name,
        doctor=offer.doctor,
    )


async def _unreached(
    desk: Desk, patient_id: UUID, appointment_id: UUID | None, occurrence: str, now: datetime
) -> None:
    await consult(
        desk,
        ConsultReason.UNREACHED,
        occurrence=f"unreached:{occurrence}",
        now=now,
        patient_id=patient_id,
        appointment_id=appointment_id,
    )
