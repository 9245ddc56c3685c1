"""The two clocks of a complaint, worked out by hand over weekends, festivals, make-up days."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.timing import HOSPITAL_ZONE, StaffedHours, local, staffed
from dialogs.timing.complaints import ComplaintClocks, complaint_due, legal_due
from tests.dialogs.calendars import official

HOURS = StaffedHours()
# Hypothesis takes the bounds of zoned instants without a zone
RECEIPTS = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001 - see above
    datetime(2026, 11, 30),  # noqa: DTZ001 - see above
    timezones=st.timezones(),
)


def at(text: str) -> datetime:
    """Read a wall clock of the hospital."""
    return datetime.fromisoformat(text).replace(tzinfo=HOSPITAL_ZONE)


@pytest.mark.parametrize(
    ("received", "contact"),
    [
        # the lunch break does not count
        ("2026-11-23T09:00", "2026-11-23T15:30"),
        ("2026-11-23T08:00", "2026-11-23T12:00"),
        ("2026-11-23T12:30", "2026-11-24T09:00"),
        # nor the evening and the night
        ("2026-11-23T17:00", "2026-11-24T11:30"),
        ("2026-11-23T20:00", "2026-11-24T12:00"),
        ("2026-11-24T03:00", "2026-11-24T12:00"),
        # an ordinary Saturday has a morning, a Sunday nothing
        ("2026-11-28T10:00", "2026-11-30T10:00"),
        ("2026-11-28T13:00", "2026-11-30T12:00"),
        ("2026-11-22T10:00", "2026-11-23T12:00"),
        # a make-up Saturday and a make-up Sunday are whole working days
        ("2026-02-14T16:00", "2026-02-24T10:30"),
        ("2026-09-20T09:00", "2026-09-20T15:30"),
        # Spring Festival and National Day: also their Saturdays
        ("2026-02-17T10:00", "2026-02-24T12:00"),
        ("2026-10-01T10:00", "2026-10-08T12:00"),
        ("2026-10-03T09:00", "2026-10-08T12:00"),
    ],
)
def test_the_first_contact_is_due_after_four_staffed_hours(received: str, contact: str) -> None:
    assert complaint_due(at(received), official(), HOURS).contact == at(contact)


@pytest.mark.parametrize("received", ["2026-11-23T12:30", "2026-11-22T03:00", "2026-02-17T23:50"])
def test_an_urgent_one_is_due_after_half_an_hour_day_and_night(received: str) -> None:
    due = complaint_due(at(received), official(), HOURS, urgent=True)
    assert due.contact == at(received) + timedelta(minutes=30)
    assert due.warn_of_contact == at(received) + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("received", "result"),
    [
        ("2026-11-23T00:00", "2026-11-27T00:00"),
        ("2026-11-23T23:59", "2026-11-27T00:00"),
        # calendar days: neither a weekend nor a festival puts the promise off
        ("2026-11-27T10:00", "2026-12-01T00:00"),
        ("2026-02-15T10:00", "2026-02-19T00:00"),
        ("2026-12-30T10:00", "2027-01-03T00:00"),
    ],
)
def test_the_result_is_promised_for_the_end_of_the_third_day(received: str, result: str) -> None:
    due = complaint_due(at(received), official(), HOURS)
    assert due.result == at(result)
    assert due.warn_of_result == at(result) - timedelta(hours=24)


@pytest.mark.parametrize(
    ("received", "alone", "joint"),
    [
        # an ordinary week, received on a Monday and on a Saturday
        ("2026-11-02T10:00", "2026-11-10T00:00", "2026-11-17T00:00"),
        ("2026-11-07T10:00", "2026-11-14T00:00", "2026-11-21T00:00"),
        # before Spring Festival: Saturday 14 is worked, 15 to 23 are off, Saturday 28 is worked
        ("2026-02-13T10:00", "2026-02-28T00:00", "2026-03-06T00:00"),
        # within it
        ("2026-02-17T10:00", "2026-03-01T00:00", "2026-03-07T00:00"),
        # before Mid-Autumn: Sunday 20 is worked; after it comes National Day
        ("2026-09-18T10:00", "2026-09-25T00:00", "2026-10-10T00:00"),
        ("2026-09-24T10:00", "2026-10-10T00:00", "2026-10-16T00:00"),
        # before National Day: 1 to 7 are off, Saturday 10 is worked
        ("2026-09-30T16:00", "2026-10-14T00:00", "2026-10-21T00:00"),
    ],
)
def test_the_law_counts_working_days_after_the_day_of_receipt(
    received: str, alone: str, joint: str
) -> None:
    assert complaint_due(at(received), official(), HOURS).legal == at(alone)
    assert complaint_due(at(received), official(), HOURS, joint=True).legal == at(joint)


def test_over_a_festival_the_promise_is_days_and_the_law_is_weeks() -> None:
    due = complaint_due(at("2026-02-13T10:00"), official(), HOURS)
    assert (due.result, due.legal) == (at("2026-02-17T00:00"), at("2026-02-28T00:00"))


def test_a_hospital_may_promise_less_time() -> None:
    clocks = ComplaintClocks(contact=timedelta(hours=2), result_days=1)
    due = complaint_due(at("2026-11-23T09:00"), official(), HOURS, clocks=clocks)
    assert (due.contact, due.result) == (at("2026-11-23T11:00"), at("2026-11-25T00:00"))


@given(RECEIPTS)
def test_the_promise_is_the_midnight_after_three_whole_days(received: datetime) -> None:
    result = local(complaint_due(received, official(), HOURS).result)
    assert result.time() == time(0)
    assert (result.date() - local(received).date()).days == 4


@given(RECEIPTS, st.booleans(), st.booleans())
def test_every_clock_lies_after_receipt_and_its_warning_before_it(
    received: datetime, urgent: bool, joint: bool
) -> None:
    due = complaint_due(received, official(), HOURS, urgent=urgent, joint=joint)
    assert received < due.warn_of_contact <= due.contact
    assert received < due.warn_of_result < due.result
    assert received < due.legal
    assert {one.tzinfo for one in (due.contact, due.result, due.legal)} == {UTC}


@given(RECEIPTS)
def test_the_first_contact_falls_into_staffed_time(received: datetime) -> None:
    """The instant itself may be the end of a shift, the one before it is worked."""
    contact = complaint_due(received, official(), HOURS).contact
    assert staffed(contact - timedelta(microseconds=1), official(), HOURS)


@given(RECEIPTS)
def test_the_law_holds_exactly_so_many_working_days(received: datetime) -> None:
    for joint, days in ((False, 5), (True, 10)):
        last = local(legal_due(received, official(), HOURS, joint=joint)).date()
        first = local(received).date()
        between = [first + timedelta(days=n) for n in range(1, (last - first).days)]
        assert sum(official().is_working(day) for day in between) == days
        assert official().is_working(between[-1])


@given(RECEIPTS)
def test_several_departments_never_have_less_time(received: datetime) -> None:
    alone = legal_due(received, official(), HOURS, joint=False)
    assert alone < legal_due(received, official(), HOURS, joint=True)
