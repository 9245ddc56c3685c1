"""Fill and load the hospital's calendar of working days and festivals (R058, F28)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import chinese_calendar

from dialogs.timing import CalendarEntry, WorkingCalendar, local
from handlers.festivals import festival_book
from models.timetable import CalendarDay, DaySource
from models.unit import unit_of_work

FIRST_YEAR = 2024
YEARS_AHEAD = 10
_A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class CalendarSeed:
    """What seeding changed, and what an administrator must know about coming years."""

    created: int
    changed: int
    removed: int
    unknown_years: tuple[int, ...]
    warnings: tuple[str, ...]


async def seed_calendar(now: datetime, festivals: Iterable[str] | None = None) -> CalendarSeed:
    """Write the days of the official list and ten years of festivals.

    Run again after an update or a changed setting: rows of the library are brought up to date,
    rows the hospital entered stay as they are. `festivals` are names of festivals.toml; an
    unknown one raises ValueError.
    """
    today = local(now).date()
    wanted = expected_days(today.year, festivals)
    return await unit_of_work(lambda: _seed(wanted, today))


async def load_calendar() -> WorkingCalendar:
    """Read the calendar as it is now, the hospital's corrections included."""
    rows = await CalendarDay.all().values_list("day", "working", "name", "festival")
    return WorkingCalendar(
        {day: CalendarEntry(bool(working), name, bool(off)) for day, working, name, off in rows}
    )


async def _seed(wanted: Mapping[date, CalendarEntry], today: date) -> CalendarSeed:
    rows = {row.day: row for row in await CalendarDay.all()}
    created = await _create(wanted, rows)
    changed = await _correct(wanted, rows)
    removed = await _remove(wanted, rows)
    calendar = await load_calendar()
    unknown = calendar.unknown_years(today, today + _A_YEAR)
    return CalendarSeed(created, changed, removed, unknown, _warnings(unknown))


def expected_days(
    this_year: int, festivals: Iterable[str] | None = None
) -> dict[date, CalendarEntry]:
    """Compute what the library and the lunar calendar know, from 2024 to ten years ahead.

    A year the library knows has every day; a later one only its festivals, days off by law.
    """
    years = range(FIRST_YEAR, this_year + YEARS_AHEAD + 1)
    named = festival_book().in_years(years, festivals)
    days = {day: CalendarEntry(working=False, name=n, festival=True) for day, n in named.items()}
    for day in _published_days():
        days[day] = _published(day, named)
    return days


def _published_days() -> list[date]:
    published = {day.year for day in chinese_calendar.constants.holidays}
    first, last = date(FIRST_YEAR, 1, 1), date(max(published), 12, 31)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _published(day: date, named: Mapping[date, str]) -> CalendarEntry:
    off, english = chinese_calendar.get_holiday_detail(day)
    name = chinese_calendar.Holiday(english).chinese if english else ""
    if name and not off:
        name = festival_book().words["make_up"].format(name=name)
    return CalendarEntry(not off, named.get(day, name), day in named)


async def _create(wanted: Mapping[date, CalendarEntry], rows: Mapping[date, CalendarDay]) -> int:
    missing = [
        CalendarDay(
            day=day,
            working=entry.working,
            name=entry.name,
            festival=entry.festival,
            source=DaySource.LIBRARY,
        )
        for day, entry in wanted.items()
        if day not in rows
    ]
    await CalendarDay.bulk_create(missing, batch_size=200)
    return len(missing)


async def _correct(wanted: Mapping[date, CalendarEntry], rows: Mapping[date, CalendarDay]) -> int:
    stale = [row for row in _of_library(rows) if wanted.get(row.day, _entry(row)) != _entry(row)]
    for row in stale:
        entry = wanted[row.day]
        row.working, row.name, row.festival = entry.working, entry.name, entry.festival
        await row.save()
    return len(stale)


async def _remove(wanted: Mapping[date, CalendarEntry], rows: Mapping[date, CalendarDay]) -> int:
    gone = [row for row in _of_library(rows) if row.day not in wanted]
    for row in gone:
        await row.delete()
    return len(gone)


def _of_library(rows: Mapping[date, CalendarDay]) -> list[CalendarDay]:
    return [row for row in rows.values() if row.source == DaySource.LIBRARY]


def _entry(row: CalendarDay) -> CalendarEntry:
    return CalendarEntry(row.working, row.name, row.festival)


def _warnings(unknown: Iterable[int]) -> tuple[str, ...]:
    words = festival_book().words["unknown_year"]
    return tuple(words.format(year=year) for year in unknown)
