"""Who loses a place by a list is told, also after a no to messages; who waits gets new places."""

from datetime import datetime

import pytest

from handlers.booking.session_entry import Dropped
from models.booking import Appointment, Clinic, Place, WaitingEntry, WaitingStatus
from models.conversation import DeliveryClass, Outgoing
from models.office import ConsultTask
from models.people import ContactPoint, Respondent, RespondentRole, ResponderRole
from tests.handlers.booking_lists import (
    DAY,
    appointment,
    session,
    take_sessions,
    take_visits,
    the_visit,
)
from tests.handlers.people import a_patient

pytestmark = pytest.mark.usefixtures("database")


async def _a_visit_of_somebody_with_a_page(now: datetime) -> Appointment:
    await take_sessions(now, session(), session(3, doctor="王示例"))
    await take_visits(now, appointment())
    visit = await the_visit()
    respondent = await Respondent.create(created_at=now)
    await RespondentRole.create(
        respondent=respondent, patient_id=visit.patient_id, role=ResponderRole.SELF
    )
    await ContactPoint.create(
        respondent=respondent,
        system="web",
        value="page-of-the-test",
        kind="link",
        status="ok",
        verified_at=now,
        opted_out_at=now,
    )
    return visit


async def test_a_moved_patient_is_told_the_new_hour(now: datetime) -> None:
    visit = await _a_visit_of_somebody_with_a_page(now)
    await take_sessions(now, session(3, doctor="王示例"), dropped=Dropped.MOVE)
    [told] = await Outgoing.filter(appointment_id=visit.id)
    assert told.delivery_class is DeliveryClass.A
    assert told.subject_version == 2
    assert "王示例" in str(told.content)
    assert await ConsultTask.all().count() == 0


async def test_a_cancelled_patient_is_told_so(now: datetime) -> None:
    visit = await _a_visit_of_somebody_with_a_page(now)
    await take_sessions(now, session(3, doctor="王示例"), dropped=Dropped.CANCEL)
    told = await Outgoing.filter(occurrence__startswith=f"stopped:{visit.id}")
    assert [row.delivery_class for row in told] == [DeliveryClass.A]


async def test_the_hospitals_own_change_of_hour_is_told_too(now: datetime) -> None:
    visit = await _a_visit_of_somebody_with_a_page(now)
    await take_visits(now, appointment(clock=None, doctor="王示例"))
    told = await Outgoing.filter(appointment_id=visit.id)
    assert [row.subject_version for row in told] == [2]


async def test_new_places_are_offered_to_who_waits_first(now: datetime) -> None:
    await take_sessions(now, session(quota=0, walk_in=0))
    entry = await WaitingEntry.create(
        patient=await a_patient(now, id_no="999999197001010017", id_type="resident_card"),
        clinic=await Clinic.get(),
        from_day=DAY,
        until_day=DAY,
        created_at=now,
    )
    await take_sessions(now, session(quota=2, walk_in=0))
    entry = await WaitingEntry.get(id=entry.id)
    assert entry.status is WaitingStatus.OFFERED
    assert await Place.filter(held_by=entry.id).count() == 1
