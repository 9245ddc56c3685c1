"""The day after: who did not come is asked why and offered another visit (R126, R128, C14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from dialogs.timing.ladder import no_show_call
from dialogs.timing.spans import local, moment
from handlers.appointments.addresses import address_of
from handlers.booking.actor import SYSTEM
from handlers.booking.arrivals import mark_no_show
from handlers.booking.consult import consult
from handlers.conversation_lock import conversation_of
from handlers.conversations import Subject, start_dialog
from handlers.desk import Desk
from handlers.forms import unsigned
from handlers.reminders.breach_notices import tell_breach
from handlers.reminders.registered import nobody_registered, tell_unregistered
from handlers.reminders.visits import GONE, may_be_reminded
from handlers.timers import DueKind, Timer, set_timer
from models.booking import Appointment, AppointmentStatus, Breach
from models.conversation import Conversation, Dialog
from models.office import ConsultReason
from models.people import ContactPoint, Patient
from models.timetable import Due

FORM: Final = "noshow"
_MISSED: Final = (AppointmentStatus.BOOKED, AppointmentStatus.NO_SHOW)
# from 09:30 to 14:00, also where the question went out later than planned
_TIME_TO_ANSWER: Final = timedelta(hours=4, minutes=30)


@dataclass(frozen=True, slots=True)
class Missed:
    """A visit nobody came to, and who may be asked about it: nobody, without an address."""

    desk: Desk
    appointment: Appointment
    patient: Patient
    talk: tuple[Conversation, ContactPoint] | None
    now: datetime


async def contact_no_show(desk: Desk, due: Due, now: datetime) -> str:
    """Mark who did not come; then say what it counts as and ask why, at a decent hour.

    The conversation is locked before the visit. Nobody is asked about the illness on a festival
    (C16), and "yesterday" has to be true: where today will not do, a person calls.
    """
    missed = await _find(desk, due, now)
    if missed is None:
        return GONE
    if missed.appointment.status is AppointmentStatus.BOOKED:
        if await nobody_registered(missed.appointment):
            return await _wait_for_arrivals(missed, due)
        await mark_no_show(desk, missed.appointment.id, SYSTEM, now)
        await missed.appointment.refresh_from_db()
    if missed.patient.deceased_at is not None:
        return "deceased"
    return await _approach(missed, due)


async def _wait_for_arrivals(missed: Missed, due: Due) -> str:
    """Nobody is accused because a desk kept no list; it may still bring it by the afternoon."""
    day = local(missed.appointment.starts_at).date()
    await tell_unregistered(missed.appointment, missed.now)
    again = no_show_call(day + timedelta(days=1))
    if missed.now >= again:
        return "arrivals not kept"
    await set_timer(
        Timer(DueKind.CONTACT_NO_SHOW, due.subject, again, "again", due.version, due.stops_at)
    )
    return "waits for arrivals"


async def ask_no_show(desk: Desk, due: Due, now: datetime) -> str:
    """Ask at the hour that had to be waited for."""
    missed = await _find(desk, due, now)
    if missed is None or missed.patient.deceased_at is not None:
        return GONE
    return await _approach(missed, due)


async def _find(desk: Desk, due: Due, now: datetime) -> Missed | None:
    appointment = await Appointment.get(id=due.subject)
    patient = await Patient.get(id=appointment.patient_id)
    address = await address_of(desk, patient, now)
    talk = (await conversation_of(address.respondent_id), address) if address else None
    # what was read before the lock may have changed while we waited for it
    await appointment.refresh_from_db()
    if appointment.version != due.version or appointment.status not in _MISSED:
        return None
    return Missed(desk, appointment, patient, talk, now)


async def _approach(missed: Missed, due: Due) -> str:
    desk, patient, now = missed.desk, missed.patient, missed.now
    elderly = desk.hours.is_elderly(patient.birth_date, local(now).date())
    at = desk.hours.next_allowed(now, elderly=elderly, clinical=True, calendar=desk.calendar)
    asked_on = local(missed.appointment.starts_at).date() + timedelta(days=1)
    may_write = missed.talk is not None and await may_be_reminded(desk, patient)
    if not may_write or local(at).date() != asked_on or unsigned(desk, (FORM,)):
        return await _call(missed)
    if at > now:
        later = Timer(DueKind.ASK_NO_SHOW, due.subject, at, version=due.version)
        await set_timer(later)
        return f"asked at {at.isoformat()}"
    return await _ask(missed)


async def _ask(missed: Missed) -> str:
    if missed.talk is None:
        return await _call(missed)
    appointment, now = missed.appointment, missed.now
    conversation, address = missed.talk
    breach = await Breach.get_or_none(appointment_id=appointment.id, version=appointment.version)
    if breach is not None and breach.waived_at is None:
        await tell_breach(missed.desk, breach, appointment, missed.talk, now)
    midnight = moment(local(now).date() + timedelta(days=1), time())
    subject = Subject(
        patient_id=appointment.patient_id,
        forms=(FORM,),
        appointment_id=appointment.id,
        deadline_at=midnight,
    )
    dialog = await start_dialog(missed.desk, conversation, address, subject, now)
    await _plan_end(dialog, midnight, now)
    return "asked"


async def _plan_end(dialog: Dialog, midnight: datetime, now: datetime) -> None:
    """At 14:00 a person takes over; "yesterday" ends with the day, and the question with it."""
    call_at = max(no_show_call(local(now).date()), now + _TIME_TO_ANSWER)
    await set_timer(Timer(DueKind.CALL_NO_SHOW, dialog.id, min(call_at, midnight)))
    await set_timer(Timer(DueKind.END_NO_SHOW, dialog.id, midnight))


async def _call(missed: Missed) -> str:
    """Messages will not do; the consult room calls within its hours."""
    appointment = missed.appointment
    await consult(
        missed.desk,
        ConsultReason.NO_SHOW,
        occurrence=f"no_show:{appointment.id}:{appointment.version}",
        now=missed.now,
        patient_id=appointment.patient_id,
        appointment_id=appointment.id,
    )
    return "to be phoned"
