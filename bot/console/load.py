"""Who has how much in hand today, for who leads a ward (R255)."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from bot.console.pages import now_of, page, visitor_of
from handlers.load_board import load_board, reads_load

ROUTES: Final = web.RouteTableDef()


@ROUTES.get("/load")
async def show_load(request: web.Request) -> web.Response:
    """Show the colleagues of the reader's wards, the busiest first."""
    staff = visitor_of(request).staff
    if not reads_load(staff):
        raise web.HTTPNotFound
    return page(request, "load", board=await load_board(staff, now_of(request)))
