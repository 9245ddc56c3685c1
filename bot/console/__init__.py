"""The pages of the staff: staff room, phone list, records; mounted under /staff."""

from __future__ import annotations

from aiohttp import web

from bot.console import calls, live, people, records, room, sign_in
from bot.console.guard import guard
from bot.console.pages import STATIC, environment

PREFIX = "/staff"


def setup(app: web.Application) -> None:
    """Mount the staff's pages; the application carries DESK, CLOCK and SECURE_COOKIES."""
    app.add_subapp(PREFIX, console())


def console() -> web.Application:
    """Build the part of the application that is the staff's."""
    part = web.Application(middlewares=[guard])
    environment(part)
    part.router.add_static("/static", STATIC)
    for pages in (sign_in, room, calls, records, people):
        part.router.add_routes(pages.ROUTES)
    live.setup(part)
    return part
