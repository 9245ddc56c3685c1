"""Moving: one row, one place at any time, and late is said and counted."""

import asyncio
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from dialogs.appointments.events import WhyNot
from handlers.booking.actor import Actor
from handlers.booking.moves import MoveDone, move
from models.booking import (
    Appointment,
    AppointmentEvent,
    AppointmentEventKind,
    AppointmentStatus,
    BreachKind,
    Place,
    Session,
    SessionStatus,
    Slot,
    Suspension,
)
from models.timetable import Due, DueStatus
from tests.handlers.booking_scene import NOW, Book, a_book, a_patient, remind, taken

pytestmark = pytest.mark.usefixtures("database")
THURSDAY = date(2026, 11, 26)
# of the visit on Wednesday
LIMIT = datetime.fromisoformat("2026-11-24T15:00+08:00")
A_SECOND = timedelta(seconds=1)
BY_WECHAT = Actor("patient", "wechat")


async def moved(book: Book, visit: Appointment, slot: Slot, now: datetime) -> MoveDone:
    """Move as the patient and expect that it works."""
    done = await move(book.desk, visit.id, slot.id, BY_WECHAT, now)
    assert isinstance(done, MoveDone), done
    return done


async def test_a_move_keeps_row_and_number_and_frees_the_old_place_at_once() -> None:
    book = await a_book()
    old, new = await book.session(), await book.session(THURSDAY, doctor="李医生")
    visit = await book.booked(await a_patient(), old[0])
    done = await moved(book, visit, new[2], NOW)
    after = await Appointment.get(id=visit.id)
    assert (after.number, after.version, after.doctor) == (visit.number, 2, "李医生")
    assert after.starts_at == new[2].starts_at
    assert after.free_until == datetime.fromisoformat("2026-11-25T15:00+08:00")
    assert done.breach is None
    assert (await taken(old), await taken(new)) == (0, 1)
    event = await AppointmentEvent.get(appointment_id=visit.id, kind=AppointmentEventKind.MOVED)
    assert (event.from_at, event.to_at) == (old[0].starts_at, new[2].starts_at)
    assert (event.by, event.channel, event.version, event.late) == ("patient", "wechat", 2, False)


async def test_the_timers_of_the_old_time_are_called_off() -> None:
    book = await a_book()
    old, new = await book.session(), await book.session(THURSDAY)
    visit = await book.booked(await a_patient(), old[0])
    await moved(book, visit, new[0], NOW)
    waiting = Due.filter(subject=visit.id, status=DueStatus.PENDING)
    assert await waiting.filter(version=1).count() == 0
    assert await waiting.filter(version=2).exists()


async def test_a_place_that_is_gone_changes_nothing() -> None:
    book = await a_book()
    old, new = await book.session(), await book.session(THURSDAY)
    visit = await book.booked(await a_patient(), old[0])
    await book.booked(await a_patient(), new[0])
    assert await move(book.desk, visit.id, new[0].id, BY_WECHAT, NOW) is WhyNot.TAKEN
    same = await Appointment.get(id=visit.id)
    assert (same.version, same.starts_at) == (1, old[0].starts_at)
    assert (await Place.get(appointment_id=visit.id)).slot_id == old[0].id


async def test_two_who_want_each_others_place_both_keep_their_own() -> None:
    book = await a_book()
    (one_slot, other_slot, *_) = await book.session()
    one = await book.booked(await a_patient(), one_slot)
    other = await book.booked(await a_patient(), other_slot)
    tries = (
        move(book.desk, one.id, other_slot.id, BY_WECHAT, NOW),
        move(book.desk, other.id, one_slot.id, BY_WECHAT, NOW),
    )
    assert set(await asyncio.gather(*tries)) == {WhyNot.TAKEN}
    assert await taken([one_slot, other_slot]) == 2


async def test_of_two_who_want_the_same_last_place_one_gets_it() -> None:
    book = await a_book()
    old, new = await book.session(), await book.session(THURSDAY)
    visits = [await book.booked(await a_patient(), slot) for slot in old[:4]]
    tries = (move(book.desk, visit.id, new[0].id, BY_WECHAT, NOW) for visit in visits)
    done = await asyncio.gather(*tries)
    assert sum(isinstance(one, MoveDone) for one in done) == 1
    assert (await taken(old), await taken(new)) == (3, 1)


async def test_the_cut_off_binds_the_day_it_is_moved_to() -> None:
    book = await a_book()
    old, new = await book.session(), await book.session(THURSDAY)
    visit = await book.booked(await a_patient(), new[0])
    cut_off = datetime.fromisoformat("2026-11-24T14:00+08:00")
    late = await move(book.desk, visit.id, old[0].id, BY_WECHAT, cut_off)
    assert late is WhyNot.TOO_SOON
    await moved(book, visit, old[0], cut_off - A_SECOND)


async def test_a_move_needs_no_lead_of_two_days() -> None:
    book = await a_book()
    wednesday, tuesday = await book.session(), await book.session(date(2026, 11, 24))
    visit = await book.booked(await a_patient(), wednesday[0])
    await moved(book, visit, tuesday[0], NOW)


@pytest.mark.parametrize(("seconds", "counts"), [(-1, False), (0, True), (60, True)])
async def test_a_move_after_the_limit_counts_as_a_late_cancellation(
    *, seconds: int, counts: bool
) -> None:
    book = await a_book()
    old, new = await book.session(), await book.session(date(2026, 12, 1))
    visit = await book.booked(await a_patient(), old[0])
    await remind(visit)
    done = await moved(book, visit, new[0], LIMIT + timedelta(seconds=seconds))
    assert (done.breach is not None) is counts
    if done.breach is not None:
        assert (done.breach.kind, done.breach.version) == (BreachKind.LATE_CANCEL, 1)
    event = await AppointmentEvent.get(appointment_id=visit.id, kind=AppointmentEventKind.MOVED)
    assert event.late is counts


async def test_late_is_judged_by_when_it_was_written() -> None:
    book = await a_book()
    old, new = await book.session(), await book.session(date(2026, 12, 1))
    visit = await book.booked(await a_patient(), old[0])
    await remind(visit)
    done = await move(
        book.desk, visit.id, new[0].id, BY_WECHAT, LIMIT + A_SECOND, asked_at=LIMIT - A_SECOND
    )
    assert isinstance(done, MoveDone)
    assert done.breach is None


async def test_what_the_hospital_moves_is_never_late_and_excuses_what_follows() -> None:
    book = await a_book()
    old, new = await book.session(), await book.session(date(2026, 11, 26))
    visit = await book.booked(await a_patient(), old[0])
    await remind(visit)
    staff = Actor("officer")
    done = await move(book.desk, visit.id, new[0].id, staff, LIMIT + A_SECOND, by_hospital=True)
    assert isinstance(done, MoveDone)
    assert done.breach is None
    assert done.appointment.hospital_changed_at == LIMIT + A_SECOND


async def test_after_the_deadline_another_time_can_still_be_had_until_the_day_is_over() -> None:
    book = await a_book()
    old, new = await book.session(), await book.session(date(2026, 12, 1))
    visit = await book.booked(await a_patient(), old[0])
    midnight = datetime.fromisoformat("2026-11-26T00:00+08:00")
    assert await move(book.desk, visit.id, new[0].id, BY_WECHAT, midnight) is WhyNot.ENDED
    await moved(book, visit, new[0], midnight - A_SECOND)


async def test_a_day_with_another_visit_in_the_clinic_is_refused() -> None:
    book = await a_book()
    old, new = await book.session(), await book.session(THURSDAY)
    person = await a_patient()
    visit = await book.booked(person, old[0])
    await book.booked(person, new[0])
    assert await move(book.desk, visit.id, new[1].id, BY_WECHAT, NOW) is WhyNot.TWICE
    await moved(book, visit, old[1], NOW)


async def test_moving_to_where_one_is_changes_nothing() -> None:
    book = await a_book()
    (slot, *_) = await book.session(places=2)
    visit = await book.booked(await a_patient(), slot)
    assert await move(book.desk, visit.id, slot.id, BY_WECHAT, NOW) is WhyNot.TWICE
    assert await taken([slot]) == 1


@pytest.mark.parametrize(
    "status",
    [AppointmentStatus.ARRIVED, AppointmentStatus.CANCELLED_BY_PATIENT, AppointmentStatus.NO_SHOW],
)
async def test_what_has_ended_is_not_moved(status: AppointmentStatus) -> None:
    book = await a_book()
    slots = await book.session()
    visit = await book.booked(await a_patient(), slots[0])
    await Appointment.filter(id=visit.id).update(status=status)
    assert await move(book.desk, visit.id, slots[1].id, BY_WECHAT, NOW) is WhyNot.ENDED


async def test_stopped_sessions_and_unknown_visits_and_slots_are_refused() -> None:
    book = await a_book()
    old, new = await book.session(), await book.session(THURSDAY)
    visit = await book.booked(await a_patient(), old[0])
    await Session.filter(id=new[0].session_id).update(status=SessionStatus.STOPPED)
    assert await move(book.desk, visit.id, new[0].id, BY_WECHAT, NOW) is WhyNot.NO_SESSION
    assert await move(book.desk, visit.id, uuid4(), BY_WECHAT, NOW) is WhyNot.NO_SESSION
    assert await move(book.desk, uuid4(), old[1].id, BY_WECHAT, NOW) is WhyNot.NOT_YOURS


async def test_a_suspended_person_may_move_in_time_but_not_late() -> None:
    book = await a_book()
    old, new = await book.session(), await book.session(date(2026, 12, 1))
    person = await a_patient()
    visit = await book.booked(person, old[0])
    await Suspension.create(
        person=person.id_no_index, patient=person, starts_at=NOW, ends_on=date(2027, 5, 23)
    )
    late = await move(book.desk, visit.id, new[0].id, BY_WECHAT, LIMIT)
    assert late is WhyNot.SUSPENDED
    await moved(book, visit, new[0], LIMIT - A_SECOND)


async def test_what_the_hospitals_system_gave_frees_our_place_though_ours_is_full() -> None:
    book = await a_book()
    old, new = await book.session(), await book.session(THURSDAY)
    visit = await book.booked(await a_patient(), old[0])
    await book.booked(await a_patient(), new[0])
    done = await move(book.desk, visit.id, new[0].id, BY_WECHAT, NOW, decided=True)
    assert isinstance(done, MoveDone)
    assert (await taken(old), await taken(new)) == (0, 1)
