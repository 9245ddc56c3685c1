"""Working days, days off and unknown years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.timing import CalendarEntry, WorkingCalendar
from tests.dialogs.calendars import official

DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("start", "n", "expected"),
    [
        (date(2026, 9, 30), 5, date(2026, 10, 13)),
        (date(2026, 2, 13), 5, date(2026, 2, 27)),
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 10, 13), -5, date(2026, 9, 30)),
    ],
)
def test_working_days_step_over_holidays_and_count_make_up_days(
    start: date, n: int, expected: date
) -> None:
    assert official().add_working_days(start, n) == expected


@pytest.mark.parametrize("day", [date(2026, 2, 14), date(2026, 10, 10), date(2026, 1, 4)])
def test_a_make_up_weekend_is_worked(day: date) -> None:
    assert day.weekday() >= 5
    assert official().is_working(day)


def test_every_day_of_2024_to_2028_is_counted_without_an_exception() -> None:
    calendar = official()
    day = date(2024, 1, 1)
    while day.year < 2029:
        found = calendar.add_working_days(day, 7)
        assert calendar.is_working(found)
        assert timedelta(days=7) <= found - day <= timedelta(days=20)
        day += timedelta(days=1)


def test_an_unknown_year_follows_monday_to_friday_and_is_reported() -> None:
    calendar = official()
    assert not calendar.knows(2027)
    assert calendar.add_working_days(date(2027, 2, 5), 1) == date(2027, 2, 8)
    assert calendar.unknown_years(date(2026, 12, 30), date(2028, 1, 1)) == (2027, 2028)
    assert calendar.unknown_years(date(2026, 12, 30), date(2026, 12, 1)) == ()


def test_a_few_festivals_do_not_make_a_year_known() -> None:
    festival = CalendarEntry(working=False, name="春节", festival=True)
    calendar = WorkingCalendar({date(2027, 2, 6): festival})
    assert not calendar.knows(2027)
    assert calendar.is_festival(date(2027, 2, 6))
    assert calendar.is_holiday(date(2027, 2, 6))


def test_a_plain_weekend_is_off_without_being_a_holiday() -> None:
    saturday = date(2026, 11, 21)
    assert not official().is_working(saturday)
    assert not official().is_holiday(saturday)


@given(day=DAYS, n=st.integers(1, 30))
def test_counting_back_returns_to_the_last_working_day(day: date, n: int) -> None:
    calendar = official()
    there = calendar.add_working_days(day, n)
    back = calendar.add_working_days(there, -n)
    assert back <= day
    assert back == day or not calendar.is_working(day)
