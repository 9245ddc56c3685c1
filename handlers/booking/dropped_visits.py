"""Booked visits a new list of sessions has no place for: who they are, what becomes of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dialogs.appointments.events import Prompt, Prompted
from dialogs.timing.spans import local
from handlers.appointments.addresses import address_of
from handlers.appointments.facts import visit_of
from handlers.appointments.prompting import prompt
from handlers.booking.actor import HOSPITAL, Actor
from handlers.booking.cancellations import CancelDone, cancel
from handlers.booking.consult import consult
from handlers.booking.moves import MoveDone, move
from handlers.booking.places import open_to
from handlers.booking.places_removed import remove_place_of
from handlers.booking.session_books import KEPT, SessionBook
from handlers.booking.session_entry import Dropped, Hit, SessionEntry
from handlers.conversation_lock import conversation_of
from handlers.desk import Desk
from handlers.masking import mask_name
from models.booking import Appointment, Clinic, Place, SessionStatus, Slot
from models.office import ConsultReason
from models.people import Patient
from models.unit import unit_of_work

BY_LIST: Final = Actor(HOSPITAL, "import")
_REASON: Final = "session_dropped"


def hit_by(book: SessionBook, entry: SessionEntry | None) -> list[Appointment]:
    """Name the coming visits a list leaves no place for, those booked first staying.

    All of a session that is missing or stopped; else those outside the new hours, and those beyond
    a number of places that was made smaller.
    """
    session = book.session
    if entry is None or entry.stopped:
        return [] if session.row_hash == KEPT else list(book.visits)
    inside = [v for v in book.visits if entry.starts_at <= v.starts_at < entry.ends_at]
    outside = [visit for visit in book.visits if visit not in inside]
    places, before = entry.quota - entry.walk_in, session.quota - session.walk_in
    return outside + (inside[places:] if places < before else [])


async def as_hit(visit: Appointment, clinic: Clinic) -> Hit:
    """Show a visit to the clerk who is to decide; the name is masked."""
    patient = await Patient.get(id=visit.patient_id)
    name = mask_name(patient.name)
    return Hit(visit.number, visit.starts_at, name, clinic.name, visit.doctor)


async def resolve(desk: Desk, visit: Appointment, how: Dropped, now: datetime) -> Dropped:
    """Move or cancel one visit and tell the patient; returns what it came to.

    One unit of work: the conversation is locked first, then the visit, then its places.
    """

    async def work() -> Dropped:
        patient = await Patient.get(id=visit.patient_id)
        if address := await address_of(desk, patient, now, must_arrive=True):
            await conversation_of(address.respondent_id)
        return await _resolve(desk, visit, how, now)

    return await unit_of_work(work)


async def _resolve(desk: Desk, visit: Appointment, how: Dropped, now: datetime) -> Dropped:
    slot_ids = await _nearest(visit, now) if how is Dropped.MOVE else []
    await remove_place_of(visit.id)
    for slot_id in slot_ids:
        done = await move(desk, visit.id, slot_id, BY_LIST, now, by_hospital=True)
        if isinstance(done, MoveDone):
            await tell(desk, done.appointment, Prompt.MOVED_BY_HOSPITAL, now)
            return Dropped.MOVE
    gone = await cancel(desk, visit.id, BY_LIST, now, reason=_REASON, by_hospital=True)
    if isinstance(gone, CancelDone):
        await tell(desk, gone.appointment, Prompt.STOPPED, now)
    return Dropped.CANCEL


async def tell(desk: Desk, visit: Appointment, what: Prompt, now: datetime) -> None:
    """Tell the patient what the hospital changed; who cannot be written to is phoned."""
    occurrence = f"{what.value}:{visit.id}:{visit.version}"
    prompted = Prompted(
        at=now,
        prompt=what,
        visit=await visit_of(desk, visit),
        patient=str(visit.patient_id),
        clinic=str(visit.clinic_id),
    )
    written = await prompt(
        desk,
        prompted,
        visit.patient_id,
        now,
        occurrence=occurrence,
        # what is said of a cancelled visit stays true; of a moved one only until it moves again
        appointment=visit if what is Prompt.MOVED_BY_HOSPITAL else None,
        expires_at=visit.starts_at,
        must_arrive=True,
    )
    if not written:
        await consult(
            desk,
            ConsultReason.UNREACHED,
            occurrence=f"unreached:{occurrence}",
            now=now,
            patient_id=visit.patient_id,
            appointment_id=visit.id,
        )


async def _nearest(visit: Appointment, now: datetime) -> list[UUID]:
    """Return the free slots of the clinic on that day, the nearest to the old hour first."""
    day = visit.starts_at - timedelta(days=1), visit.starts_at + timedelta(days=1)
    rows = Slot.filter(
        session__clinic_id=visit.clinic_id,
        session__status__not=SessionStatus.STOPPED.value,
        starts_at__gt=max(now, day[0]),
        starts_at__lt=day[1],
    )
    slots = [slot for slot in await rows if _same_day(slot, visit)]
    free = Place.filter(open_to(None, now), slot_id__in=[slot.id for slot in slots])
    open_slots = {place.slot_id for place in await free}
    slots.sort(key=lambda slot: (abs(slot.starts_at - visit.starts_at), slot.starts_at))
    return [slot.id for slot in slots if slot.id in open_slots]


def _same_day(slot: Slot, visit: Appointment) -> bool:
    return local(slot.starts_at).date() == local(visit.starts_at).date()
