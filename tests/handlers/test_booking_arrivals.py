"""The day of the visit: on the way, arrived, seen, late; and what is promised before it."""

from datetime import datetime, timedelta

import pytest

from dialogs.appointments.events import WhyNot
from handlers.booking.actor import Actor
from handlers.booking.arrivals import (
    mark_arrived,
    mark_fulfilled,
    note_on_the_way,
    release_late_place,
)
from handlers.booking.cancellations import CancelDone, cancel
from handlers.booking.confirmations import accept_substitute, confirm
from models.booking import (
    Appointment,
    AppointmentEvent,
    AppointmentEventKind,
    AppointmentStatus,
    Place,
)
from models.timetable import Due, DueStatus
from tests.handlers.booking_scene import NOW, a_book, a_patient, taken

pytestmark = pytest.mark.usefixtures("database")
PATIENT = Actor("patient", "sms")
DEADLINE = datetime.fromisoformat("2026-11-25T10:00+08:00")
GRACE = timedelta(minutes=30)
A_SECOND = timedelta(seconds=1)


async def kinds(visit: Appointment) -> list[AppointmentEventKind]:
    """What happened to a visit, in order."""
    rows = await AppointmentEvent.filter(appointment_id=visit.id).order_by("at")
    return [row.kind for row in rows]


async def test_who_arrives_is_reminded_no_more() -> None:
    book = await a_book()
    slots = await book.session()
    visit = await book.booked(await a_patient(), slots[0])
    await mark_arrived(book.desk, visit.id, "guide", DEADLINE)
    after = await Appointment.get(id=visit.id)
    assert (after.status, after.arrived_at) == (AppointmentStatus.ARRIVED, DEADLINE)
    assert not await Due.filter(subject=visit.id, status=DueStatus.PENDING).exists()
    assert await mark_arrived(book.desk, visit.id, "guide", DEADLINE) is WhyNot.ENDED


async def test_who_was_seen_has_arrived() -> None:
    book = await a_book()
    slots = await book.session()
    visit = await book.booked(await a_patient(), slots[0])
    await mark_fulfilled(book.desk, visit.id, "doctor", DEADLINE)
    after = await Appointment.get(id=visit.id)
    assert (after.status, after.arrived_at) == (AppointmentStatus.FULFILLED, DEADLINE)


async def test_the_place_of_somebody_silent_is_released_at_the_deadline() -> None:
    book = await a_book()
    slots = await book.session()
    visit = await book.booked(await a_patient(), slots[0])
    assert not await release_late_place(book.desk, visit.id, DEADLINE - A_SECOND)
    assert await release_late_place(book.desk, visit.id, DEADLINE)
    assert not await release_late_place(book.desk, visit.id, DEADLINE + A_SECOND)
    assert await taken(slots) == 0
    after = await Appointment.get(id=visit.id)
    assert (after.status, after.released_at) == (AppointmentStatus.BOOKED, DEADLINE)


async def test_on_the_way_keeps_the_place_for_the_grace() -> None:
    book = await a_book()
    slots = await book.session()
    visit = await book.booked(await a_patient(), slots[0])
    await note_on_the_way(book.desk, visit.id, PATIENT, DEADLINE)
    assert not await release_late_place(book.desk, visit.id, DEADLINE + GRACE - A_SECOND)
    assert await release_late_place(book.desk, visit.id, DEADLINE + GRACE)


async def test_late_people_who_come_after_all_are_seen() -> None:
    book = await a_book()
    slots = await book.session()
    visit = await book.booked(await a_patient(), slots[0])
    await release_late_place(book.desk, visit.id, DEADLINE)
    assert isinstance(await mark_arrived(book.desk, visit.id, "guide", DEADLINE), Appointment)


async def test_a_promise_to_come_is_noted_once() -> None:
    book = await a_book()
    slots = await book.session()
    visit = await book.booked(await a_patient(), slots[0])
    await confirm(visit.id, PATIENT, NOW + A_SECOND)
    await confirm(visit.id, PATIENT, NOW + 2 * A_SECOND)
    await accept_substitute(visit.id, PATIENT, NOW + 3 * A_SECOND)
    assert (await Appointment.get(id=visit.id)).confirmed_at == NOW + A_SECOND
    assert await kinds(visit) == [
        AppointmentEventKind.BOOKED,
        AppointmentEventKind.CONFIRMED,
        AppointmentEventKind.SUBSTITUTE_ACCEPTED,
    ]


async def test_a_cancelled_visit_takes_no_promise_and_no_arrival() -> None:
    book = await a_book()
    slots = await book.session()
    visit = await book.booked(await a_patient(), slots[0])
    done = await cancel(book.desk, visit.id, PATIENT, NOW)
    assert isinstance(done, CancelDone)
    assert (done.appointment.status, done.appointment.version) == (
        AppointmentStatus.CANCELLED_BY_PATIENT,
        2,
    )
    assert not await Place.filter(appointment_id=visit.id).exists()
    assert not await Due.filter(subject=visit.id, status=DueStatus.PENDING).exists()
    assert await confirm(visit.id, PATIENT, NOW) is WhyNot.ENDED
    assert await mark_arrived(book.desk, visit.id, "guide", DEADLINE) is WhyNot.ENDED
    assert await cancel(book.desk, visit.id, PATIENT, NOW) is WhyNot.ENDED


async def test_the_hospital_may_cancel_after_the_day_the_patient_may_not() -> None:
    book = await a_book()
    slots = await book.session()
    visit = await book.booked(await a_patient(), slots[0])
    midnight = datetime.fromisoformat("2026-11-26T00:00+08:00")
    assert await cancel(book.desk, visit.id, PATIENT, midnight) is WhyNot.ENDED
    done = await cancel(book.desk, visit.id, Actor("hospital"), midnight, by_hospital=True)
    assert isinstance(done, CancelDone)
    assert done.appointment.status is AppointmentStatus.CANCELLED_BY_HOSPITAL
    assert not done.appointment.late_cancel
