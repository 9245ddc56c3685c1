"""Session lists become slots and places; whoever is booked is never dropped without a word."""

from datetime import date, datetime, time, timedelta

import pytest

from dialogs.timing.spans import local
from handlers.booking.session_entry import Dropped
from handlers.booking.session_layout import around, grid, spread
from handlers.import_report import Trouble
from models.audit import AuditEntry
from models.booking import (
    AppointmentStatus,
    Clinic,
    ClinicKind,
    Place,
    Session,
    SessionStatus,
    Slot,
    WaitingEntry,
    WaitingStatus,
)
from models.office import ConsultReason, ConsultTask
from tests.handlers.booking_lists import (
    DAY,
    appointment,
    places_by_hour,
    session,
    take_sessions,
    take_visits,
    the_visit,
)
from tests.handlers.people import a_patient

pytestmark = pytest.mark.usefixtures("database")


def test_what_does_not_divide_goes_to_the_earlier_slots() -> None:
    assert spread(10, 4) == [3, 3, 2, 2]
    assert spread(0, 3) == [0, 0, 0]


def test_the_last_slot_ends_when_the_session_does(now: datetime) -> None:
    spans = grid(now, now + timedelta(minutes=70), 30)
    assert [int((end - start).total_seconds()) // 60 for start, end in spans] == [30, 30, 10]


def test_booked_places_stay_and_the_latest_free_ones_go() -> None:
    assert around(8, [0, 4, 0, 0]) == [2, 4, 2, 0]
    assert around(2, [0, 4, 0]) == [0, 4, 0]


async def test_a_session_becomes_slots_with_its_quota_spread_over_them(now: datetime) -> None:
    report = await take_sessions(now, session(quota=13, walk_in=3))
    assert (report.rows.created, report.rows.faulty) == (1, 0)
    assert await places_by_hour() == {
        "08:00": (2, 0),
        "08:30": (2, 0),
        "09:00": (1, 0),
        "09:30": (1, 0),
        "10:00": (1, 0),
        "10:30": (1, 0),
        "11:00": (1, 0),
        "11:30": (1, 0),
    }


async def test_the_same_list_twice_changes_nothing(now: datetime) -> None:
    entries = [session(2), session(3, doctor="王示例"), session(4, day=DAY + timedelta(days=1))]
    await take_sessions(now, *entries)
    before = {place.id for place in await Place.all()}
    report = await take_sessions(now, *entries)
    assert (report.rows.created, report.rows.updated, report.rows.unchanged) == (0, 0, 3)
    assert {place.id for place in await Place.all()} == before


async def test_a_preview_counts_the_same_and_keeps_nothing(now: datetime) -> None:
    report = await take_sessions(now, session(), dry_run=True)
    assert report.rows.created == 1
    assert await Session.all().count() == await Clinic.all().count() == 0
    assert await AuditEntry.all().count() == 0


async def test_a_clinic_only_named_in_the_list_is_made_as_ordinary_and_told_of(
    now: datetime,
) -> None:
    report = await take_sessions(now, session())
    clinic = await Clinic.get(name="皮肤科")
    assert clinic.kind is ClinicKind.ORDINARY
    assert Trouble.CLINIC_CREATED in [finding.trouble for finding in report.rows.findings]


async def test_a_second_list_changes_quota_room_and_hours(now: datetime) -> None:
    await take_sessions(now, session())
    report = await take_sessions(now, session(quota=6, room="301", ends=time(10)))
    assert report.rows.updated == 1
    assert await places_by_hour() == {
        "08:00": (1, 0),
        "08:30": (1, 0),
        "09:00": (1, 0),
        "09:30": (1, 0),
    }
    assert (await Session.get()).room == "301"
    assert await Slot.all().count() == 4


async def test_a_session_may_begin_at_another_hour_and_stays_the_same_session(
    now: datetime,
) -> None:
    await take_sessions(now, session())
    known = await Session.get()
    await take_sessions(now, session(starts=time(9)))
    moved = await Session.get()
    assert (moved.id, local(moved.starts_at).hour) == (known.id, 9)


async def test_a_clinics_rule_sets_the_length_of_its_slots(now: datetime) -> None:
    await Clinic.create(code="PF", name="皮肤科", rules={"slot_minutes": 60})
    await take_sessions(now, session())
    assert await Slot.all().count() == 4


async def test_a_day_off_and_a_doctor_elsewhere_are_told_of(now: datetime) -> None:
    sunday = date(2026, 11, 29)
    report = await take_sessions(now, session(day=sunday))
    assert Trouble.DAY_OFF in [finding.trouble for finding in report.rows.findings]
    report = await take_sessions(now, session(clinic="心内科", day=sunday))
    assert report.rows.faulty == 1
    assert Trouble.DOCTOR_ELSEWHERE in [finding.trouble for finding in report.rows.findings]


async def test_a_session_that_is_listed_no_more_is_stopped_and_comes_back_when_it_is(
    now: datetime,
) -> None:
    other = session(3, doctor="王示例")
    await take_sessions(now, session(), other)
    report = await take_sessions(now, other)
    assert report.stopped == 1
    gone = await Session.get(doctor="李示例")
    assert gone.status is SessionStatus.STOPPED
    await take_sessions(now, session(), other)
    assert (await Session.get(doctor="李示例")).status is SessionStatus.OPEN
    assert sum(total for total, _ in (await places_by_hour()).values()) == 16


async def test_a_list_with_unreadable_rows_stops_no_session(now: datetime) -> None:
    other = session(3, doctor="王示例")
    await take_sessions(now, session(), other)
    report = await take_sessions(now, other, whole=False)
    assert report.stopped == 0
    assert await Session.filter(status=SessionStatus.STOPPED).count() == 0


async def test_what_staff_stopped_a_list_does_not_reopen(now: datetime) -> None:
    await take_sessions(now, session())
    await Session.all().update(status=SessionStatus.STOPPED)
    report = await take_sessions(now, session(room="301"))
    assert [f.trouble for f in report.rows.findings][-1] is Trouble.SESSION_STAYS_STOPPED
    assert (await Session.get()).status is SessionStatus.STOPPED


async def _booked(now: datetime) -> None:
    """Two visits with Doctor Li, at half past eight and at eleven."""
    await take_sessions(now, session(), session(3, doctor="王示例"))
    await take_visits(now, appointment(2), appointment(3, clock=time(11)))


async def test_a_list_that_would_drop_booked_visits_is_refused_as_a_whole(now: datetime) -> None:
    await _booked(now)
    report = await take_sessions(now, session(3, doctor="王示例", room="999"))
    assert report.refused
    assert [hit.name for hit in report.hits] == ["测*", "测*"]
    assert [local(hit.starts_at).hour for hit in report.hits] == [8, 11]
    assert await Session.filter(room="999").count() == 0


async def test_shorter_hours_hit_only_who_is_outside_them(now: datetime) -> None:
    await _booked(now)
    report = await take_sessions(now, session(ends=time(10)), session(3, doctor="王示例"))
    assert [local(hit.starts_at).hour for hit in report.hits] == [11]


async def test_fewer_places_hit_who_booked_last(now: datetime) -> None:
    await take_sessions(now, session())
    first = appointment(2, booked_at=now - timedelta(days=3))
    last = appointment(3, booked_at=now - timedelta(days=1), clock=time(8))
    await take_visits(now, first, last)
    report = await take_sessions(now, session(quota=3))
    assert [hit.number for hit in report.hits] == [(await the_visit("A3")).number]


async def test_kept_visits_stay_without_new_places_and_are_asked_about_once(
    now: datetime,
) -> None:
    await _booked(now)
    only = session(3, doctor="王示例")
    report = await take_sessions(now, only, dropped=Dropped.KEEP)
    assert (report.kept, report.moved, report.cancelled) == (2, 0, 0)
    kept = await Session.get(doctor="李示例")
    assert await Place.filter(slot__session_id=kept.id).count() == 2
    again = await take_sessions(now, only)
    assert not again.refused
    assert await Place.filter(slot__session_id=kept.id).count() == 2


async def test_moved_visits_get_the_nearest_slot_and_nobody_gets_their_old_place(
    now: datetime,
) -> None:
    await _booked(now)
    report = await take_sessions(now, session(3, doctor="王示例"), dropped=Dropped.MOVE)
    assert (report.moved, report.cancelled) == (2, 0)
    visit = await the_visit()
    assert (visit.doctor, local(visit.starts_at).hour, visit.version) == ("王示例", 8, 2)
    assert visit.hospital_changed_at == now
    gone = await Session.get(doctor="李示例")
    assert gone.status is SessionStatus.STOPPED
    assert await Place.filter(slot__session_id=gone.id).count() == 0


async def test_who_cannot_be_moved_that_day_is_cancelled_by_the_hospital(now: datetime) -> None:
    await _booked(now)
    small = session(3, doctor="王示例", quota=1, walk_in=0)
    report = await take_sessions(now, small, dropped=Dropped.MOVE)
    assert (report.moved, report.cancelled) == (1, 1)


async def test_cancelled_visits_are_no_breach_and_who_cannot_be_told_is_phoned(
    now: datetime,
) -> None:
    await _booked(now)
    report = await take_sessions(now, session(3, doctor="王示例"), dropped=Dropped.CANCEL)
    assert report.cancelled == 2
    visit = await the_visit()
    assert visit.status is AppointmentStatus.CANCELLED_BY_HOSPITAL
    assert not visit.late_cancel
    tasks = await ConsultTask.filter(appointment_id=visit.id)
    assert [task.reason for task in tasks] == [ConsultReason.UNREACHED]


async def test_a_refused_list_may_be_previewed_with_an_answer(now: datetime) -> None:
    await _booked(now)
    entry = session(3, doctor="王示例")
    report = await take_sessions(now, entry, dropped=Dropped.MOVE, dry_run=True)
    assert report.moved == 2
    assert (await the_visit()).version == 1


async def test_an_overbooked_session_is_listed_again_without_a_refusal(now: datetime) -> None:
    await take_sessions(now, session(quota=1, walk_in=0))
    await take_visits(now, appointment(2), appointment(3))
    report = await take_sessions(now, session(quota=1, walk_in=0, room="301"))
    assert not report.refused
    assert await Place.filter(appointment_id__not_isnull=True).count() == 2


async def test_a_place_that_was_offered_and_is_gone_puts_the_waiting_back_in_line(
    now: datetime,
) -> None:
    await take_sessions(now, session(quota=1, walk_in=0), session(3, doctor="王示例"))
    place = await Place.filter(slot__session__doctor="李示例").get()
    patient = await a_patient(now)
    clinic = await Clinic.get()
    entry = await WaitingEntry.create(
        patient=patient,
        clinic=clinic,
        from_day=DAY,
        until_day=DAY,
        status=WaitingStatus.OFFERED,
        place=place,
        created_at=now,
    )
    await take_sessions(now, session(3, doctor="王示例"))
    entry = await WaitingEntry.get(id=entry.id)
    assert (entry.status, entry.place_id, entry.version) == (WaitingStatus.WAITING, None, 2)
