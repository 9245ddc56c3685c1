"""The colleagues: who may sign in, and their one-time codes; for administrators."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from bot.console.pages import page, visitor_of, wall_time
from bot.console.records import uuid_of
from handlers.login import invite
from handlers.scope import administers, may_invite
from handlers.staff import colleagues, set_active
from models.hospital import StaffMember

ROUTES: Final = web.RouteTableDef()


@ROUTES.get("/people")
async def show_people(request: web.Request) -> web.Response:
    """List the staff."""
    _administrator(request)
    return await _people_page(request)


@ROUTES.post("/people/{id}/invite")
async def take_invite(request: web.Request) -> web.Response:
    """Make a colleague's one-time code and show it once."""
    by = _administrator(request)
    staff = await _colleague(request)
    code = await invite(staff.id, by, wall_time(request))
    if code is None:
        raise web.HTTPForbidden
    return await _people_page(request, code, staff)


@ROUTES.post("/people/{id}/active")
async def take_active(request: web.Request) -> web.Response:
    """Let a colleague sign in, or no longer."""
    by = _administrator(request)
    active = (await request.post()).get("active") == "yes"
    await set_active((await _colleague(request)).id, by, wall_time(request), active=active)
    return await _people_page(request)


async def _people_page(
    request: web.Request, code: str = "", invited: StaffMember | None = None
) -> web.Response:
    by = visitor_of(request).staff
    people = await colleagues()
    open_to = {one.id for one in people if one.active and may_invite(by, one)}
    return page(request, "people", people=people, open_to=open_to, code=code, invited=invited)


def _administrator(request: web.Request) -> StaffMember:
    staff = visitor_of(request).staff
    if not administers(staff):
        raise web.HTTPNotFound
    return staff


async def _colleague(request: web.Request) -> StaffMember:
    staff = await StaffMember.get_or_none(id=uuid_of(request))
    if staff is None:
        raise web.HTTPNotFound
    return staff
