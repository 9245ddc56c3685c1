"""Telling a patient what counted as a breach, and that booking is suspended (R098)."""

from __future__ import annotations

from datetime import datetime

from dialogs.actions import Say
from dialogs.timing.spans import local
from dialogs.timing.words import date_text
from handlers.booking.breaches import number_of
from handlers.booking.persons import suspended_until
from handlers.desk import Desk
from handlers.outgoing import Draft, write
from models.booking import Appointment, Breach
from models.conversation import Conversation, OutgoingPurpose
from models.people import ContactPoint


async def tell_breach(
    desk: Desk,
    breach: Breach,
    appointment: Appointment,
    talk: tuple[Conversation, ContactPoint],
    now: datetime,
) -> None:
    """Tell, once, which visit counted as the how manieth breach, or until when none is booked.

    The caller holds the conversation's lock and has made sure that the patient is alive.
    """
    conversation, address = talk
    draft = Draft(
        await _notice(desk, breach, appointment, now),
        occurrence=f"missed:{appointment.id}:{appointment.version}",
        purpose=OutgoingPurpose.REMINDER,
        contact_point_id=address.id,
        channel=address.system.value,
        patient_id=appointment.patient_id,
        appointment_id=appointment.id,
        subject_version=appointment.version,
    )
    if await write(conversation, draft, {}, now):
        await Breach.filter(id=breach.id).update(told_at=now)


async def _notice(desk: Desk, breach: Breach, appointment: Appointment, now: datetime) -> Say:
    until = await suspended_until(breach.person, now)
    if until is not None:
        return Say("M-SUSP", {"date": date_text(until, language=desk.language, with_year=True)})
    day = local(appointment.starts_at).date()
    return Say(
        "M-BREACH",
        {
            "date": date_text(day, language=desk.language),
            "n": str(await number_of(breach)),
        },
    )
