"""Breaches: each excuse, the third one, the waiver; two records of one person count together."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from handlers.booking.actor import Actor
from handlers.booking.arrivals import (
    NoShowNoted,
    mark_arrived,
    mark_fulfilled,
    mark_no_show,
)
from handlers.booking.breaches import lift, number_of, waive
from handlers.booking.cancellations import CancelDone, cancel
from handlers.booking.persons import breach_count, person_key, suspended_until
from handlers.booking.rules import rules_of
from models.booking import (
    Appointment,
    AppointmentEvent,
    AppointmentEventKind,
    AppointmentStatus,
    Breach,
    BreachKind,
    Suspension,
)
from models.care import Encounter
from models.conversation import OutgoingStatus
from models.hospital import StaffMember, StaffRole
from models.people import Consent, ConsentBasis, ConsentPurpose, Patient
from tests.handlers.booking_scene import NOW, Book, a_book, a_patient, an_id_number, remind

pytestmark = pytest.mark.usefixtures("database")
LIMIT = datetime.fromisoformat("2026-11-24T15:00+08:00")
A_SECOND = timedelta(seconds=1)
BY_WEB = Actor("patient", "web")
AFTER = datetime.fromisoformat("2026-11-25T17:30+08:00")


async def a_visit(book: Book, person: Patient | None = None, *, told: bool = True) -> Appointment:
    """A visit on Wednesday at eight, reminded of."""
    slots = await book.session(doctor=uuid4().hex)
    visit = await book.booked(person or await a_patient(), slots[0])
    if told:
        await remind(visit)
    return visit


async def given_up(book: Book, visit: Appointment, now: datetime, **known: object) -> CancelDone:
    """Cancel as the patient and expect that it works."""
    done = await cancel(book.desk, visit.id, BY_WEB, now, **known)  # type: ignore[arg-type]
    assert isinstance(done, CancelDone), done
    return done


async def missed(book: Book, visit: Appointment, now: datetime = AFTER) -> NoShowNoted:
    """Mark a no-show and expect that it works."""
    done = await mark_no_show(book.desk, visit.id, "guide", now)
    assert isinstance(done, NoShowNoted), done
    return done


@pytest.mark.parametrize(("seconds", "counts"), [(-1, False), (0, True)])
async def test_cancelling_is_free_until_the_last_second_before_three(
    *, seconds: int, counts: bool
) -> None:
    book = await a_book()
    visit = await a_visit(book)
    done = await given_up(book, visit, LIMIT + timedelta(seconds=seconds))
    assert (done.breach is not None) is counts
    assert done.appointment.late_cancel is counts


async def test_words_written_in_time_and_handled_later_are_no_breach() -> None:
    book = await a_book()
    visit = await a_visit(book)
    done = await given_up(book, visit, LIMIT + A_SECOND, asked_at=LIMIT - A_SECOND)
    assert done.breach is None
    assert done.appointment.cancelled_at == LIMIT - A_SECOND


@pytest.mark.parametrize("reason", ["ill", "readmitted", "deceased"])
async def test_illness_readmission_and_death_excuse(reason: str) -> None:
    book = await a_book()
    visit = await a_visit(book)
    assert (await given_up(book, visit, LIMIT, reason=reason)).breach is None


async def test_another_reason_does_not_excuse() -> None:
    book = await a_book()
    visit = await a_visit(book)
    assert (await given_up(book, visit, LIMIT, reason="work")).breach is not None


@pytest.mark.parametrize(
    ("status", "counts"),
    [
        (OutgoingStatus.ACCEPTED, True),
        (OutgoingStatus.DELIVERED, True),
        (OutgoingStatus.READ, True),
        (OutgoingStatus.FAILED, False),
        (OutgoingStatus.SUPPRESSED, False),
        (OutgoingStatus.EXPIRED, False),
        (OutgoingStatus.UNKNOWN, False),
        (OutgoingStatus.QUEUED, False),
    ],
)
async def test_only_a_reminder_that_arrived_makes_a_breach(
    status: OutgoingStatus, *, counts: bool
) -> None:
    book = await a_book()
    visit = await a_visit(book, told=False)
    await remind(visit, "confirm", status)
    assert ((await missed(book, visit)).breach is not None) is counts


async def test_one_reminder_of_three_is_enough() -> None:
    book = await a_book()
    visit = await a_visit(book, told=False)
    await remind(visit, "confirm", OutgoingStatus.FAILED)
    await remind(visit, "tomorrow", OutgoingStatus.FAILED)
    await remind(visit, "today", OutgoingStatus.ACCEPTED)
    assert (await missed(book, visit)).breach is not None


async def test_a_confirmation_does_not_replace_a_reminder_that_was_owed() -> None:
    book = await a_book()
    visit = await a_visit(book, told=False)
    await remind(visit, "booked")
    assert (await missed(book, visit)).breach is None


@pytest.mark.parametrize("told", [True, False])
async def test_booked_too_late_for_any_reminder_the_confirmation_counts(*, told: bool) -> None:
    book = await a_book(min_lead_days=0)
    slots = await book.session()
    ten = datetime.fromisoformat("2026-11-25T10:00+08:00")
    visit = await book.booked(await a_patient(), slots[5], ten)
    if told:
        await remind(visit, "booked")
    assert ((await missed(book, visit)).breach is not None) is told


async def test_who_chose_the_hour_in_the_chat_was_told_it_there() -> None:
    book = await a_book(min_lead_days=0)
    slots = await book.session()
    ten = datetime.fromisoformat("2026-11-25T10:00+08:00")
    visit = await book.booked(await a_patient(), slots[5], ten, actor=BY_WEB)
    assert (await missed(book, visit)).breach is not None


async def test_who_wants_no_reminders_is_bound_by_the_confirmation() -> None:
    book = await a_book()
    visit = await a_visit(book, told=False)
    await Consent.create(
        patient_id=visit.patient_id,
        purpose=ConsentPurpose.REMINDER,
        basis=ConsentBasis.CONSENT,
        granted=False,
        at=NOW,
    )
    await remind(visit, "booked")
    assert (await missed(book, visit)).breach is not None


async def test_a_reminder_of_the_time_before_does_not_count() -> None:
    book = await a_book()
    visit = await a_visit(book)
    await Appointment.filter(id=visit.id).update(version=2)
    assert (await missed(book, visit)).breach is None


async def test_what_the_hospital_changed_is_no_breach() -> None:
    book = await a_book()
    visit = await a_visit(book)
    await Appointment.filter(id=visit.id).update(hospital_changed_at=NOW)
    assert (await missed(book, visit)).breach is None
    other = await a_visit(book)
    assert (await given_up(book, other, LIMIT, by_hospital=True)).breach is None


async def test_who_lay_in_hospital_that_day_broke_nothing() -> None:
    book = await a_book()
    number = an_id_number(910)
    person, same = await a_patient(number), await a_patient(number)
    visit = await a_visit(book, person)
    await Encounter.create(
        patient=same,
        inpatient_no="Z000009",
        admitted_on=date(2026, 11, 24),
        discharged_on=date(2026, 11, 28),
        created_at=NOW,
        updated_at=NOW,
    )
    assert (await missed(book, visit)).breach is None


async def test_who_has_died_broke_nothing() -> None:
    book = await a_book()
    visit = await a_visit(book)
    await Patient.filter(id=visit.patient_id).update(deceased_at=NOW)
    assert (await missed(book, visit)).breach is None


async def test_a_clinic_may_not_count_late_cancellations() -> None:
    book = await a_book(late_cancel_counts=False)
    visit = await a_visit(book)
    done = await given_up(book, visit, LIMIT)
    assert done.breach is None
    assert done.appointment.late_cancel
    assert (await missed(book, await a_visit(book))).breach is not None


async def test_nobody_is_missing_before_the_check_in_deadline() -> None:
    book = await a_book()
    visit = await a_visit(book)
    too_early = datetime.fromisoformat("2026-11-25T09:59:59+08:00")
    assert await mark_no_show(book.desk, visit.id, "guide", too_early) == "too_soon"
    done = await missed(book, visit, too_early + A_SECOND)
    assert done.appointment.status is AppointmentStatus.NO_SHOW
    assert done.breach is not None
    assert (done.breach.kind, done.breach.at) == (BreachKind.NO_SHOW, visit.starts_at)


async def third_breach(book: Book, person: Patient) -> list[Breach]:
    """Miss visits on three days."""
    breaches = []
    for day in (date(2026, 11, 25), date(2026, 11, 26), date(2026, 12, 10)):
        slots = await book.session(day)
        visit = await book.booked(person, slots[0])
        await remind(visit)
        done = await missed(book, visit, visit.starts_at + timedelta(hours=9))
        assert done.breach is not None
        breaches.append(done.breach)
    return breaches


async def test_the_third_breach_of_a_person_suspends_for_six_months_from_its_day() -> None:
    book = await a_book()
    person = await a_patient()
    breaches = await third_breach(book, person)
    assert [await number_of(breach) for breach in breaches] == [1, 2, 3]
    row = await Suspension.get(patient_id=person.id)
    assert (row.starts_at, row.ends_on) == (breaches[2].at, date(2027, 6, 10))
    key = person_key(person)
    assert await suspended_until(key, breaches[2].at) == date(2027, 6, 10)
    assert await suspended_until(key, breaches[2].at - A_SECOND) is None
    assert await suspended_until(key, datetime.fromisoformat("2027-06-10T00:00+08:00")) is None


async def test_two_records_of_one_person_count_together() -> None:
    book = await a_book()
    number = an_id_number(911)
    one, same = await a_patient(number), await a_patient(number)
    await missed(book, await a_visit(book, one))
    slots = await book.session(date(2026, 11, 26))
    visit = await book.booked(same, slots[0])
    await remind(visit)
    await missed(book, visit, AFTER + timedelta(days=1))
    rules = rules_of(book.clinic)
    assert await breach_count(person_key(one), AFTER + timedelta(days=1), rules) == 2


async def test_a_breach_from_before_the_id_number_was_known_counts_for_the_person() -> None:
    book = await a_book()
    person = await a_patient()
    visit = await a_visit(book, person)
    person.id_no = None
    await person.save()
    assert (await missed(book, visit)).breach is not None
    person.id_no = an_id_number(912)
    await person.save()
    assert await breach_count(person_key(person), AFTER, rules_of(book.clinic)) == 1


async def a_nurse() -> StaffMember:
    """Somebody who may waive."""
    return await StaffMember.create(
        username="office", name="门诊", role=StaffRole.OUTPATIENT_OFFICE, created_at=NOW
    )


async def test_a_waiver_below_the_limit_ends_the_suspension() -> None:
    book = await a_book()
    person = await a_patient()
    breaches = await third_breach(book, person)
    now = breaches[2].at + timedelta(days=1)
    await waive(book.desk, breaches[0].id, await a_nurse(), "当天停电", now)
    row = await Suspension.get(patient_id=person.id)
    assert (row.lifted_at, row.lift_reason) == (now, "当天停电")
    assert await suspended_until(person_key(person), now) is None
    waived = AppointmentEvent.filter(kind=AppointmentEventKind.WAIVED)
    assert (await waived.get()).by == "office"


async def test_a_waiver_that_leaves_three_lifts_nothing() -> None:
    book = await a_book(breach_limit=2)
    person = await a_patient()
    slots = [(await book.session(date(2026, 11, day)))[0] for day in (25, 26, 27)]
    visits = [await book.booked(person, slot) for slot in slots]
    for visit in visits:
        await remind(visit)
        await missed(book, visit, visit.starts_at + timedelta(hours=9))
    assert await Suspension.all().count() == 1
    now = datetime.fromisoformat("2026-11-28T10:00+08:00")
    breaches = await Breach.all().order_by("at")
    await waive(book.desk, breaches[0].id, await a_nurse(), "误记", now)
    assert await suspended_until(person_key(person), now) is not None


async def test_a_waiver_and_a_lift_need_their_reason() -> None:
    book = await a_book()
    done = await missed(book, await a_visit(book))
    assert done.breach is not None
    staff = await a_nurse()
    with pytest.raises(ValueError, match="reason"):
        await waive(book.desk, done.breach.id, staff, "  ", AFTER)
    row = await Suspension.create(
        person="x", patient_id=done.breach.patient_id, starts_at=NOW, ends_on=date(2027, 5, 23)
    )
    with pytest.raises(ValueError, match="reason"):
        await lift(row.id, staff, "", AFTER)
    assert (await lift(row.id, staff, "院领导批准", AFTER)).lifted_at == AFTER


async def test_who_was_marked_missing_and_came_after_all_has_broken_nothing() -> None:
    book = await a_book()
    visit = await a_visit(book)
    done = await missed(book, visit)
    assert done.breach is not None
    came = await mark_arrived(book.desk, visit.id, "guide", AFTER)
    assert isinstance(came, Appointment)
    breach = await Breach.get(id=done.breach.id)
    assert breach.waived_at == AFTER
    assert isinstance(await mark_fulfilled(book.desk, visit.id, "doctor", AFTER), Appointment)


async def test_a_breach_is_noted_once() -> None:
    book = await a_book()
    visit = await a_visit(book)
    await missed(book, visit)
    assert await mark_no_show(book.desk, visit.id, "guide", AFTER) == "ended"
    assert await Breach.all().count() == 1
