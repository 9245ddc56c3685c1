"""A list of who did not come for review, taken on a page: looked at first, then sent out (R090)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from aiohttp import web

from bot.console.booking_page import after, allowed, book_page, send_now
from bot.console.pages import desk_of, now_of
from bot.import_lists import ListFile, Summary
from bot.recall_lists import take_recall_list
from handlers.scope import consults

ROUTES: Final = web.RouteTableDef()
_LONGEST_NAME: Final = 128


@ROUTES.get("/book/recalls")
async def show_recalls(request: web.Request) -> web.Response:
    """Show where a list is handed in."""
    allowed(request, consults)
    return await book_page(request, "book_recalls", summary=None, tried=False)


@ROUTES.post("/book/recalls")
async def take_recalls(request: web.Request) -> web.Response:
    """Take a list, or only look what would come of it; every row that is left out is named."""
    staff, form = allowed(request, consults), await request.post()
    file, tried = form.get("list"), form.get("do") != "take"
    if not isinstance(file, web.FileField):
        return after("/recalls", "file_needed")
    listed = ListFile(file.filename[:_LONGEST_NAME], file.file.read())
    summary = await take_recall_list(
        desk_of(request),
        listed,
        now_of(request),
        dry_run=tried,
        progress=_unwatched,
        actor=staff.username,
    )
    await send_now(request)
    return await _result(request, summary, tried=tried)


async def _result(request: web.Request, summary: Summary, *, tried: bool) -> web.Response:
    status = 422 if summary.failed else 200
    return await book_page(request, "book_recalls", status=status, summary=summary, tried=tried)


def _unwatched(_total: int) -> Callable[[int], None]:
    """Nobody sees how far it is: the page comes when it is done."""
    return lambda _done: None
