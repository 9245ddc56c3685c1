"""The waiting list: in order, one at a time, until a deadline; the first yes wins."""

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

import pytest

from dialogs.appointments.events import WhyNot
from dialogs.appointments.facts import Search
from dialogs.reading.when import When
from handlers.booking.actor import Actor
from handlers.booking.cancellations import cancel
from handlers.booking.moves import MoveDone
from handlers.booking.waiting import expire_past, join, lapse, pass_on, take
from handlers.timers import DueKind
from models.booking import (
    Appointment,
    BookingSource,
    Place,
    Suspension,
    WaitingEntry,
    WaitingStatus,
)
from models.people import Patient
from models.timetable import Due
from tests.handlers.booking_scene import NOW, WEDNESDAY, Book, a_book, a_patient

pytestmark = pytest.mark.usefixtures("database")
PATIENT = Actor("patient", "wechat")
AN_HOUR = timedelta(hours=1)
_TICKS = count()


async def waits(book: Book, *wishes: When, person: Patient | None = None, **known: Any) -> Any:
    """Put somebody on the list, behind all who wait already."""
    patient = person or await a_patient()
    search = Search(str(book.clinic.id), str(patient.id), wishes=wishes, **known)
    return await join(book.desk, search, None, NOW + timedelta(milliseconds=next(_TICKS)))


async def a_full_session(book: Book) -> list[Appointment]:
    """A session on Wednesday morning in which every place is booked."""
    return [await book.booked(await a_patient(), slot) for slot in await book.session()]


async def frees(book: Book, visit: Appointment, now: datetime = NOW) -> None:
    """Somebody gives a place up."""
    await cancel(book.desk, visit.id, PATIENT, now)


async def status(entry: WaitingEntry) -> WaitingStatus:
    """Return how an entry stands."""
    return (await WaitingEntry.get(id=entry.id)).status


async def test_a_freed_place_is_kept_for_the_first_of_the_list() -> None:
    book = await a_book()
    visits = await a_full_session(book)
    first, second = await waits(book), await waits(book)
    await frees(book, visits[0])
    offered = await WaitingEntry.get(id=first.id)
    assert offered.status is WaitingStatus.OFFERED
    assert offered.offer_until == NOW + AN_HOUR
    place = await Place.get(id=offered.place_id)
    assert (place.held_by, place.held_until) == (first.id, NOW + AN_HOUR)
    assert await status(second) is WaitingStatus.WAITING
    slot = await place.slot
    assert await book.book(await a_patient(), slot) is WhyNot.TAKEN


async def test_the_patient_is_told_and_the_offer_ends_by_timers_of_this_version() -> None:
    book = await a_book()
    visits = await a_full_session(book)
    entry = await waits(book)
    await frees(book, visits[0])
    timers = {row.kind: row for row in await Due.filter(subject=entry.id)}
    assert timers[DueKind.OFFER_PLACE].due_at == NOW
    assert timers[DueKind.LAPSE_OFFER].due_at == NOW + AN_HOUR
    assert {row.version for row in timers.values()} == {2}


async def test_taking_it_books_and_ends_the_waiting() -> None:
    book = await a_book()
    visits = await a_full_session(book)
    entry = await waits(book)
    await frees(book, visits[3])
    done = await take(book.desk, entry.id, PATIENT, NOW + AN_HOUR / 2, BookingSource.WECHAT)
    assert isinstance(done, Appointment)
    assert (done.patient_id, done.starts_at) == (entry.patient_id, visits[3].starts_at)
    assert done.source is BookingSource.WECHAT
    assert await status(entry) is WaitingStatus.BOOKED


async def test_taking_it_moves_the_visit_that_was_to_be_moved() -> None:
    book = await a_book()
    visits = await a_full_session(book)
    later = await book.session(date(2026, 12, 1))
    person = await a_patient()
    own = await book.booked(person, later[0])
    entry = await waits(book, person=person, moves=str(own.id))
    await frees(book, visits[0])
    done = await take(book.desk, entry.id, PATIENT, NOW + AN_HOUR / 2, BookingSource.WECHAT)
    assert isinstance(done, MoveDone)
    assert (done.appointment.number, done.appointment.starts_at) == (
        own.number,
        visits[0].starts_at,
    )


async def test_no_answer_passes_it_to_the_next_and_the_first_waits_on() -> None:
    book = await a_book()
    visits = await a_full_session(book)
    first, second = await waits(book), await waits(book)
    await frees(book, visits[0])
    version = (await WaitingEntry.get(id=first.id)).version
    assert await lapse(book.desk, first.id, version, NOW + AN_HOUR)
    assert await status(first) is WaitingStatus.WAITING
    assert await status(second) is WaitingStatus.OFFERED
    gone = await take(book.desk, first.id, PATIENT, NOW + AN_HOUR, BookingSource.WECHAT)
    assert gone is WhyNot.TAKEN


async def test_an_offer_that_was_answered_does_not_lapse() -> None:
    book = await a_book()
    visits = await a_full_session(book)
    entry = await waits(book)
    await frees(book, visits[0])
    version = (await WaitingEntry.get(id=entry.id)).version
    await take(book.desk, entry.id, PATIENT, NOW, BookingSource.WECHAT)
    assert not await lapse(book.desk, entry.id, version, NOW + AN_HOUR)
    assert await status(entry) is WaitingStatus.BOOKED


@pytest.mark.parametrize(
    ("leave", "stands"), [(False, WaitingStatus.WAITING), (True, WaitingStatus.WITHDRAWN)]
)
async def test_who_passes_waits_on_or_leaves_and_the_next_is_asked(
    *, leave: bool, stands: WaitingStatus
) -> None:
    book = await a_book()
    visits = await a_full_session(book)
    first, second = await waits(book), await waits(book)
    await frees(book, visits[0])
    await pass_on(book.desk, first.id, NOW, leave=leave)
    assert await status(first) is stands
    assert await status(second) is WaitingStatus.OFFERED


async def test_a_place_nobody_wants_is_free_for_everybody() -> None:
    book = await a_book()
    visits = await a_full_session(book)
    entry = await waits(book)
    await frees(book, visits[0])
    place = await Place.get(held_by=entry.id)
    await pass_on(book.desk, entry.id, NOW)
    assert isinstance(await book.book(await a_patient(), await place.slot), Appointment)


@pytest.mark.parametrize(
    ("known", "wish"),
    [
        ({"doctor": "李医生"}, When()),
        ({}, When(date=date(2026, 11, 26))),
        ({}, When(period="afternoon")),
        ({}, When(date=WEDNESDAY, period="evening")),
    ],
)
async def test_what_does_not_suit_is_not_offered(known: dict[str, Any], wish: When) -> None:
    book = await a_book()
    visits = await a_full_session(book)
    other = await waits(book, wish, **known)
    suits = await waits(book, When(date=WEDNESDAY, date_end=date(2026, 11, 27), period="morning"))
    await frees(book, visits[0])
    assert await status(other) is WaitingStatus.WAITING
    assert await status(suits) is WaitingStatus.OFFERED


async def test_who_may_not_book_or_is_booked_that_day_is_passed_over() -> None:
    book = await a_book()
    person, suspended = await a_patient(), await a_patient()
    extra = await book.session(WEDNESDAY, (time(14, 30), time(15)))
    visits = await a_full_session(book)
    await book.booked(person, extra[0])
    await Suspension.create(
        person=suspended.id_no_index, patient=suspended, starts_at=NOW, ends_on=date(2027, 5, 23)
    )
    passed = [await waits(book, person=each) for each in (person, suspended)]
    entry = await waits(book)
    await frees(book, visits[0])
    assert [await status(each) for each in passed] == [WaitingStatus.WAITING] * 2
    assert await status(entry) is WaitingStatus.OFFERED


async def test_who_waits_for_as_much_as_a_person_may_hold_waits_for_no_more() -> None:
    """Bookings and places waited for count together; the same clinic again adds none."""
    first, second, third = [await a_book(open_bookings=2) for _ in range(3)]
    person = await a_patient()
    await first.booked(person, (await first.session())[0])
    assert isinstance(await waits(second, person=person), WaitingEntry)
    assert await waits(third, person=person) is WhyNot.TOO_MANY
    again = await waits(second, When(period="afternoon"), person=person)
    assert isinstance(again, WaitingEntry)
    assert await WaitingEntry.all().count() == 1


async def test_who_may_hold_no_more_is_passed_over_and_cannot_take_what_was_offered() -> None:
    book, other = await a_book(open_bookings=1), await a_book()
    visits = await a_full_session(book)
    slots = await other.session()
    early, late = await waits(book), await waits(book)
    await other.booked(await Patient.get(id=early.patient_id), slots[0])
    await frees(book, visits[0])
    assert await status(early) is WaitingStatus.WAITING
    assert await status(late) is WaitingStatus.OFFERED
    await other.booked(await Patient.get(id=late.patient_id), slots[1])
    taken = await take(book.desk, late.id, PATIENT, NOW + AN_HOUR / 2, BookingSource.WECHAT)
    assert taken is WhyNot.TOO_MANY


async def test_at_night_the_place_is_kept_until_people_may_be_written_to() -> None:
    book = await a_book()
    visits = await a_full_session(book)
    entry = await waits(book)
    await frees(book, visits[0], datetime.fromisoformat("2026-11-23T21:00+08:00"))
    offered = await WaitingEntry.get(id=entry.id)
    assert offered.offer_until == datetime.fromisoformat("2026-11-24T09:00+08:00")


async def test_an_offer_never_lasts_beyond_the_cut_off_and_after_it_there_is_none() -> None:
    book = await a_book()
    visits = await a_full_session(book)
    entry = await waits(book)
    cut_off = datetime.fromisoformat("2026-11-24T14:00+08:00")
    await frees(book, visits[0], datetime.fromisoformat("2026-11-24T11:30+08:00"))
    assert (await WaitingEntry.get(id=entry.id)).offer_until == datetime.fromisoformat(
        "2026-11-24T12:30+08:00"
    )
    await pass_on(book.desk, entry.id, cut_off)
    await frees(book, visits[1], cut_off)
    assert await status(entry) is WaitingStatus.WAITING


async def test_a_second_wish_keeps_the_place_in_line() -> None:
    book = await a_book()
    visits = await a_full_session(book)
    person = await a_patient()
    first = await waits(book, When(period="afternoon"), person=person)
    await waits(book)
    again = await waits(book, When(period="morning"), person=person)
    assert again.id == first.id
    await frees(book, visits[0])
    assert await status(first) is WaitingStatus.OFFERED


async def test_who_waited_for_days_that_are_over_waits_no_more() -> None:
    book = await a_book()
    entry = await waits(book, When(date=WEDNESDAY))
    assert await expire_past(datetime.fromisoformat("2026-11-24T23:59:59+08:00")) == 0
    assert await expire_past(datetime.fromisoformat("2026-11-25T00:00+08:00")) == 1
    assert await status(entry) is WaitingStatus.EXPIRED
