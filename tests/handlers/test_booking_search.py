"""Searching: three true free slots that fit, or the nearest with the reason, and they are held."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest

from dialogs.appointments.events import Found
from dialogs.reading.when import When
from dialogs.timing.spans import local
from models.booking import Place, Session, SessionStatus
from tests.handlers.booking_scene import NOW, WEDNESDAY, Book, a_book, a_patient

pytestmark = pytest.mark.usefixtures("database")
AFTERNOON = (time(14, 30), time(17, 30))
THURSDAY = date(2026, 11, 26)
FRIDAY = date(2026, 11, 27)


def hours(found: Found) -> list[str]:
    """What is offered, as people read it."""
    return [f"{local(offer.starts):%d %H:%M}" for offer in found.offers]


async def a_week() -> Book:
    """Two doctors: Chen in the mornings of Wednesday to Friday, Li on Thursday afternoon."""
    book = await a_book()
    for day in (WEDNESDAY, THURSDAY, FRIDAY):
        await book.session(day)
    await book.session(THURSDAY, AFTERNOON, doctor="李医生")
    return book


async def test_without_a_wish_the_first_three_are_offered_in_order() -> None:
    book = await a_week()
    found = await book.find(await a_patient())
    assert found.fits
    assert hours(found) == ["25 08:00", "25 08:30", "25 09:00"]
    assert found.earliest == WEDNESDAY
    assert found.held_until == NOW + timedelta(minutes=10)
    assert {offer.clinic_name for offer in found.offers} == {"皮肤科门诊"}
    assert {offer.room for offer in found.offers} == {"3诊室"}


async def test_what_is_offered_is_held_and_counted_as_free_for_the_holder() -> None:
    book = await a_book()
    await book.session(places=2)
    found = await book.find(await a_patient())
    assert [offer.left for offer in found.offers] == [2, 2, 2]
    other = await book.find(await a_patient())
    assert [offer.left for offer in other.offers] == [1, 1, 1]


async def test_two_who_search_are_never_offered_the_same_last_place() -> None:
    book = await a_week()
    one = await book.find(await a_patient())
    other = await book.find(await a_patient())
    assert not {offer.slot for offer in one.offers} & {offer.slot for offer in other.offers}


async def test_a_new_search_gives_back_what_was_held_before() -> None:
    book = await a_week()
    person, holder = await a_patient(), uuid4()
    await book.find(person, holder=holder)
    await book.find(person, When(date=FRIDAY), holder=holder)
    held = await Place.filter(held_by=holder).prefetch_related("slot")
    assert {local(place.slot.starts_at).date() for place in held} == {FRIDAY}


async def test_later_ones_are_the_next_that_were_not_shown() -> None:
    book = await a_week()
    person, holder = await a_patient(), uuid4()
    first = await book.find(person, When(date=THURSDAY, period="afternoon"), holder=holder)
    skip = tuple(offer.slot for offer in first.offers)
    more = await book.find(
        person, When(date=THURSDAY, period="afternoon"), holder=holder, skip=skip
    )
    assert hours(first) == ["26 14:30", "26 15:00", "26 15:30"]
    assert hours(more) == ["26 16:00", "26 16:30", "26 17:00"]


@pytest.mark.parametrize(
    ("wish", "offered"),
    [
        (When(date=THURSDAY), ["26 08:00", "26 08:30", "26 09:00"]),
        (When(date=WEDNESDAY, date_end=THURSDAY, period="afternoon"), ["26 14:30", "26 15:00"]),
        (When(period="afternoon"), ["26 14:30", "26 15:00"]),
        (When(date=WEDNESDAY, mod="after"), ["26 08:00", "26 08:30"]),
        (When(date=FRIDAY, mod="before"), ["25 08:00", "25 08:30"]),
        (When(date=THURSDAY, time=time(9)), ["26 09:00"]),
        (When(date=THURSDAY, time=time(9, 20)), ["26 09:00"]),
        (When(date=THURSDAY, time=time(16), mod="after"), ["26 16:00", "26 16:30", "26 17:00"]),
        (When(date=THURSDAY, time=time(9), mod="before"), ["26 08:00", "26 08:30"]),
        (When(time=time(10), time_end=time(11)), ["25 10:00", "25 10:30", "26 10:00"]),
        (When(exclude=(WEDNESDAY,)), ["26 08:00", "26 08:30"]),
        (When(date=WEDNESDAY, date_end=FRIDAY, exclude=(WEDNESDAY, THURSDAY)), ["27 08:00"]),
    ],
)
async def test_only_what_was_wished_is_offered_where_there_is_any(
    wish: When, offered: list[str]
) -> None:
    book = await a_week()
    found = await book.find(await a_patient(), wish)
    assert found.fits
    assert found.why_not == ""
    assert hours(found)[: len(offered)] == offered


async def test_the_second_wish_counts_when_the_first_cannot_be_had() -> None:
    book = await a_week()
    wishes = (When(date=WEDNESDAY, period="afternoon"), When(date=THURSDAY, period="afternoon"))
    found = await book.find(await a_patient(), *wishes)
    assert found.fits
    assert hours(found)[0] == "26 14:30"


async def test_the_doctor_that_was_asked_for_is_the_only_one_offered() -> None:
    book = await a_week()
    found = await book.find(await a_patient(), doctor="李医生")
    assert found.fits
    assert {offer.doctor for offer in found.offers} == {"李医生"}


@pytest.mark.parametrize(
    ("wish", "why", "offered"),
    [
        (When(date=date(2026, 11, 20)), "past", ["25 08:00", "25 08:30", "25 09:00"]),
        (When(date=date(2026, 11, 24)), "too_soon", ["25 08:00", "25 08:30", "25 09:00"]),
        (When(date=WEDNESDAY, period="afternoon"), "no_session", ["25 11:30"]),
        (When(date=date(2026, 11, 28)), "too_far", ["27 08:00", "27 08:30", "27 09:00"]),
        (When(date=date(2027, 3, 1)), "too_far", ["27 08:00", "27 08:30", "27 09:00"]),
        (When(date=THURSDAY, time=time(13)), "no_session", []),
    ],
)
async def test_what_cannot_be_had_is_explained_and_the_nearest_offered(
    wish: When, why: str, offered: list[str]
) -> None:
    book = await a_week()
    found = await book.find(await a_patient(), wish)
    assert not found.fits
    assert found.why_not == why
    assert len(found.offers) == 3
    assert set(offered) <= set(hours(found))


async def test_a_day_without_session_in_the_middle_is_said_to_have_none() -> None:
    book = await a_book()
    for day in (WEDNESDAY, FRIDAY):
        await book.session(day)
    found = await book.find(await a_patient(), When(date=THURSDAY))
    assert found.why_not == "no_session"


async def test_full_is_said_to_be_full_and_the_same_hour_of_a_near_day_is_offered() -> None:
    book = await a_book()
    full = await book.session(WEDNESDAY)
    await book.session(THURSDAY)
    for slot in full:
        await book.booked(await a_patient(), slot)
    found = await book.find(await a_patient(), When(date=WEDNESDAY, time=time(10)))
    assert found.why_not == "full"
    assert "26 10:00" in hours(found)


async def test_a_full_doctor_is_offered_on_another_day_before_other_doctors() -> None:
    book = await a_book()
    own = await book.session(WEDNESDAY)
    await book.session(WEDNESDAY, doctor="李医生")
    await book.session(FRIDAY)
    for slot in own:
        await book.booked(await a_patient(), slot)
    found = await book.find(await a_patient(), When(date=WEDNESDAY), doctor="陈医生")
    assert found.why_not == "full"
    assert {offer.doctor for offer in found.offers} == {"陈医生"}


async def test_a_doctor_without_any_place_left_is_replaced_by_colleagues() -> None:
    book = await a_book()
    await book.session(WEDNESDAY, doctor="李医生")
    found = await book.find(await a_patient(), doctor="陈医生")
    assert found.why_not == "no_session"
    assert {offer.doctor for offer in found.offers} == {"李医生"}


async def test_when_nothing_is_free_at_all_nothing_is_offered_and_nothing_held() -> None:
    book = await a_book()
    slots = await book.session()
    for slot in slots:
        await book.booked(await a_patient(), slot)
    found = await book.find(await a_patient())
    assert (found.offers, found.fits, found.why_not) == ((), False, "full")
    assert found.held_until is None


async def test_a_move_is_offered_the_same_doctor_first_and_tomorrow_too() -> None:
    book = await a_week()
    tuesday = await book.session(date(2026, 11, 24), doctor="李医生")
    person = await a_patient()
    later = await book.session(date(2026, 12, 1), doctor="李医生")
    visit = await book.booked(person, later[0])
    found = await book.find(person, moves=str(visit.id))
    assert {offer.doctor for offer in found.offers} == {"李医生"}
    assert hours(found)[0] == f"{local(tuesday[0].starts_at):%d %H:%M}"


async def test_a_move_to_a_day_where_the_doctor_is_off_is_offered_colleagues() -> None:
    book = await a_week()
    person = await a_patient()
    later = await book.session(date(2026, 12, 1), doctor="李医生")
    visit = await book.booked(person, later[0])
    found = await book.find(person, When(date=FRIDAY), moves=str(visit.id))
    assert found.fits
    assert {offer.doctor for offer in found.offers} == {"陈医生"}


async def test_the_slot_one_has_is_no_offer_to_move_to() -> None:
    book = await a_book()
    slots = await book.session(places=2)
    person = await a_patient()
    visit = await book.booked(person, slots[0])
    found = await book.find(person, moves=str(visit.id))
    assert hours(found) == ["25 08:30", "25 09:00", "25 09:30"]


async def test_days_on_which_one_is_booked_here_already_are_not_offered() -> None:
    book = await a_week()
    person = await a_patient()
    slots = await book.session(date(2026, 12, 1))
    await book.booked(person, slots[0])
    found = await book.find(person, When(date=date(2026, 12, 1)))
    assert found.why_not == "twice"
    assert not [hour for hour in hours(found) if hour.startswith("01")]


async def test_refused_days_are_not_offered_as_the_nearest_either() -> None:
    book = await a_week()
    wish = When(date=WEDNESDAY, period="afternoon", exclude=(THURSDAY,))
    found = await book.find(await a_patient(), wish)
    assert not found.fits
    assert not [hour for hour in hours(found) if hour.startswith("26")]


async def test_a_substituted_session_is_offered_under_the_substitutes_name() -> None:
    book = await a_book()
    (slot, *_) = await book.session()
    session = Session.filter(id=slot.session_id)
    await session.update(status=SessionStatus.SUBSTITUTED, substitute="周医生")
    found = await book.find(await a_patient(), doctor="周医生")
    assert found.fits
    await session.update(status=SessionStatus.STOPPED)
    assert (await book.find(await a_patient())).offers == ()


async def test_after_the_cut_off_a_move_begins_a_day_later() -> None:
    book = await a_week()
    person = await a_patient()
    later = await book.session(date(2026, 12, 1))
    visit = await book.booked(person, later[0])
    cut_off = datetime.fromisoformat("2026-11-24T14:00+08:00")
    before = await book.find(person, moves=str(visit.id), now=cut_off - timedelta(seconds=1))
    after = await book.find(person, moves=str(visit.id), now=cut_off)
    assert (before.earliest, after.earliest) == (WEDNESDAY, THURSDAY)
    assert hours(after)[0] == "26 08:00"
