"""What was praised in a month; names and words are opened on record (R153)."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from bot.console.complaints_page import allowed, complaint_page
from bot.console.pages import now_of
from dialogs.timing import local
from handlers.casework.desks import reads_praise
from handlers.casework.praise import Praise, open_praise, praise_of
from handlers.reports.period import Period, month_of

ROUTES: Final = web.RouteTableDef()


@ROUTES.get("/praise")
async def show_praise(request: web.Request) -> web.Response:
    """Count what was praised, by department, without a name."""
    staff = allowed(request, reads_praise)
    month = month_asked(request, request.query.get("month", ""))
    return _praise_page(request, month, await praise_of(month, staff), opened=False)


@ROUTES.post("/praise")
async def show_names(request: web.Request) -> web.Response:
    """Show the names of staff and the words, on record."""
    staff = allowed(request, reads_praise)
    month = month_asked(request, str((await request.post()).get("month", "")))
    rows = await open_praise(month, staff, now_of(request))
    return _praise_page(request, month, rows, opened=True)


def month_asked(request: web.Request, text: str) -> Period:
    """Read a month; what is none is the month it is."""
    try:
        return month_of(text)
    except ValueError:
        return month_of(f"{local(now_of(request)):%Y-%m}")


def _praise_page(
    request: web.Request, month: Period, rows: list[Praise], *, opened: bool
) -> web.Response:
    return complaint_page(request, "praise", month=month.name, rows=rows, opened=opened)
