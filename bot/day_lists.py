"""The sheets of a day as xlsx: the next day's list, and each doctor's log (R087, R100, R3)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.exports import harmless
from dialogs.timing.spans import local
from handlers.desk import Desk
from handlers.reminders.day_listing import ListedSession, ListedVisit, Listing, list_day
from handlers.reminders.day_lists import listing_of
from handlers.staff_words import staff_words

_WIDTHS: Final = (6, 20, 10, 10, 6, 6, 12, 16, 8, 8, 10, 10, 10, 14, 20, 10)
_BOLD: Final = Font(bold=True)


async def day_list_workbook(desk: Desk, day: date, now: datetime) -> bytes:
    """Return the list of a day: as it was frozen, else as things stand; one sheet."""
    return _workbook(desk, await listing_of(day, now), title="title", doctor="")


async def doctor_day_workbook(desk: Desk, day: date, doctor: str, now: datetime) -> bytes:
    """Return a doctor's log of a day, with a column for arrivals (R087, R088)."""
    listing = await list_day(day, now, doctor)
    return _workbook(desk, listing, title="doctor_title", doctor=doctor)


@cache
def _tables() -> dict[str, dict[str, str]]:
    file = Path(__file__).with_name("day_lists.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _say(sentence: str, /, **values: Any) -> str:
    return _tables()["words"][sentence].format(**values)


def _workbook(desk: Desk, listing: Listing, *, title: str, doctor: str) -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new workbook has one
    sheet.title = _say("sheet")
    for place, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    _head(sheet, desk, listing, title, doctor)
    for session in listing.sessions:
        _session(desk, sheet, session, arrivals=bool(doctor))
    if not listing.sessions:
        sheet.append([_say("nobody")])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _head(sheet: Worksheet, desk: Desk, listing: Listing, title: str, doctor: str) -> None:
    named = {"hospital": desk.hospital, "date": listing.day.isoformat(), "doctor": doctor}
    _bold(sheet, [harmless(_say(title, **named))])
    said, at = ("frozen", listing.frozen_at) if listing.frozen_at else ("made", listing.made_at)
    counts = {
        "n": len(listing.visits),
        "unconfirmed": listing.unconfirmed,
        "key": listing.key_patients,
    }
    sheet.append([_say("totals", **counts)])
    sheet.append([_say(said, at=f"{local(at):%Y-%m-%d %H:%M}")])


def _session(desk: Desk, sheet: Worksheet, session: ListedSession, *, arrivals: bool) -> None:
    sheet.append([])
    place = {"clinic": session.clinic, "doctor": session.doctor, "room": session.room}
    _bold(sheet, [harmless(_say("session", **place))])
    for line in _notes(session):
        sheet.append([harmless(line)])
    _bold(sheet, _columns(arrivals=arrivals))
    for order, visit in enumerate(session.visits, start=1):
        sheet.append([harmless(cell) for cell in _row(desk, order, visit, arrivals=arrivals)])


def _notes(session: ListedSession) -> Iterator[str]:
    unconfirmed = sum(visit.unconfirmed for visit in session.visits)
    yield _say("session_totals", n=len(session.visits), unconfirmed=unconfirmed)
    if session.replaces:
        yield _say("substitute", doctor=session.doctor, replaces=session.replaces)
    if session.stopped:
        yield _say("stopped")


def _columns(*, arrivals: bool) -> list[str]:
    names = list(_tables()["columns"].values())
    return names if arrivals else names[:-1]


def _row(desk: Desk, order: int, visit: ListedVisit, *, arrivals: bool) -> list[Any]:
    line, tables, words = visit.line, _tables(), staff_words(desk.language)
    cells = [
        order,
        line.number,
        f"{local(line.starts_at):%H:%M}",
        line.name,
        tables["sex"].get(visit.sex, ""),
        visit.age if visit.age is not None else "",
        visit.document_tail,
        line.phone,
        words.visit_kinds.get(line.visit_kind, line.visit_kind),
        words.clinic_kinds.get(visit.clinic_kind, visit.clinic_kind),
        words.sources.get(line.source, line.source),
        tables["state"][line.state.value],
        line.breaches,
        _needs(desk, visit),
        _say("joint").join(_remarks(visit)),
    ]
    arrived = f"{local(visit.arrived_at):%H:%M}" if visit.arrived_at else ""
    return [*cells, arrived] if arrivals else cells


def _needs(desk: Desk, visit: ListedVisit) -> str:
    """What the guide desk prepares for: age, wheelchair, language, a key patient (R3)."""
    known = _tables()["needs"]
    needs = [known.get(need, need) for need in visit.line.needs]
    if (
        visit.age is not None
        and visit.age >= desk.hours.elderly_age
        and _say("elderly") not in needs
    ):
        needs.append(_say("elderly"))
    if visit.line.key_patient:
        needs.append(_say("key"))
    return _say("joint").join(needs)


def _remarks(visit: ListedVisit) -> Iterator[str]:
    if visit.changed:
        yield _say("changed")
    if visit.line.excused:
        yield _say("excused")


def _bold(sheet: Worksheet, cells: Sequence[Any]) -> None:
    sheet.append(list(cells))
    for cell in sheet[sheet.max_row]:
        cell.font = _BOLD
