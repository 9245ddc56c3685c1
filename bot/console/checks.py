"""The ward's own check list: what is overdue, incomplete or out of reach (R211)."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

from bot.console.booking_sheets import workbook
from bot.console.pages import desk_of, now_of, page, visitor_of
from bot.record_book import WORDS, book_of
from dialogs.timing import local
from handlers.check_list import Check, check_list
from handlers.record_book import record_book
from handlers.reports.period import month_of
from handlers.scope import may_open

ROUTES: Final = web.RouteTableDef()


@ROUTES.get("/check-list")
async def show_check_list(request: web.Request) -> web.Response:
    """Show what the reader's wards have to mend."""
    staff = visitor_of(request).staff
    if not may_open(staff):
        raise web.HTTPNotFound
    now = now_of(request)
    found = await check_list(desk_of(request), staff, now)
    month = f"{local(now):%Y-%m}"
    return page(request, "check_list", found=found, checks=tuple(Check), month=month)


@ROUTES.get("/check-list/record-book.xlsx")
async def give_record_book(request: web.Request) -> web.Response:
    """Give the record book of a month; the look is on record."""
    staff, desk = visitor_of(request).staff, desk_of(request)
    if not may_open(staff):
        raise web.HTTPNotFound
    try:
        period = month_of(request.query.get("month", ""))
    except ValueError as fault:
        raise web.HTTPBadRequest from fault
    lines = await record_book(desk, staff, period, now_of(request))
    body = await asyncio.to_thread(book_of, desk.hospital, period, lines)
    return workbook(f"{WORDS['file']}-{period.name}.xlsx", body)
