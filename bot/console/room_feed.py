"""The staff group's page: who is on duty, the feed, and the night as it is handed over."""

from __future__ import annotations

from datetime import date
from typing import Any, Final
from uuid import uuid4

from aiohttp import web

from bot.console.pages import desk_of, now_of, page, said, visitor_of
from dialogs.timing import local
from handlers.room.feed import feed
from handlers.room.handover import handover
from handlers.room.who import on_now
from handlers.staff_words import staff_words

ROUTES: Final = web.RouteTableDef()


@ROUTES.get("/group")
async def show_group(request: web.Request) -> web.Response:
    """Show the group with its box for orders."""
    return page(request, "group", **await group_values(request), said=said(request))


@ROUTES.get("/group/feed")
async def show_feed(request: web.Request) -> web.Response:
    """Show the feed alone, for a page that refreshes itself."""
    return page(request, "_feed", **await group_values(request))


@ROUTES.get("/handover")
async def show_handover(request: web.Request) -> web.Response:
    """Show the night before a day with what came of each alert."""
    night = await handover(visitor_of(request).staff, _day(request))
    return page(request, "handover", night=night, day=_day(request))


async def group_values(request: web.Request) -> dict[str, Any]:
    """Gather what the page shows; `once` names the next order written there."""
    staff, now, language = visitor_of(request).staff, now_of(request), desk_of(request).language
    return {
        "feed": await feed(staff, now, language),
        "on_now": await on_now(staff, staff_words(language), now),
        "once": uuid4().hex,
        "answer": None,
    }


def _day(request: web.Request) -> date:
    today = local(now_of(request)).date()
    try:
        return date.fromisoformat(request.query.get("day", today.isoformat()))
    except ValueError:
        return today
