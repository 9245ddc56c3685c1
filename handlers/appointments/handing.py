"""Handing over to the consult room: nothing that ends without a booking is lost."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from dialogs.appointments.actions import HandOver, HandOverReason
from dialogs.appointments.events import HandedOver
from handlers.appointments.acting import Carrying
from handlers.appointments.facts import patients_of
from handlers.booking import breaches, consult
from handlers.booking.persons import person_key
from handlers.human_talk import Opening, open_talk
from models.booking import Breach
from models.office import ConsultReason, ConsultTask
from models.people import Patient
from models.room import TalkDesk


async def hand_over(on: Carrying, action: HandOver) -> HandedOver:
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
    if action.reason is HandOverReason.ASKED:
        await _let_a_person_talk(on, task)
    if action.reason is HandOverReason.APPEAL and task.patient_id is not None:
        await _note_appeal(task.patient_id, on.now)
    return HandedOver(on.now, task.due_at, task.number)


async def _let_a_person_talk(on: Carrying, task: ConsultTask) -> None:
    """Who asked for somebody is answered by the consult room, not by the bot any more."""
    opening = Opening(
        f"talk:{task.number}",
        on.conversation.id,
        task.due_at,
        TalkDesk.CONSULT,
        patient_id=task.patient_id,
    )
    await open_talk(opening, on.now)


async def _note_appeal(patient_id: UUID, now: datetime) -> None:
    """Note at every breach that still counts that it is disputed."""
    person = person_key(await Patient.get(id=patient_id))
    for breach in await Breach.filter(person=person, waived_at__isnull=True):
        await breaches.appeal(breach.id, now)


async def _some_patient(on: Carrying) -> UUID | None:
    patients = await patients_of(on.conversation)
    return patients[0].id if len(patients) == 1 else None
