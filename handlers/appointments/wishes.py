"""From the end of a questionnaire to the booking desk: a wish, or a review that is due (R082)."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Final

from dialogs.appointments.events import Prompt, Prompted
from dialogs.timing.spans import local, moment
from handlers.appointments.facts import facts_of
from handlers.appointments.saving import Talking, talk
from handlers.appointments.talk import desk_dialog
from handlers.booking.consult import consult
from handlers.matters import Matter
from models.booking import Appointment, AppointmentStatus, Clinic
from models.conversation import Outgoing
from models.office import ConsultReason

_AROUND: Final = timedelta(days=14)


async def has_book() -> bool:
    """Tell whether this hospital has a book at all."""
    return await Clinic.filter(active=True).exists()


async def book_now(matter: Matter, cause: str) -> None:
    """Ask which clinic and when, at once: the patient has just asked for it."""
    await _prompt(matter, Prompted(matter.now, Prompt.BOOK, patient=_patient(matter)), cause)


async def book_by_phone(matter: Matter, cause: str) -> None:
    """The talk broke off before the wish was seen to: somebody of the consult room calls."""
    await consult(
        matter.desk,
        ConsultReason.UNBOOKED,
        occurrence=f"wish:{cause}",
        now=matter.now,
        patient_id=matter.patient_id,
        conversation_id=matter.conversation.id,
        encounter_id=matter.encounter.id if matter.encounter else None,
    )


async def offer_review(matter: Matter) -> None:
    """Offer to book the review that is due, once a stay, unless something is booked around it."""
    stay = matter.encounter
    if stay is None or stay.review_on is None or matter.patient is None:
        return
    cause = f"review:{stay.id}:offer"
    if stay.review_on <= local(matter.now).date() or not await has_book():
        return
    if await Outgoing.exists(occurrence=cause) or await _booked_around(matter, stay.review_on):
        return
    facts = await facts_of(matter.desk, matter.conversation, matter.contact_point, matter.now)
    names = {clinic.id: clinic.name for clinic in facts.clinics}
    prompted = Prompted(
        matter.now,
        Prompt.REVIEW,
        patient=_patient(matter),
        clinic=facts.usual_clinic,
        clinic_name=names.get(facts.usual_clinic, ""),
        doctor=stay.attending,
        on=stay.review_on,
    )
    await _prompt(matter, prompted, cause)


async def _booked_around(matter: Matter, review_on: date) -> bool:
    middle = moment(review_on, time(0))
    rows = Appointment.filter(patient_id=matter.patient_id, status=AppointmentStatus.BOOKED)
    return await rows.filter(
        starts_at__gte=middle - _AROUND, starts_at__lte=middle + _AROUND
    ).exists()


async def _prompt(matter: Matter, prompted: Prompted, cause: str) -> None:
    dialog = await desk_dialog(matter.conversation, matter.now)
    if dialog is None:
        return
    talking = Talking(
        matter.desk,
        matter.conversation,
        matter.contact_point,
        dialog,
        matter.now,
        occurrence=cause,
        asked_at=matter.now,
        patient_id=matter.patient_id,
    )
    await talk(talking, prompted)


def _patient(matter: Matter) -> str:
    return str(matter.patient_id or "")
