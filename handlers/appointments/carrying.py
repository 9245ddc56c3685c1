"""Doing what the booking desk's talk decided; each deed answers with what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dialogs.appointments.actions import (
    AcceptSubstitute,
    Action,
    AskHospital,
    Book,
    Cancel,
    ComeLate,
    Confirm,
    Find,
    FindHours,
    HandOver,
    HandOverReason,
    KeepConsent,
    LetGo,
    Move,
    NoteElsewhere,
    PassFreed,
    RemindAgain,
    TakeFreed,
    Wait,
    WithdrawRequest,
)
from dialogs.appointments.events import (
    Booked,
    Cancelled,
    Event,
    HandedOver,
    Moved,
    Pending,
    Prompt,
    Refused,
    WhyNot,
)
from handlers.appointments.consents import keep_reminder_consent
from handlers.appointments.facts import patients_of, visit_of
from handlers.appointments.hours import find_hours
from handlers.booking import (
    arrivals,
    bookings,
    breaches,
    cancellations,
    confirmations,
    consult,
    moves,
    places,
    requests,
    search,
    waiting,
)
from handlers.booking.bookings import Actor, Order
from handlers.booking.moves import MoveDone
from handlers.booking.persons import person_key, suspended_until
from handlers.desk import Desk
from models.booking import (
    Appointment,
    BookingSource,
    BookKeeper,
    Breach,
    Clinic,
    RequestKind,
    Session,
    Slot,
    VisitKind,
    WaitingEntry,
)
from models.care import Encounter
from models.conversation import Conversation
from models.office import ConsultReason, ConsultStatus, ConsultTask
from models.people import ContactPoint, Patient

_SOURCES = {
    "web": BookingSource.WEB,
    "wechat": BookingSource.WECHAT,
    "telegram": BookingSource.TELEGRAM,
    "phone": BookingSource.SMS,
}


@dataclass(slots=True)
class Carrying:
    """In whose name things are done: the patient's, at the instant the words were written."""

    desk: Desk
    conversation: Conversation
    contact_point: ContactPoint
    now: datetime
    asked_at: datetime
    said: str
    occurrence: str

    @property
    def actor(self) -> Actor:
        """The patient, by the channel that was used."""
        return Actor("patient", self.contact_point.system.value)

    @property
    def source(self) -> BookingSource:
        """The way a booking comes by this channel."""
        return _SOURCES.get(self.contact_point.system.value, BookingSource.WEB)


async def carry(on: Carrying, action: Action) -> Event | None:
    """Do one thing; the event says what came of it, None where nothing needs to be said."""
    match action:
        case Find(search=wanted):
            return await search.find_slots(on.desk, wanted, on.conversation.id, on.now)
        case FindHours(clinic=clinic, doctor=doctor):
            return await find_hours(clinic, doctor, on.now)
        case LetGo():
            await places.let_go(on.conversation.id)
        case Book() | Move() | Cancel() | AskHospital():
            return await _change(on, action)
        case TakeFreed(entry=entry):
            return await _take_freed(on, UUID(entry))
        case HandOver():
            return await _hand_over(on, action)
        case _:
            await _note(on, action)
    return None


async def _note(on: Carrying, action: Action) -> None:
    match action:
        case Confirm(visit=visit):
            await confirmations.confirm(UUID(visit), on.actor, on.now)
        case ComeLate(visit=visit):
            await arrivals.note_on_the_way(on.desk, UUID(visit), on.actor, on.now)
        case AcceptSubstitute(visit=visit):
            await confirmations.accept_substitute(UUID(visit), on.actor, on.now)
        case WithdrawRequest(visit=""):
            await requests.withdraw_booking(on.conversation.id, on.now)
        case WithdrawRequest(visit=visit):
            await requests.withdraw(UUID(visit), on.now)
        case Wait(search=wanted):
            await waiting.join(on.desk, wanted, on.conversation.id, on.now)
        case PassFreed(entry=entry, leave=leave):
            await waiting.pass_on(on.desk, UUID(entry), on.now, leave=leave)
        case RemindAgain() | NoteElsewhere():
            await _about_review(action, on.now)
        case KeepConsent(patient=patient, granted=granted):
            await _keep_consent(on, UUID(patient), granted=granted)


async def _about_review(action: RemindAgain | NoteElsewhere, now: datetime) -> None:
    """Put a review off, or take it as done elsewhere."""
    from handlers.reminders import recall, reviews  # noqa: PLC0415 - they prompt, and talk in turn

    if isinstance(action, NoteElsewhere):
        await recall.note_reviewed_elsewhere(UUID(action.patient), now)
        return
    patient_id = UUID(action.patient)
    await reviews.remind_again_at(Prompt(action.prompt), patient_id, action.clinic, action.at)


async def _keep_consent(on: Carrying, patient_id: UUID, *, granted: bool) -> None:
    point = on.contact_point
    await keep_reminder_consent(
        patient_id, point.respondent_id, point.system.value, on.now, granted=granted
    )


async def _change(on: Carrying, action: Book | Move | Cancel | AskHospital) -> Event:
    """Change the book if it is ours and about somebody this conversation answers for."""
    if not await _is_theirs(on, action):
        return Refused(on.now, WhyNot.NOT_YOURS)
    clinic = await _clinic_of(action)
    if clinic is not None and clinic.keeper is BookKeeper.HOSPITAL:
        return await _ask_hospital(on, action, clinic)
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
    asked_at = _since(on, action.since)
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
        asked_at=_since(on, action.since),
        reason=action.reason,
    )
    if isinstance(done, WhyNot):
        return Refused(on.now, done)
    number = await _breach_number(done.breach)
    return Cancelled(on.now, await visit_of(on.desk, done.appointment), number)


def _since(on: Carrying, since: str) -> datetime:
    """A wish is judged by when it was first written, not by when its questions were answered."""
    return min(datetime.fromisoformat(since), on.asked_at) if since else on.asked_at


async def _breach_number(breach: Breach | None) -> int:
    return 0 if breach is None else await breaches.number_of(breach)


async def _ask_hospital(
    on: Carrying, action: Book | Move | Cancel | AskHospital, clinic: Clinic
) -> Event:
    """Nothing is changed in a book that is not ours; the wish is put before registration."""
    visit = "" if isinstance(action, Book) else action.visit
    request = await requests.ask(
        on.desk,
        requests.Asking(
            kind=_kind(action),
            clinic_id=clinic.id,
            patient_id=await _patient_id(action),
            conversation_id=on.conversation.id,
            appointment_id=UUID(visit) if visit else None,
            slot_id=UUID(action.slot) if isinstance(action, Book | Move) else None,
            words=action.words or on.said,
            asked_at=_since(on, getattr(action, "since", "")),
        ),
        on.now,
    )
    found = await Appointment.get(id=UUID(visit)) if visit else None
    return Pending(on.now, request.due_at, await visit_of(on.desk, found) if found else None)


def _kind(action: Book | Move | Cancel | AskHospital) -> RequestKind:
    match action:
        case Cancel():
            return RequestKind.CANCEL
        case Book() | AskHospital(visit=""):
            return RequestKind.BOOK
        case _:
            return RequestKind.MOVE


async def _patient_id(action: Book | Move | Cancel | AskHospital) -> UUID:
    if isinstance(action, Book) or (isinstance(action, AskHospital) and not action.visit):
        return UUID(action.patient)
    return (await Appointment.get(id=UUID(action.visit))).patient_id


async def _take_freed(on: Carrying, entry_id: UUID) -> Event:
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


async def _hand_over(on: Carrying, action: HandOver) -> Event:
    """Make a task of the consult room; an appeal is noted at the breaches it disputes as well."""
    patient_id = UUID(action.patient) if action.patient else None
    task = await consult.consult(
        on.desk,
        ConsultReason(action.reason.value),
        occurrence=f"{on.occurrence}:{action.reason}",
        now=on.now,
        patient_id=patient_id or await _some_patient(on),
        conversation_id=on.conversation.id,
        appointment_id=UUID(action.visit) if action.visit else None,
        words=action.words,
    )
    if action.reason is HandOverReason.APPEAL and task.patient_id is not None:
        await _note_appeal(task.patient_id, on.now)
    return HandedOver(on.now, task.due_at, task.number)


async def _note_appeal(patient_id: UUID, now: datetime) -> None:
    """Note at every breach that still counts that it is disputed."""
    person = person_key(await Patient.get(id=patient_id))
    for breach in await Breach.filter(person=person, waived_at__isnull=True):
        await breaches.appeal(breach.id, now)


async def _some_patient(on: Carrying) -> UUID | None:
    patients = await patients_of(on.conversation)
    return patients[0].id if len(patients) == 1 else None
