"""The lists that came, for who looks after the machine; what is missing is said on top."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from aiohttp import web

from bot.console.pages import desk_of, now_of, page, visitor_of
from bot.import_words import KINDS
from dialogs.timing import local
from handlers.missing_list import is_missing
from handlers.scope import ADMINISTRATORS, administers
from handlers.staff_words import staff_words
from handlers.taken_files import files_since

ROUTES: Final = web.RouteTableDef()
DAYS: Final = 7


@ROUTES.get("/files")
async def show_files(request: web.Request) -> web.Response:
    """Show what `main.py inbox` tells; who may not see it reads whom to ask."""
    desk, now = desk_of(request), now_of(request)
    if not administers(visitor_of(request).staff):
        words = staff_words(desk.language)
        why = words.files["only_for"].format(roles=words.role_names(ADMINISTRATORS))
        return page(request, "refused", status=403, code=403, why=why)
    rows = await files_since(local(now).date() - timedelta(days=DAYS - 1))
    values: dict[str, Any] = {"rows": rows, "kinds": KINDS, "days": DAYS, "due": desk.list_due}
    return page(request, "files", missing=await is_missing(desk, now), **values)
