"""Changing the book as the patient wishes: booking, moving, giving up, taking a freed place."""

from __future__ import annotations

from uuid import UUID

from dialogs.appointments.actions import AskHospital, Book, Cancel, Move
from dialogs.appointments.events import Booked, Cancelled, Event, Moved, Refused, WhyNot
from handlers.appointments.acting import Carrying
from handlers.appointments.asking import ask_hospital
from handlers.appointments.facts import patients_of, visit_of
from handlers.booking import bookings, breaches, cancellations, moves, waiting
from handlers.booking.bookings import Order
from handlers.booking.moves import MoveDone
from handlers.booking.persons import person_key, suspended_until
from models.booking import (
    Appointment,
    BookKeeper,
    Breach,
    Clinic,
    Session,
    Slot,
    VisitKind,
    WaitingEntry,
)
from models.care import Encounter
from models.office import ConsultReason, ConsultStatus, ConsultTask
from models.people import Patient


async def change(on: Carrying, action: Book | Move | Cancel | AskHospital) -> Event:
    """Change the book if it is ours and about somebody this conversation answers for."""
    if not await _is_theirs(on, action):
        return Refused(on.now, WhyNot.NOT_YOURS)
    clinic = await _clinic_of(action)
    if clinic is not None and clinic.keeper is BookKeeper.HOSPITAL:
        return await ask_hospital(on, action, clinic)
    match action:
        case Book():
            return await _book(on, action)
        case Move():
            return await _move(on, action)
        case Cancel():
            return await _cancel(on, action)
        case AskHospital():
            return Refused(on.now, WhyNot.NO_SESSION)


async def _is_theirs(on: Carrying, action: Book | Move | Cancel | AskHospital) -> bool:
    own = {str(patient.id) for patient in await patients_of(on.conversation)}
    match action:
        case Book(patient=patient) | AskHospital(patient=patient, visit=""):
            return patient in own
        case Move(visit=visit) | Cancel(visit=visit) | AskHospital(visit=visit):
            found = await Appointment.get_or_none(id=UUID(visit))
            return found is not None and str(found.patient_id) in own


async def _clinic_of(action: Book | Move | Cancel | AskHospital) -> Clinic | None:
    match action:
        case AskHospital(clinic=clinic):
            return await Clinic.get_or_none(id=UUID(clinic))
        case Move(slot=slot) | Book(slot=slot):
            found = await Slot.get_or_none(id=UUID(slot))
            session = await Session.get_or_none(id=found.session_id) if found else None
            return await Clinic.get(id=session.clinic_id) if session else None
        case Cancel(visit=visit):
            appointment = await Appointment.get(id=UUID(visit))
            return await Clinic.get(id=appointment.clinic_id)


async def _book(on: Carrying, action: Book) -> Event:
    order = Order(
        patient_id=UUID(action.patient),
        slot_id=UUID(action.slot),
        visit_kind=await _visit_kind(UUID(action.patient), UUID(action.slot)),
        source=on.source,
        actor=on.actor,
        holder=on.conversation.id,
        asked_at=on.asked_at,
    )
    done = await bookings.book(on.desk, order, on.now)
    if isinstance(done, WhyNot):
        return await _refused(on, done, order.patient_id)
    await _close_attempts(on)
    return Booked(on.now, await visit_of(on.desk, done))


async def _close_attempts(on: Carrying) -> None:
    """What a person was to arrange has come about in the chat."""
    waiting_for = ConsultTask.filter(
        conversation_id=on.conversation.id,
        reason=ConsultReason.UNBOOKED,
        status=ConsultStatus.OPEN,
    )
    await waiting_for.update(status=ConsultStatus.DONE, outcome="booked", closed_at=on.now)


async def _visit_kind(patient_id: UUID, slot_id: UUID) -> VisitKind:
    """A return visit, where the person has been to this clinic or stayed in the house before."""
    slot = await Slot.get(id=slot_id)
    session = await Session.get(id=slot.session_id)
    been = await Appointment.filter(patient_id=patient_id, clinic_id=session.clinic_id).exists()
    stayed = been or await Encounter.filter(patient_id=patient_id).exists()
    return VisitKind.RETURN if stayed else VisitKind.FIRST


async def _refused(on: Carrying, why: WhyNot, patient_id: UUID) -> Refused:
    if why is not WhyNot.SUSPENDED:
        return Refused(on.now, why)
    patient = await Patient.get(id=patient_id)
    return Refused(on.now, why, await suspended_until(person_key(patient), on.now))


async def _move(on: Carrying, action: Move) -> Event:
    visit, slot = UUID(action.visit), UUID(action.slot)
    asked_at = on.since(action.since)
    done = await moves.move(
        on.desk, visit, slot, on.actor, on.now, asked_at=asked_at, holder=on.conversation.id
    )
    if isinstance(done, WhyNot):
        found = await Appointment.get(id=visit)
        return await _refused(on, done, found.patient_id)
    await _close_attempts(on)
    number = await _breach_number(done.breach)
    return Moved(on.now, await visit_of(on.desk, done.appointment), number)


async def _cancel(on: Carrying, action: Cancel) -> Event:
    done = await cancellations.cancel(
        on.desk,
        UUID(action.visit),
        on.actor,
        on.now,
        asked_at=on.since(action.since),
        reason=action.reason,
    )
    if isinstance(done, WhyNot):
        return Refused(on.now, done)
    number = await _breach_number(done.breach)
    return Cancelled(on.now, await visit_of(on.desk, done.appointment), number)


async def _breach_number(breach: Breach | None) -> int:
    return 0 if breach is None else await breaches.number_of(breach)


async def take_freed(on: Carrying, entry_id: UUID) -> Event:
    """Take the place that was offered from the waiting list."""
    if not await _waits_for_theirs(on, entry_id):
        return Refused(on.now, WhyNot.NOT_YOURS)
    done = await waiting.take(on.desk, entry_id, on.actor, on.now, on.source)
    match done:
        case WhyNot():
            return Refused(on.now, done)
        case MoveDone(appointment=appointment, breach=breach):
            number = await _breach_number(breach)
            return Moved(on.now, await visit_of(on.desk, appointment), number)
        case _:
            return Booked(on.now, await visit_of(on.desk, done))


async def _waits_for_theirs(on: Carrying, entry_id: UUID) -> bool:
    entry = await WaitingEntry.get_or_none(id=entry_id)
    own = [patient.id for patient in await patients_of(on.conversation)]
    return entry is not None and entry.patient_id in own
