"""A freed place reaches somebody of the waiting list by message, and is booked by a reply."""

from datetime import timedelta

import pytest

from dialogs.appointments.facts import Search
from handlers.booking.actor import Actor
from handlers.booking.cancellations import cancel
from handlers.booking.waiting import join
from models.booking import Appointment, WaitingEntry, WaitingStatus
from models.conversation import Outgoing
from models.office import ConsultReason, ConsultTask
from models.people import (
    Consent,
    ConsentBasis,
    ConsentPurpose,
    ContactKind,
    ContactPoint,
    ContactStatus,
    Patient,
    Respondent,
    RespondentRole,
    ResponderRole,
    System,
)
from scheduler.due import run_due
from tests.handlers.booking_scene import NOW, Book, a_book, a_patient

pytestmark = pytest.mark.usefixtures("database")


async def reachable(patient: Patient) -> ContactPoint:
    """Give a patient an address that is bound, and the consent to be reminded."""
    respondent = await Respondent.create(created_at=NOW)
    await RespondentRole.create(respondent=respondent, patient=patient, role=ResponderRole.SELF)
    await Consent.create(
        patient=patient,
        purpose=ConsentPurpose.REMINDER,
        basis=ConsentBasis.CONSENT,
        granted=True,
        at=NOW,
    )
    return await ContactPoint.create(
        respondent=respondent,
        system=System.WEB,
        value=str(patient.id),
        kind=ContactKind.LINK,
        status=ContactStatus.OK,
        verified_at=NOW,
    )


async def offered(book: Book, patient: Patient) -> WaitingEntry:
    """Let a place be freed for somebody who waits."""
    visits = [await book.booked(await a_patient(), slot) for slot in await book.session()]
    search = Search(str(book.clinic.id), str(patient.id))
    entry = await join(book.desk, search, None, NOW)
    assert isinstance(entry, WaitingEntry)
    await cancel(book.desk, visits[0].id, Actor("patient", "web"), NOW)
    return entry


async def test_who_waits_is_written_to_and_the_offer_says_until_when() -> None:
    book, patient = await a_book(), await a_patient()
    await reachable(patient)
    entry = await offered(book, patient)
    await run_due(book.desk, NOW)
    row = await Outgoing.get(occurrence=f"freed:{entry.id}:2")
    assert row.patient_id == patient.id
    assert row.expires_at == NOW + timedelta(hours=1)


async def test_who_cannot_be_written_to_is_passed_over_and_called() -> None:
    book, patient = await a_book(), await a_patient()
    entry = await offered(book, patient)
    await run_due(book.desk, NOW)
    assert (await WaitingEntry.get(id=entry.id)).status is WaitingStatus.WAITING
    task = await ConsultTask.get(patient_id=patient.id)
    assert task.reason is ConsultReason.UNREACHED


async def test_an_offer_without_an_answer_ends_by_its_timer() -> None:
    book, patient = await a_book(), await a_patient()
    await reachable(patient)
    entry = await offered(book, patient)
    await run_due(book.desk, NOW)
    await run_due(book.desk, NOW + timedelta(hours=1))
    assert (await WaitingEntry.get(id=entry.id)).status is WaitingStatus.WAITING
    assert await Appointment.filter(patient_id=patient.id).count() == 0
