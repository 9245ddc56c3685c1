"""The hospital begins: a reminder, a substitute, a freed place, an answer of the booking system."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from dialogs.appointments.events import Lapsed, Prompted
from handlers.appointments.addresses import address_of
from handlers.appointments.saving import Talking, talk
from handlers.appointments.talk import desk_dialog
from handlers.conversation_lock import conversation_of
from handlers.desk import Desk
from models.booking import Appointment
from models.conversation import Conversation, DeliveryClass, Dialog, OutgoingPurpose
from models.people import ContactPoint, Patient
from models.row import related
from models.unit import lock


async def prompt(  # noqa: PLR0913 - what is told, of what, and when it may go
    desk: Desk,
    prompted: Prompted,
    patient_id: UUID,
    now: datetime,
    *,
    occurrence: str,
    appointment: Appointment | None = None,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
    must_arrive: bool = False,
    asked_by: ContactPoint | None = None,
) -> bool:
    """Ask or tell the patient; False when nobody can be written to about this patient.

    The rows are named `occurrence` and carry the appointment's version, which is compared when
    they are sent. `asked_by` has just opened a card and waits: that address is answered as it
    would be in a talk, at any hour. Take no lock on an appointment before: the conversation comes
    first.
    """
    patient = await _patient(patient_id, appointment)
    address = asked_by or await address_of(desk, patient, now, must_arrive=must_arrive)
    if address is None:
        return False
    talking = await _talking(desk, address, occurrence, now)
    if talking is None:
        return False
    talking.patient_id, talking.named = patient_id, True
    talking.not_before, talking.expires_at = not_before, expires_at
    talking.purpose = OutgoingPurpose.REPLY if asked_by else OutgoingPurpose.REMINDER
    talking.delivery_class = DeliveryClass.A if must_arrive else DeliveryClass.B
    if appointment is not None:
        talking.appointment_id, talking.version = appointment.id, appointment.version
    await talk(talking, prompted)
    return True


async def _patient(patient_id: UUID, appointment: Appointment | None) -> Patient:
    if appointment is None or appointment.patient_id != patient_id:
        return await Patient.get(id=patient_id)
    patient: Patient = await related(appointment, "patient")
    return patient


async def _talking(
    desk: Desk, address: ContactPoint, occurrence: str, now: datetime
) -> Talking | None:
    conversation = await conversation_of(address.respondent_id)
    dialog = await desk_dialog(conversation, now)
    if dialog is None:
        return None
    return Talking(desk, conversation, address, dialog, now, occurrence, asked_at=now)


async def lapse(desk: Desk, dialog_id: UUID, turn: int, now: datetime) -> bool:
    """End an attempt nobody answered; False when the talk has gone on since."""
    dialog = await Dialog.get_or_none(id=dialog_id)
    if dialog is None:
        return False
    conversation = await lock(Conversation.filter(id=dialog.conversation_id)).get()
    await dialog.refresh_from_db()
    address = await ContactPoint.filter(
        respondent_id=conversation.respondent_id, wrong_at__isnull=True
    ).first()
    if dialog.turn != turn or address is None:
        return False
    occurrence = f"lapse:{dialog.id}:{turn}"
    talking = Talking(desk, conversation, address, dialog, now, occurrence, asked_at=now)
    talking.purpose = OutgoingPurpose.REMINDER  # an hour later nobody is waiting: hours are kept
    await talk(talking, Lapsed(now))
    return True
