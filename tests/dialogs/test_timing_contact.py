"""When a conversation may be started."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.timing import HOSPITAL_ZONE, CalendarEntry, ContactHours, Span, WorkingCalendar
from tests.dialogs.calendars import FESTIVALS, INSTANT_BOUNDS, official

HOURS = ContactHours()
ZONES = st.timezones()
INSTANTS = st.datetimes(*INSTANT_BOUNDS, timezones=st.just(UTC))


def at(text: str) -> datetime:
    """Read a wall clock of the hospital."""
    return datetime.fromisoformat(text).replace(tzinfo=HOSPITAL_ZONE)


@pytest.mark.parametrize(
    ("wanted", "elderly", "clinical", "expected"),
    [
        ("2026-11-23 09:30", False, True, "2026-11-23 09:30"),
        ("2026-11-23 07:59:59", False, True, "2026-11-23 08:00"),
        ("2026-11-23 12:00", False, True, "2026-11-23 14:00"),
        ("2026-11-23 20:29:59", False, True, "2026-11-23 20:29:59"),
        ("2026-11-23 20:30", False, True, "2026-11-24 08:00"),
        ("2026-11-23 08:30", True, True, "2026-11-23 09:00"),
        ("2026-11-23 11:00", True, True, "2026-11-24 09:00"),
        ("2026-02-15 21:00", False, True, "2026-02-20 08:00"),
        ("2026-02-16 10:00", False, False, "2026-02-16 10:00"),
        ("2026-10-01 10:00", True, True, "2026-10-04 09:00"),
        ("2026-12-31 23:00", False, True, "2027-01-01 08:00"),
    ],
)
def test_the_next_allowed_instant(
    wanted: str, elderly: bool, clinical: bool, expected: str
) -> None:
    found = HOURS.next_allowed(at(wanted), elderly=elderly, clinical=clinical, calendar=official())
    assert found == at(expected)
    assert found.tzinfo is UTC


def test_a_time_the_patient_chose_wins() -> None:
    """Over quiet hours, the elderly window and the eve of the Spring Festival."""
    chosen = at("2026-02-16 22:15")
    found = HOURS.next_allowed(
        chosen, elderly=True, clinical=True, calendar=official(), chosen_by_patient=True
    )
    assert found == chosen


@given(wanted=INSTANTS, zone=ZONES, elderly=st.booleans(), clinical=st.booleans())
def test_nothing_is_started_in_quiet_hours_or_about_illness_on_a_festival(
    wanted: datetime, zone: object, elderly: bool, clinical: bool
) -> None:
    given_at = wanted.astimezone(zone)  # type: ignore[arg-type]
    found = HOURS.next_allowed(given_at, elderly=elderly, clinical=clinical, calendar=official())
    wall = found.astimezone(HOSPITAL_ZONE)
    assert found >= wanted
    assert time(8) <= wall.time() < time(20, 30)
    assert not time(12) <= wall.time() < time(14)
    assert not elderly or time(9) <= wall.time() < time(11)
    assert not (clinical and wall.date() in FESTIVALS)


@given(wanted=INSTANTS, elderly=st.booleans())
def test_the_next_allowed_instant_is_the_earliest(wanted: datetime, elderly: bool) -> None:
    found = HOURS.next_allowed(wanted, elderly=elderly, clinical=True, calendar=official())
    probe = wanted
    while probe < found:
        assert not HOURS.is_allowed(probe, elderly=elderly, clinical=True, calendar=official())
        probe += timedelta(minutes=7)


def test_the_answer_does_not_depend_on_the_time_zone_of_the_process() -> None:
    code = (
        "from datetime import UTC, datetime\n"
        "from dialogs.timing import ContactHours, WorkingCalendar\n"
        "at = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)\n"
        "print(ContactHours().next_allowed(at, elderly=False, clinical=True,"
        " calendar=WorkingCalendar({})).isoformat())"
    )
    outputs = {
        subprocess.run(  # noqa: S603 - our own interpreter and code
            [sys.executable, "-c", code],
            env=os.environ | {"TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for zone in ("America/New_York", "Asia/Shanghai", "Pacific/Kiritimati")
    }
    assert outputs == {"2026-11-01T06:00:00+00:00"}


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        HOURS.is_allowed(
            at("2026-11-23 09:00").replace(tzinfo=None),
            elderly=False,
            clinical=True,
            calendar=official(),
        )


def test_hours_that_leave_nobody_a_minute_are_refused() -> None:
    with pytest.raises(ValueError, match="elderly window"):
        ContactHours(quiet=(Span.parse("08:30-11:30"),))


def test_a_calendar_of_nothing_but_festivals_is_named_as_a_fault() -> None:
    first = date(2026, 1, 1)
    festival = CalendarEntry(working=False, name="春节", festival=True)
    calendar = WorkingCalendar({first + timedelta(days=n): festival for n in range(100)})
    with pytest.raises(ValueError, match="festivals"):
        HOURS.next_allowed(at("2026-01-01 09:00"), elderly=False, clinical=True, calendar=calendar)


@pytest.mark.parametrize(
    ("birth", "elderly"),
    [
        (date(1961, 11, 22), True),
        (date(1961, 11, 23), False),
        (date(1960, 2, 29), True),
        (None, False),
    ],
)
def test_elderly_begins_on_the_birthday(birth: date | None, elderly: bool) -> None:
    assert HOURS.is_elderly(birth, date(2026, 11, 22)) is elderly


def test_an_elderly_window_outside_the_plan_window_wins() -> None:
    afternoon = Span.parse("14:00-16:00")
    minutes = HOURS.open_minutes(afternoon, elderly=True)
    assert (minutes[0], minutes[-1]) == (9 * 60, 11 * 60 - 1)


@pytest.mark.parametrize("text", ["0800", "08:00-08:00", "8-12"])
def test_a_span_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"span|isoformat"):
        Span.parse(text)
