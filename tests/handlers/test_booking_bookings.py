"""Booking: a place is sold once, to a person with a name, at an hour the rules allow."""

import asyncio
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest

from dialogs.appointments.events import WhyNot
from handlers.booking.places import hold, left_in, let_go
from models.booking import (
    Appointment,
    AppointmentEvent,
    AppointmentEventKind,
    AppointmentStatus,
    Place,
    Session,
    SessionStatus,
    Suspension,
)
from models.office import OfficeDesk, OfficeNotice
from models.timetable import Due
from models.unit import unit_of_work
from tests.handlers.booking_scene import (
    NOW,
    WEDNESDAY,
    a_book,
    a_patient,
    an_id_number,
    taken,
)

pytestmark = pytest.mark.usefixtures("database")


async def test_a_booking_has_number_place_clocks_and_a_line_for_the_guide_desk() -> None:
    book = await a_book()
    slots = await book.session()
    visit = await book.booked(await a_patient(), slots[4])
    found = await Appointment.get(id=visit.id)
    assert found.number == "YY20261125-0001"
    assert found.check_in_by == datetime.fromisoformat("2026-11-25T10:15+08:00")
    assert found.free_until == datetime.fromisoformat("2026-11-24T15:00+08:00")
    assert (await Place.get(appointment_id=visit.id)).slot_id == slots[4].id
    event = await AppointmentEvent.get(appointment_id=visit.id)
    assert (event.kind, event.by) == (AppointmentEventKind.BOOKED, "registrar")
    notice = await OfficeNotice.get(appointment_id=visit.id)
    assert (notice.desk, notice.values["no"]) == (OfficeDesk.GUIDE_DESK, visit.number)
    assert await Due.filter(subject=visit.id, version=1).exists()


async def test_numbers_of_one_day_count_up() -> None:
    book = await a_book()
    slots = await book.session()
    numbers = [(await book.booked(await a_patient(), slot)).number for slot in slots[:3]]
    assert [number[-4:] for number in numbers] == ["0001", "0002", "0003"]


async def test_a_sold_place_is_taken() -> None:
    book = await a_book()
    (slot, *_) = await book.session()
    await book.booked(await a_patient(), slot)
    assert await book.book(await a_patient(), slot) is WhyNot.TAKEN
    assert await Appointment.all().count() == 1


async def test_as_many_are_booked_as_there_are_places_however_many_try_at_once() -> None:
    book = await a_book()
    (slot, *_) = await book.session(places=3)
    people = [await a_patient() for _ in range(8)]
    done = await asyncio.gather(*(book.book(person, slot) for person in people))
    assert sum(isinstance(one, Appointment) for one in done) == 3
    assert done.count(WhyNot.TAKEN) == 5
    assert await taken([slot]) == 3


async def test_the_first_day_is_the_day_after_tomorrow() -> None:
    book = await a_book()
    (tuesday, *_) = await book.session(date(2026, 11, 24))
    (wednesday, *_) = await book.session(WEDNESDAY)
    person = await a_patient()
    assert await book.book(person, tuesday) is WhyNot.TOO_SOON
    assert isinstance(await book.book(person, wednesday), Appointment)


async def test_staff_are_bound_by_the_cut_off_alone() -> None:
    book = await a_book()
    slots = await book.session(date(2026, 11, 24))
    before = datetime.fromisoformat("2026-11-23T13:59:59+08:00")
    cut_off = before + timedelta(seconds=1)
    done = await book.book(await a_patient(), slots[0], before, staff=True)
    assert isinstance(done, Appointment)
    assert await book.book(await a_patient(), slots[1], cut_off, staff=True) is WhyNot.TOO_SOON


async def test_what_is_past_stopped_or_not_yet_published_cannot_be_booked() -> None:
    book = await a_book()
    (yesterday, *_) = await book.session(date(2026, 11, 22))
    (stopped, *_) = await book.session(WEDNESDAY)
    (far, *_) = await book.session(date(2026, 12, 22))
    await Session.filter(id=stopped.session_id).update(status=SessionStatus.STOPPED)
    person = await a_patient()
    assert await book.book(person, yesterday) is WhyNot.PAST
    assert await book.book(person, stopped) is WhyNot.NO_SESSION
    assert await book.book(person, far) is WhyNot.TOO_FAR


async def test_a_booking_needs_a_valid_id_number_on_file() -> None:
    book = await a_book()
    slots = await book.session()
    wrong = an_id_number(1)[:-1] + ("0" if an_id_number(1)[-1] != "0" else "1")
    assert await book.book(await a_patient(None), slots[0]) is WhyNot.NO_REAL_NAME
    assert await book.book(await a_patient(wrong), slots[0]) is WhyNot.NO_REAL_NAME


async def test_a_passport_counts_as_it_stands() -> None:
    book = await a_book()
    slots = await book.session()
    person = await a_patient("E00000000")
    person.id_type = "passport"
    await person.save()
    assert isinstance(await book.book(person, slots[0]), Appointment)


async def test_two_records_with_one_id_number_book_once_a_clinic_and_day() -> None:
    book = await a_book()
    slots = await book.session()
    number = an_id_number(900)
    one, same = await a_patient(number), await a_patient(number)
    await book.booked(one, slots[0])
    assert await book.book(same, slots[1]) is WhyNot.TWICE


async def test_two_records_that_book_in_the_same_moment_get_one_place() -> None:
    book = await a_book()
    slots = await book.session()
    number = an_id_number(901)
    people = [await a_patient(number) for _ in range(4)]
    tries = (book.book(person, slot) for person, slot in zip(people, slots, strict=False))
    done = await asyncio.gather(*tries)
    assert sum(isinstance(one, Appointment) for one in done) == 1
    assert done.count(WhyNot.TWICE) == 3


async def test_another_day_or_another_clinic_may_be_booked_besides() -> None:
    book, other = await a_book(), await a_book()
    slots, next_day = await book.session(), await book.session(date(2026, 11, 26))
    elsewhere = await other.session()
    person = await a_patient()
    await book.booked(person, slots[0])
    assert isinstance(await book.book(person, next_day[0]), Appointment)
    assert isinstance(await other.book(person, elsewhere[0]), Appointment)


async def test_a_suspended_person_cannot_book_under_any_record_until_the_day_it_ends() -> None:
    book = await a_book()
    number = an_id_number(902)
    one, same = await a_patient(number), await a_patient(number)
    (slot, *_) = await book.session(date(2026, 12, 10))
    await Suspension.create(
        person=one.id_no_index,
        patient=one,
        starts_at=NOW - timedelta(days=30),
        ends_on=date(2026, 11, 25),
    )
    assert await book.book(one, slot) is WhyNot.SUSPENDED
    assert await book.book(same, slot, staff=True) is WhyNot.SUSPENDED
    last_second = datetime.fromisoformat("2026-11-24T23:59:59+08:00")
    assert await book.book(same, slot, last_second) is WhyNot.SUSPENDED
    done = await book.book(same, slot, last_second + timedelta(seconds=1))
    assert isinstance(done, Appointment)


async def test_a_held_place_is_kept_for_its_holder_and_comes_back_by_time() -> None:
    book = await a_book()
    (slot, *_) = await book.session()
    holder, until = uuid4(), NOW + timedelta(minutes=10)
    assert await unit_of_work(lambda: hold([slot.id], holder, until, NOW)) == [slot.id]
    assert await unit_of_work(lambda: hold([slot.id], uuid4(), until, NOW)) == []
    assert await book.book(await a_patient(), slot, until - timedelta(seconds=1)) is WhyNot.TAKEN
    assert isinstance(await book.book(await a_patient(), slot, until), Appointment)


async def test_the_holder_books_the_place_and_lets_the_others_go() -> None:
    book = await a_book()
    slots = await book.session()
    holder, until = uuid4(), NOW + timedelta(minutes=10)
    three = [slot.id for slot in slots[:3]]
    assert await unit_of_work(lambda: hold(three, holder, until, NOW)) == three
    await book.booked(await a_patient(), slots[0], holder=holder)
    assert await Place.filter(held_by__isnull=False).count() == 0


async def test_the_holder_gets_the_place_that_is_held_before_any_other() -> None:
    book = await a_book()
    (slot, *_) = await book.session(places=3)
    one, other, until = uuid4(), uuid4(), NOW + timedelta(minutes=10)
    for holder in (one, other):
        await unit_of_work(lambda holder=holder: hold([slot.id], holder, until, NOW))  # type: ignore[misc]
    await book.booked(await a_patient(), slot, holder=other)
    assert (await left_in([slot.id], NOW))[slot.id] == 1
    assert (await left_in([slot.id], NOW, one))[slot.id] == 2
    await let_go(one)
    assert (await left_in([slot.id], NOW))[slot.id] == 2


async def test_a_clinic_may_allow_booking_on_the_same_day() -> None:
    book = await a_book(min_lead_days=0)
    slots = await book.session(date(2026, 11, 23), (time(8), time(12)))
    assert await book.book(await a_patient(), slots[3]) is WhyNot.PAST
    assert isinstance(await book.book(await a_patient(), slots[5]), Appointment)


async def test_what_the_hospitals_system_decided_is_entered_even_where_our_count_is_full() -> None:
    book = await a_book()
    (slot, *_) = await book.session(date(2026, 11, 24))
    await book.booked(await a_patient(), slot, decided=True)
    visit = await book.booked(await a_patient(), slot, decided=True)
    assert visit.status is AppointmentStatus.BOOKED
    assert await taken([slot]) == 1


async def test_a_person_holds_so_many_open_bookings_over_all_clinics_and_no_more() -> None:
    books = [await a_book(open_bookings=2) for _ in range(4)]
    slots = [(await book.session())[place] for place, book in enumerate(books)]
    number = an_id_number(501)
    one, same = await a_patient(number), await a_patient(number)
    first = await books[0].booked(one, slots[0])
    await books[1].booked(same, slots[1])
    assert await books[2].book(one, slots[2]) is WhyNot.TOO_MANY
    assert await taken([slots[2]]) == 0
    await books[3].booked(one, slots[3], staff=True)
    assert await books[2].book(same, slots[2]) is WhyNot.TOO_MANY
    for visit in (first, await Appointment.get(patient_id=same.id)):
        await Appointment.filter(id=visit.id).update(status=AppointmentStatus.FULFILLED)
    await books[2].booked(same, slots[2])


async def test_what_the_hospitals_system_decided_is_bound_by_no_count_of_open_bookings() -> None:
    books = [await a_book(open_bookings=1) for _ in range(2)]
    slots = [(await book.session())[0] for book in books]
    person = await a_patient()
    await books[0].booked(person, slots[0])
    await books[1].booked(person, slots[1], decided=True)
