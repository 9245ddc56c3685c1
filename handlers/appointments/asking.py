"""Clinics whose book is the hospital's own: a wish is put before registration (standards 6)."""

from __future__ import annotations

from uuid import UUID

from dialogs.appointments.actions import AskHospital, Book, Cancel, Move
from dialogs.appointments.events import Event, Pending
from handlers.appointments.acting import Carrying
from handlers.appointments.facts import visit_of
from handlers.booking import requests
from models.booking import Appointment, Clinic, RequestKind


async def ask_hospital(
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
            asked_at=on.since(getattr(action, "since", "")),
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
