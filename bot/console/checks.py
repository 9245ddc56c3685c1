"""The ward's own check list: what is overdue, incomplete or out of reach (R211)."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from bot.console.pages import desk_of, now_of, page, visitor_of
from handlers.check_list import Check, check_list
from handlers.scope import may_open

ROUTES: Final = web.RouteTableDef()


@ROUTES.get("/check-list")
async def show_check_list(request: web.Request) -> web.Response:
    """Show what the reader's wards have to mend."""
    staff = visitor_of(request).staff
    if not may_open(staff):
        raise web.HTTPNotFound
    found = await check_list(desk_of(request), staff, now_of(request))
    return page(request, "check_list", found=found, checks=tuple(Check))
