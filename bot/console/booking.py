"""The book of a day, doctor by doctor; searching by number; the doctor's log to print (R087)."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from aiohttp import web

from bot.console.booking_page import after, allowed, book_page, day_of, today_of
from bot.console.pages import now_of
from handlers.booking.board import BookFilter, day_board, find_visit

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
    """Go to the visit with a number; a booking number names nobody."""
    staff = allowed(request)
    number = str((await request.post()).get("number", ""))[:64]
    found = await find_visit(staff, number, today_of(request))
    return after(f"/visits/{found.number}") if found else after("", "not_found")


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
