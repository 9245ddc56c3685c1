"""What every page about complaints shares: who may, what was done, the tabs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from aiohttp import web

from bot.console.pages import desk_of, go_to, page, visitor_of
from handlers.casework.desks import follows_cases, reads_praise, tells_facts
from handlers.staff_words import staff_words
from models.hospital import StaffMember


def complaint_page(
    request: web.Request, name: str, status: int = 200, refusal: str = "", **values: Any
) -> web.Response:
    """Render a page about complaints; `refusal` is the code of what was not done."""
    staff = visitor_of(request).staff
    words = staff_words(desk_of(request).language)
    code = request.query.get("said", "")
    shared = {
        "c": words.complaints,
        "follows": follows_cases(staff),
        "tells": tells_facts(staff),
        "reads_praise": reads_praise(staff),
        "told": words.complaint_told.get(code, ""),
        "untold": why_not(request, refusal or code),
    }
    return page(request, name, status=status, **{**shared, **values})


def why_not(request: web.Request, code: str) -> str:
    """Say why nothing was done, in the words of the act or of complaints where there are such."""
    words = staff_words(desk_of(request).language)
    own = (f"no_{request.match_info.get('act', '')}_{code}", f"no_{code}")
    said = (words.complaints.get(name) for name in own)
    return next(filter(None, said), "") or words.refusals.get(code, "")


def allowed(request: web.Request, right: Callable[[StaffMember], bool]) -> StaffMember:
    """Return who asks, if the right is theirs; to others the page does not exist."""
    staff = visitor_of(request).staff
    if not right(staff):
        raise web.HTTPNotFound
    return staff


def after(path: str, code: str = "") -> web.Response:
    """Show a page after something was done, or was not; `code` says which."""
    return go_to(f"/staff/{path}", code)


def day_in(text: str) -> date | None:
    """Read a day of a form; None for what is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
