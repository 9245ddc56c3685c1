"""Appointment lists become visits with places and reminders, each once, and follow corrections."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from dialogs.timing.spans import local, moment
from handlers.booking.actor import Actor
from handlers.booking.cancellations import CancelDone, cancel
from handlers.booking.moves import MoveDone, move
from handlers.booking.periods import Period
from handlers.import_report import Trouble
from handlers.timers import DueKind
from models.audit import verify_chain
from models.booking import (
    Appointment,
    AppointmentEvent,
    AppointmentEventKind,
    AppointmentStatus,
    BookingSource,
    Breach,
    Clinic,
    Place,
    Session,
    Slot,
    VisitKind,
    WaitingEntry,
    WaitingStatus,
)
from models.office import DayList
from models.people import Consent, ConsentBasis, ConsentPurpose, ContactPoint, Patient
from models.row import Row
from models.timetable import Due, DueStatus
from tests.handlers.booking_lists import (
    DAY,
    DESK,
    appointment,
    places_by_hour,
    session,
    take_sessions,
    take_visits,
    the_visit,
)

pytestmark = pytest.mark.usefixtures("database")
MAN = "999999197001010017"
OTHER_MAN = "99999919650303003X"
TABLES: tuple[type[Row], ...] = (
    Patient,
    ContactPoint,
    Consent,
    Appointment,
    AppointmentEvent,
    Session,
    Slot,
    Place,
    WaitingEntry,
    Due,
)


async def _counts() -> list[int]:
    return [await table.all().count() for table in TABLES]


def _troubles(report: Any) -> list[Trouble]:
    return [finding.trouble for finding in report.findings]


async def test_a_booked_visit_takes_a_place_of_its_session_and_is_reminded_of(
    now: datetime,
) -> None:
    await take_sessions(now, session())
    report = await take_visits(now, appointment(id_no=MAN, source=BookingSource.PHONE))
    assert (report.created, report.findings) == (1, ())
    visit = await the_visit()
    assert visit.number == "YY20261130-0001"
    assert (local(visit.starts_at).hour, visit.doctor, visit.status) == (8, "李示例", "booked")
    assert (await places_by_hour())["08:30"] == (1, 1)
    kinds = {due.kind for due in await Due.filter(subject=visit.id)}
    assert {"confirm_booking", "ask_to_confirm", "remind_of_tomorrow"} <= kinds
    assert (await Patient.get()).id_no == MAN


async def test_a_listed_colonoscopy_has_its_call_about_medicines(now: datetime) -> None:
    """The clinic's preparation counts for imported visits as for booked ones."""
    await Clinic.create(code="CJ01", name="肠镜检查", preparation="M-PREP-COLO", rules={})
    await take_visits(now, appointment(2, clinic="肠镜检查"), appointment(3))
    calls = await Due.filter(kind=DueKind.CALL_ABOUT_MEDICINES)
    assert [due.subject for due in calls] == [(await the_visit("A2")).id]


async def test_listed_visits_on_a_day_whose_list_is_out_are_one_delta(now: datetime) -> None:
    """R100: the desks hear of them within five minutes, together."""
    await DayList.create(day=DAY, frozen_at=now)
    await take_visits(now, appointment(2), appointment(3))
    delta = await Due.get(kind=DueKind.TELL_DELTA)
    assert delta.due_at == now + timedelta(minutes=5)


async def test_the_same_list_twice_changes_nothing(now: datetime) -> None:
    await take_sessions(now, session())
    waits = appointment(9, status=None, clock=None, period=Period.MORNING)
    entries = [appointment(n, id_no=MAN if n == 2 else "") for n in range(2, 6)]
    entries += [waits, appointment(7, status=AppointmentStatus.CANCELLED_BY_PATIENT)]
    await take_visits(now, *entries)
    before = await _counts()
    report = await take_visits(now + timedelta(hours=1), *entries)
    assert (report.created, report.updated, report.unchanged) == (0, 0, 6)
    assert await _counts() == before


async def test_a_preview_counts_the_same_and_keeps_nothing(now: datetime) -> None:
    report = await take_visits(now, appointment(), dry_run=True)
    assert report.created == 1
    assert await _counts() == [0] * len(TABLES)
    assert (await verify_chain()).whole


async def test_a_full_slot_gets_one_more_place_since_the_hospitals_book_is_the_truth(
    now: datetime,
) -> None:
    await take_sessions(now, session())
    report = await take_visits(now, appointment(2), appointment(3))
    assert Trouble.OVERBOOKED in _troubles(report)
    assert (await places_by_hour())["08:30"] == (2, 2)


async def test_a_part_of_the_day_takes_the_first_slot_with_a_free_place(now: datetime) -> None:
    await take_sessions(now, session())
    morning = {"clock": None, "period": Period.MORNING}
    await take_visits(now, *(appointment(n, **morning) for n in range(2, 5)))
    hours = [local(visit.starts_at) for visit in await Appointment.all().order_by("starts_at")]
    assert [f"{hour:%H:%M}" for hour in hours] == ["08:00", "08:30", "09:00"]


async def test_a_time_within_a_slot_is_put_into_it_and_told_of(now: datetime) -> None:
    await take_sessions(now, session())
    report = await take_visits(now, appointment(clock=time(8, 40), id_no=MAN))
    assert _troubles(report) == [Trouble.WITHIN_SLOT]
    assert local((await the_visit()).starts_at).minute == 30


async def test_without_a_session_one_is_made_that_has_no_place_for_others(now: datetime) -> None:
    report = await take_visits(now, appointment(id_no=MAN), appointment(3, id_no=OTHER_MAN))
    assert _troubles(report) == [Trouble.CLINIC_CREATED, Trouble.SESSION_UNLISTED]
    assert await Session.all().count() == 1
    assert await Place.filter(appointment_id=None).count() == 0
    assert await Place.all().count() == 2


async def test_the_session_list_that_comes_later_takes_such_a_session_over(now: datetime) -> None:
    await take_visits(now, appointment())
    report = await take_sessions(now, session())
    assert not report.refused
    assert await Session.all().count() == 1
    assert sum(total for total, _ in (await places_by_hour()).values()) == 8


@pytest.mark.parametrize(
    ("status", "event"),
    [
        (AppointmentStatus.FULFILLED, AppointmentEventKind.FULFILLED),
        (AppointmentStatus.NO_SHOW, AppointmentEventKind.NO_SHOW),
        (AppointmentStatus.CANCELLED_BY_HOSPITAL, AppointmentEventKind.CANCELLED),
    ],
)
async def test_what_is_over_is_history_without_place_timer_or_breach(
    now: datetime, status: AppointmentStatus, event: AppointmentEventKind
) -> None:
    past = local(now).date() - timedelta(days=3)
    await take_visits(now, appointment(day=past, status=status))
    visit = await the_visit()
    assert visit.status is status
    assert await Due.filter(subject=visit.id).count() == 0
    assert await Place.all().count() == await Breach.all().count() == 0
    kinds = [e.kind for e in await AppointmentEvent.filter(appointment_id=visit.id).order_by("at")]
    assert set(kinds) == {AppointmentEventKind.BOOKED, event}


async def test_a_person_is_known_by_id_number_and_name(now: datetime) -> None:
    known = await Patient.create(name="测试2", id_no=MAN, created_at=now, updated_at=now)
    await take_visits(now, appointment(id_no=MAN))
    assert (await the_visit()).patient_id == known.id


async def test_a_person_is_known_by_name_and_phone_unless_the_id_number_differs(
    now: datetime,
) -> None:
    await take_visits(now, appointment(2, name="测试甲", phone="13900000001"))
    await take_visits(now, appointment(3, name="测试甲", phone="13900000001", id_no=MAN))
    assert await Patient.all().count() == 1
    await take_visits(now, appointment(4, name="测试甲", phone="13900000001", id_no=OTHER_MAN))
    assert await Patient.all().count() == 2


async def test_one_id_number_under_two_names_is_told_of(now: datetime) -> None:
    await take_visits(now, appointment(2, id_no=MAN))
    report = await take_visits(now, appointment(3, id_no=MAN))
    assert Trouble.ID_OF_ANOTHER in _troubles(report)


async def test_a_missing_id_number_is_told_of_and_the_row_goes_on(now: datetime) -> None:
    report = await take_visits(now, appointment())
    assert report.created == 1
    assert Trouble.NO_REAL_NAME in _troubles(report)


async def test_a_known_number_under_another_name_is_left_to_a_person(now: datetime) -> None:
    await take_visits(now, appointment(2))
    report = await take_visits(now, replace(appointment(3), number="A2"))
    assert (report.faulty, _troubles(report)) == (1, [Trouble.APPOINTMENT_OF_ANOTHER])


async def test_a_new_hour_moves_the_visit_and_its_reminders(now: datetime) -> None:
    await take_sessions(now, session())
    await take_visits(now, appointment())
    report = await take_visits(now, appointment(clock=time(10)))
    assert report.updated == 1
    visit = await the_visit()
    assert (local(visit.starts_at).hour, visit.version) == (10, 2)
    places = await places_by_hour()
    assert (places["08:30"], places["10:00"]) == ((1, 0), (1, 1))
    pending = await Due.filter(subject=visit.id, status=DueStatus.PENDING)
    assert {due.version for due in pending} == {2}
    assert visit.hospital_changed_at == now


async def test_a_new_hour_in_a_full_slot_gets_one_more_place(now: datetime) -> None:
    await take_sessions(now, session())
    await take_visits(now, appointment(2), appointment(3, clock=time(10)))
    report = await take_visits(now, appointment(2, clock=time(10)))
    assert Trouble.OVERBOOKED in _troubles(report)
    assert (await places_by_hour())["10:00"] == (2, 2)


async def test_a_new_day_moves_the_visit_there(now: datetime) -> None:
    await take_sessions(now, session(), session(3, day=DAY + timedelta(days=1)))
    await take_visits(now, appointment())
    await take_visits(now, appointment(day=DAY + timedelta(days=1)))
    assert local((await the_visit()).starts_at).date() == DAY + timedelta(days=1)


async def test_a_list_that_still_has_the_old_hour_does_not_undo_a_move(now: datetime) -> None:
    """The patient moved since; the list says something new only of the visit's kind."""
    await take_sessions(now, session())
    await take_visits(now, appointment())
    visit = await the_visit()
    slot = await Slot.get(starts_at=moment(DAY, time(10)))
    assert isinstance(await move(DESK, visit.id, slot.id, Actor(), now), MoveDone)
    report = await take_visits(now, appointment(visit_kind=VisitKind.FIRST))
    assert report.updated == 1
    visit = await the_visit()
    assert (local(visit.starts_at).hour, visit.visit_kind) == (10, VisitKind.FIRST)


async def test_what_the_patient_cancelled_a_list_does_not_revive(now: datetime) -> None:
    await take_sessions(now, session())
    await take_visits(now, appointment())
    visit = await the_visit()
    assert isinstance(await cancel(DESK, visit.id, Actor(), now), CancelDone)
    report = await take_visits(now, appointment(clock=time(9)))
    assert Trouble.APPOINTMENT_ENDED in _troubles(report)
    assert (await the_visit()).status is AppointmentStatus.CANCELLED_BY_PATIENT


async def test_a_cancellation_frees_the_place_and_drops_the_reminders(now: datetime) -> None:
    await take_sessions(now, session())
    await take_visits(now, appointment())
    gone = appointment(
        status=AppointmentStatus.CANCELLED_BY_PATIENT, cancel_reason="临时有事", cancelled_at=now
    )
    await take_visits(now + timedelta(hours=1), gone)
    visit = await the_visit()
    assert (visit.status, visit.cancel_reason) == ("cancelled_by_patient", "临时有事")
    assert visit.cancelled_at == now
    assert (await places_by_hour())["08:30"] == (1, 0)
    assert await Due.filter(subject=visit.id, status=DueStatus.PENDING).count() == 0


async def test_a_cancellation_without_its_hour_is_never_late(now: datetime) -> None:
    """The list comes after the limit; when the patient asked, nobody knows."""
    await take_sessions(now, session())
    await take_visits(now, appointment())
    late = moment(DAY, time(7))
    await take_visits(late, appointment(status=AppointmentStatus.CANCELLED_BY_PATIENT))
    visit = await the_visit()
    assert visit.status is AppointmentStatus.CANCELLED_BY_PATIENT
    assert not visit.late_cancel
    assert await Breach.all().count() == 0


async def test_arrived_then_seen_is_taken_from_the_list(now: datetime) -> None:
    await take_sessions(now, session())
    await take_visits(now, appointment())
    came = moment(DAY, time(8, 20))
    noon = moment(DAY, time(12))
    await take_visits(noon, appointment(status=AppointmentStatus.ARRIVED, checkin_at=came))
    visit = await the_visit()
    assert (visit.status, visit.arrived_at) == (AppointmentStatus.ARRIVED, came.astimezone(UTC))
    await take_visits(noon, appointment(status=AppointmentStatus.FULFILLED, checkin_at=came))
    assert (await the_visit()).status is AppointmentStatus.FULFILLED


async def test_nobody_is_a_no_show_before_the_deadline(now: datetime) -> None:
    await take_sessions(now, session())
    await take_visits(now, appointment())
    missed = appointment(status=AppointmentStatus.NO_SHOW)
    report = await take_visits(now, missed)
    assert _troubles(report)[-1] is Trouble.APPOINTMENT_NOT_CHANGED
    assert (await the_visit()).status is AppointmentStatus.BOOKED


async def test_a_no_show_on_the_list_is_one(now: datetime) -> None:
    await take_sessions(now, session())
    await take_visits(now, appointment())
    evening = moment(DAY, time(18))
    await take_visits(evening, appointment(status=AppointmentStatus.NO_SHOW))
    assert (await the_visit()).status is AppointmentStatus.NO_SHOW


async def test_a_waiting_row_becomes_an_entry_and_then_a_visit(now: datetime) -> None:
    await take_sessions(now, session())
    waits = appointment(status=None, clock=None, period=Period.MORNING)
    await take_visits(now, waits)
    entry = await WaitingEntry.get(external_no="A2")
    assert (entry.status, entry.from_day, entry.period) == ("waiting", DAY, "morning")
    await take_visits(now, appointment())
    assert (await WaitingEntry.get()).status is WaitingStatus.BOOKED
    assert (await the_visit()).status is AppointmentStatus.BOOKED


async def test_a_waiting_row_that_was_given_up_is_withdrawn(now: datetime) -> None:
    waits = appointment(status=None, clock=None, period=Period.MORNING)
    await take_visits(now, waits)
    await take_visits(now, replace(waits, status=AppointmentStatus.CANCELLED_BY_PATIENT))
    assert (await WaitingEntry.get()).status is WaitingStatus.WITHDRAWN
    assert await Appointment.all().count() == 0


async def test_consent_to_reminders_is_kept_as_the_list_has_it(now: datetime) -> None:
    await take_visits(now, appointment(2, consent=True), appointment(3, consent=False))
    rows = await Consent.filter(purpose=ConsentPurpose.REMINDER).order_by("granted")
    assert [(row.granted, row.channel) for row in rows] == [(False, "hospital"), (True, "hospital")]


async def test_without_a_word_the_hospitals_legal_basis_stands(now: datetime) -> None:
    desk = replace(DESK, legal_basis="履行诊疗合同所必需")
    await take_visits(now, appointment(), desk=desk)
    assert (await Consent.get()).basis is ConsentBasis.LEGAL_BASIS


async def test_what_a_patient_refused_in_the_chat_a_list_does_not_grant(now: datetime) -> None:
    await take_visits(now, appointment())
    patient = await Patient.get()
    await Consent.create(
        patient=patient,
        purpose=ConsentPurpose.REMINDER,
        basis=ConsentBasis.CONSENT,
        granted=False,
        channel="web",
        at=now,
    )
    await take_visits(now, appointment(consent=True))
    assert [row.granted for row in await Consent.all()] == [False]


async def test_a_number_too_long_for_any_column_is_named(now: datetime) -> None:
    long = replace(appointment(), number="9" * 70)
    report = await take_visits(now, long, appointment(3))
    assert (report.faulty, report.created) == (1, 1)
    assert Trouble.NUMBER_TOO_LONG in _troubles(report)


async def test_our_own_number_given_back_is_the_same_visit(now: datetime) -> None:
    await take_visits(now, appointment())
    number = (await the_visit()).number
    await Appointment.all().update(external_no=None)
    await take_visits(now, replace(appointment(), number=number))
    assert await Appointment.all().count() == 1
