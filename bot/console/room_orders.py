"""Orders written on the page of the staff group; a form without scripts."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from bot.console.booking_page import send_now
from bot.console.pages import desk_of, now_of, page, visitor_of
from bot.console.room_feed import group_values
from handlers.claims import LONGEST_REPLY
from handlers.room.commands import order

ROUTES: Final = web.RouteTableDef()
_LONGEST: Final = LONGEST_REPLY + 100


@ROUTES.post("/group/order")
async def take_order(request: web.Request) -> web.Response:
    """Do what was ordered, once however often the form is sent, and say what came of it."""
    form = await request.post()
    text, once = str(form.get("text", ""))[:_LONGEST], str(form.get("once", ""))[:32]
    staff = visitor_of(request).staff
    occurrence = f"{staff.id}:{once}"
    answer = await order(staff, text, occurrence, desk_of(request), now_of(request))
    await send_now(request)
    values = await group_values(request)
    return page(request, "group", **{**values, "answer": answer}, said="")
