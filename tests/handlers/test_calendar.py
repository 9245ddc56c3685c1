"""The hospital's calendar in the database: seeded, corrected, never overwritten."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from handlers.calendar import expected_days, load_calendar, seed_calendar
from handlers.festivals import festival_book
from models.timetable import CalendarDay, DaySource

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
HEARSAY = "医院自定"


@pytest.mark.usefixtures("database")
async def test_seeding_fills_the_published_years_and_ten_years_of_festivals() -> None:
    seed = await seed_calendar(NOW)
    calendar = await load_calendar()
    assert {2024, 2025, 2026} <= calendar.known
    assert calendar.add_working_days(date(2026, 9, 30), 5) == date(2026, 10, 13)
    assert calendar.add_working_days(date(2026, 2, 13), 5) == date(2026, 2, 27)
    assert calendar.is_festival(date(2036, 10, 3))
    assert seed.created == await CalendarDay.all().count()


@pytest.mark.usefixtures("database")
async def test_a_year_nobody_has_published_warns_the_administrator() -> None:
    seed = await seed_calendar(NOW)
    assert seed.unknown_years == (2027,)
    assert len(seed.warnings) == 1
    assert "2027" in seed.warnings[0]


@pytest.mark.usefixtures("database")
async def test_no_warning_while_the_coming_year_is_published() -> None:
    seed = await seed_calendar(datetime(2025, 6, 1, tzinfo=UTC))
    assert seed.warnings == ()


@pytest.mark.usefixtures("database")
async def test_seeding_twice_changes_nothing() -> None:
    await seed_calendar(NOW)
    again = await seed_calendar(NOW)
    assert (again.created, again.changed, again.removed) == (0, 0, 0)


@pytest.mark.usefixtures("database")
async def test_what_the_hospital_entered_is_never_overwritten() -> None:
    await CalendarDay.create(
        day=date(2026, 10, 1), working=True, name=HEARSAY, source=DaySource.HOSPITAL
    )
    await CalendarDay.create(
        day=date(2027, 3, 3), working=False, name=HEARSAY, festival=True, source=DaySource.HOSPITAL
    )
    await seed_calendar(NOW)
    calendar = await load_calendar()
    assert calendar.is_working(date(2026, 10, 1))
    assert not calendar.is_festival(date(2026, 10, 1))
    assert calendar.is_festival(date(2027, 3, 3))


@pytest.mark.usefixtures("database")
async def test_stale_rows_of_the_library_are_brought_up_to_date() -> None:
    await CalendarDay.create(
        day=date(2026, 10, 10), working=False, name="", source=DaySource.LIBRARY
    )
    await seed_calendar(NOW)
    assert (await load_calendar()).is_working(date(2026, 10, 10))


@pytest.mark.usefixtures("database")
async def test_a_festival_taken_from_the_settings_leaves_the_calendar() -> None:
    await seed_calendar(NOW)
    seed = await seed_calendar(NOW, ["春节"])
    calendar = await load_calendar()
    assert seed.removed > 0
    assert calendar.is_festival(date(2027, 2, 6))
    assert not calendar.is_festival(date(2027, 10, 1))
    assert not calendar.is_festival(date(2026, 10, 1))
    assert calendar.is_holiday(date(2026, 10, 1))


@pytest.mark.usefixtures("database")
async def test_an_empty_table_still_counts_monday_to_friday() -> None:
    calendar = await load_calendar()
    assert calendar.add_working_days(date(2026, 11, 20), 1) == date(2026, 11, 23)
    assert calendar.unknown_years(NOW.date(), NOW.date()) == (2026,)


@pytest.mark.parametrize(
    ("name", "year", "days"),
    [
        ("元旦", 2027, ["2027-01-01"]),
        ("春节", 2026, ["2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19"]),
        ("春节", 2025, ["2025-01-28", "2025-01-29", "2025-01-30", "2025-01-31"]),
        ("中秋", 2026, ["2026-09-25"]),
        ("中秋", 2025, ["2025-10-06"]),  # after the intercalary sixth month
        ("端午", 2028, ["2028-05-28"]),
        ("国庆", 2028, ["2028-10-01", "2028-10-02", "2028-10-03"]),
    ],
)
def test_the_days_of_festivals(name: str, year: int, days: list[str]) -> None:
    found = festival_book().festivals[name].in_year(year)
    assert [day.isoformat() for day in found] == days


def test_every_computed_festival_was_a_day_off_in_the_published_years() -> None:
    """The lunar calendar and the State Council's list check each other.

    The eve of the Spring Festival is a day off by law since 2025 only.
    """
    days = expected_days(2026)
    festivals = [day for day in days if days[day].festival and day.year <= 2026]
    assert len(festivals) == 27
    assert [day for day in festivals if days[day].working] == [date(2024, 2, 9)]


def test_an_unknown_festival_is_named() -> None:
    with pytest.raises(ValueError, match="泼水节"):
        expected_days(2026, ["泼水节"])
