"""The link of a post opened: recorded, then on to the case; told kindly when its day is over."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from bot.console.pages import go_to, now_of, page, visitor_of
from bot.staff_links import Unopened, page_of
from handlers.room.openings import note_opening

ROUTES: Final = web.RouteTableDef()
_LONGEST: Final = 512


@ROUTES.get("/go/{token}")
async def show_linked(request: web.Request) -> web.Response:
    """Go to the page of a signed link; who is not signed in has been sent to do so first."""
    token, now = request.match_info["token"], now_of(request)
    found = page_of(token, now) if len(token) <= _LONGEST else Unopened.FORGED
    if found is Unopened.FORGED:
        raise web.HTTPNotFound
    if isinstance(found, Unopened):
        return page(request, "link_ended", status=410)
    await note_opening(visitor_of(request).staff, found, now)
    return go_to(found)
