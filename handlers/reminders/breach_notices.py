"""Telling a patient what counted as a breach, and that booking is suspended (R098)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from dialogs.actions import Say
from dialogs.timing.spans import local
from dialogs.timing.words import date_text
from handlers.appointments.addresses import address_of
from handlers.booking.breaches import number_of
from handlers.booking.persons import suspension_of
from handlers.conversation_lock import conversation_of
from handlers.desk import Desk
from handlers.outgoing import Draft, write
from handlers.reminders.visits import GONE, may_be_reminded
from models.booking import Appointment, Breach, Suspension
from models.conversation import Conversation, OutgoingPurpose
from models.people import ContactPoint, Patient
from models.timetable import Due

Talk = tuple[Conversation, ContactPoint]


async def tell_breach(
    desk: Desk, breach: Breach, appointment: Appointment, talk: Talk, now: datetime
) -> None:
    """Tell, once, which visit counted as the how manieth breach, or until when none is booked.

    The caller holds the conversation's lock and has made sure that the patient is alive.
    """
    running = await suspension_of(breach.person, now)
    if running is not None:
        await _write(talk, _suspended(desk, running), breach.patient_id, now)
    else:
        await _write(talk, await _counted(desk, breach, appointment), breach.patient_id, now)
    await Breach.filter(id=breach.id, told_at__isnull=True).update(told_at=now)


async def tell_suspension(desk: Desk, due: Due, now: datetime) -> str:
    """Tell of a suspension as soon as it begins, also where the last breach was a late no."""
    running = await Suspension.get(id=due.subject)
    patient = await Patient.get(id=running.patient_id)
    address = await address_of(desk, patient, now)
    if running.lifted_at is not None or address is None:
        return GONE
    if not await may_be_reminded(desk, patient):
        return "not written to"
    conversation = await conversation_of(address.respondent_id)
    await _write((conversation, address), _suspended(desk, running), patient.id, now)
    return "told"


def _suspended(desk: Desk, running: Suspension) -> Draft:
    until = date_text(running.ends_on, language=desk.language, with_year=True)
    return Draft(Say("M-SUSP", {"date": until}), occurrence=f"suspended:{running.id}")


async def _counted(desk: Desk, breach: Breach, appointment: Appointment) -> Draft:
    day = local(appointment.starts_at).date()
    count = str(await number_of(breach))
    return Draft(
        Say("M-BREACH", {"date": date_text(day, language=desk.language), "n": count}),
        occurrence=f"missed:{appointment.id}:{appointment.version}",
        appointment_id=appointment.id,
        subject_version=appointment.version,
    )


async def _write(talk: Talk, draft: Draft, patient_id: UUID, now: datetime) -> None:
    conversation, address = talk
    addressed = replace(
        draft,
        purpose=OutgoingPurpose.REMINDER,
        contact_point_id=address.id,
        channel=address.system.channel,
        patient_id=patient_id,
    )
    await write(conversation, addressed, {}, now)
