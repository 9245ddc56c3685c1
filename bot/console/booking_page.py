"""What every page of the outpatient side shares: who may, what was done, the tabs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final
from uuid import UUID

from aiohttp import web

from bot.console.pages import desk_of, go_to, now_of, page, visitor_of
from bot.keys import DRAIN
from dialogs.timing import local
from handlers.booking.counter import Pressed
from handlers.booking.office_board import unread
from handlers.scope import (
    consults,
    directs_book,
    keeps_book,
    marks_visits,
    recalls,
    registers,
    sees_book,
)
from handlers.staff_words import staff_words
from models.hospital import StaffMember

BOOK: Final = "/staff/book"
# of visits, tasks and requests, as they are stored
LONGEST_NUMBER: Final = 32
YEARS: Final = range(2000, 2100)


async def book_page(
    request: web.Request, name: str, status: int = 200, **values: Any
) -> web.Response:
    """Render a page of the book with its tabs and what was said."""
    staff = visitor_of(request).staff
    words = staff_words(desk_of(request).language)
    code = request.query.get("said", "")
    shared = {
        "keeps": keeps_book(staff),
        "marks": marks_visits(staff),
        "directs": directs_book(staff),
        "consults": consults(staff),
        "registers": registers(staff),
        "recalls": recalls(staff),
        "unread": await unread(staff, now_of(request)),
        "told": words.told.get(code, ""),
        "untold": words.untold.get(code, ""),
    }
    return page(request, name, status=status, **{**shared, **values})


def allowed(request: web.Request, right: Callable[[StaffMember], bool] = sees_book) -> StaffMember:
    """Return who asks, if the right is theirs; to others the page does not exist."""
    staff = visitor_of(request).staff
    if not right(staff):
        raise web.HTTPNotFound
    return staff


def after(path: str, code: str = "") -> web.Response:
    """Show a page after something was done, or was not; `code` says which."""
    return go_to(f"{BOOK}{path}", code)


def today_of(request: web.Request) -> date:
    """Return the day it is at the hospital."""
    return local(now_of(request)).date()


def day_of(request: web.Request, fallback: date) -> date:
    """Read the day of an address; what is none, or of no year of ours, is the one given."""
    try:
        day = date.fromisoformat(request.query.get("day", ""))
    except ValueError:
        return fallback
    return day if day.year in YEARS else fallback


def number_of(request: web.Request) -> str:
    """Return the number in an address; one longer than any of ours is looked for nowhere."""
    number = request.match_info["number"]
    if len(number) > LONGEST_NUMBER:
        raise web.HTTPNotFound
    return number


def id_in(text: str) -> UUID | None:
    """Read an id of a form; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


async def pressed(
    request: web.Request, right: Callable[[StaffMember], bool] = keeps_book
) -> tuple[Pressed, dict[str, str]]:
    """Read a press of a button on a visit, and the form around it."""
    form = {name: str(value) for name, value in (await request.post()).items()}
    version = form.get("version", "")
    staff = allowed(request, right)
    number = number_of(request)
    seen = int(version) if version.isdecimal() and len(version) < _LONGEST else 0
    return Pressed(staff, number, seen, now_of(request)), form


async def send_now(request: web.Request) -> None:
    """What was just written need not wait for the next tick."""
    drain = request.config_dict.get(DRAIN)
    if drain is not None:
        await drain()


_LONGEST: Final = 10
