"""The book of a day, doctor by doctor; finding visits; the doctor's log to print (R087)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from aiohttp import web

from bot.console.booking_page import after, allowed, book_page, day_of, today_of
from bot.console.pages import now_of
from bot.intake.identity import compact, parse_identity
from bot.intake.phones import parse_phones
from handlers.booking.board import BookFilter, day_board
from handlers.booking.visit_search import find_visit, look_for_person

ROUTES: Final = web.RouteTableDef()
_A_DAY: Final = timedelta(days=1)


@ROUTES.get("/book")
async def show_day(request: web.Request) -> web.Response:
    """Show a day of the book."""
    return await _day(request, "book_day")


@ROUTES.get("/book/log")
async def show_log(request: web.Request) -> web.Response:
    """Show a doctor's day as it is printed: 预约回访日志."""
    return await _day(request, "book_log")


@ROUTES.post("/book/find")
async def find(request: web.Request) -> web.Response:
    """Go to the visit of a number, or list those of a person; a booking number names nobody.

    What was typed may be a phone, a document or a name: it is sent, and never part of an address.
    """
    staff = allowed(request)
    said = str((await request.post()).get("number", ""))[:64]
    found = await find_visit(staff, said, today_of(request))
    if found is not None:
        return after(f"/visits/{found.number}")
    phones = [phone.number for phone in parse_phones(said) if phone.number]
    lines = await look_for_person(staff, said, phones, _document(said), now_of(request))
    if len(lines) > 1:
        return await book_page(request, "book_found", lines=lines)
    return after(f"/visits/{lines[0].number}") if lines else after("", "not_found")


def _document(said: str) -> str:
    number = compact(said)
    identity = parse_identity(number)
    return identity.number if identity else number


async def _day(request: web.Request, name: str) -> web.Response:
    staff = allowed(request)
    wanted = BookFilter(
        day=day_of(request, today_of(request)),
        clinic=request.query.get("clinic", ""),
        doctor=request.query.get("doctor", ""),
    )
    board = await day_board(staff, wanted, now_of(request))
    return await book_page(
        request,
        name,
        board=board,
        wanted=wanted,
        before=wanted.day - _A_DAY,
        following=wanted.day + _A_DAY,
        today=today_of(request),
    )
