"""Times as people say them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.timing import (
    HOSPITAL_ZONE,
    Offset,
    OffsetUnit,
    date_text,
    due_text,
    offset_text,
    promise_text,
    weekday_text,
)
from tests.dialogs.calendars import INSTANT_BOUNDS

SUNDAY_NOON = datetime(2026, 11, 22, 12, tzinfo=HOSPITAL_ZONE)
INSTANTS = st.datetimes(*INSTANT_BOUNDS, timezones=st.timezones())


@pytest.mark.parametrize(
    ("due", "chinese", "english"),
    [
        ((2026, 11, 22, 16, 30), "16:30", "16:30"),
        ((2026, 11, 23, 10, 0), "明天10:00", "10:00 tomorrow"),
        ((2026, 11, 25, 10, 0), "周三10:00", "10:00 on Wednesday"),
        ((2026, 11, 28, 9, 5), "周六09:05", "09:05 on Saturday"),
        ((2026, 11, 29, 9, 5), "11月29日09:05", "09:05 on 29 November"),
        ((2026, 11, 21, 9, 5), "11月21日09:05", "09:05 on 21 November"),
        ((2027, 1, 4, 9, 0), "2027年1月4日09:00", "09:00 on 4 January 2027"),
    ],
)
def test_a_due_time_is_said_as_near_as_it_is(
    due: tuple[int, int, int, int, int], chinese: str, english: str
) -> None:
    instant = datetime(*due, tzinfo=HOSPITAL_ZONE)
    assert due_text(instant, SUNDAY_NOON) == chinese
    assert due_text(instant, SUNDAY_NOON, language="en") == english


def test_tomorrow_becomes_today_when_it_is_said_tomorrow() -> None:
    due = datetime(2026, 11, 23, 10, tzinfo=HOSPITAL_ZONE)
    assert due_text(due, SUNDAY_NOON + timedelta(days=1, hours=-6)) == "10:00"


@given(due=INSTANTS, now=INSTANTS)
def test_the_clock_is_always_the_hospitals(due: datetime, now: datetime) -> None:
    assert due_text(due, now).endswith(f"{due.astimezone(HOSPITAL_ZONE):%H:%M}")


def test_days_are_said_in_both_languages() -> None:
    day = date(2026, 11, 30)
    assert date_text(day) + weekday_text(day) == "11月30日周一"
    assert date_text(day, with_year=True) == "2026年11月30日"
    assert date_text(day, language="en") == "30 November"


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (Offset(3), "第3天"),
        (Offset(4, OffsetUnit.WORKING_DAY), "第4个工作日"),
        (Offset(1, OffsetUnit.MONTH), "满1个月"),
    ],
)
def test_offsets_are_said(offset: Offset, expected: str) -> None:
    assert offset_text(offset) == expected


@pytest.mark.parametrize(
    ("due", "said"),
    [
        ((15, 0, 0), "15:00"),
        ((15, 0, 1), "15:05"),
        ((15, 1, 0), "15:05"),
        ((15, 5, 0), "15:05"),
        ((23, 56, 0), "明天00:00"),
    ],
)
def test_a_promise_is_rounded_up_to_full_five_minutes(due: tuple[int, int, int], said: str) -> None:
    instant = SUNDAY_NOON.replace(hour=due[0], minute=due[1], second=due[2])
    assert promise_text(instant, SUNDAY_NOON) == said
