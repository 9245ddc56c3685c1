"""The aiohttp application: mounts what faces patients and staff, and says how it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from aiohttp import web

from bot import console
from bot.channels import web as chat
from bot.channels.web_sockets import SOCKETS
from bot.keys import CLOCK, DESK, DRAIN, MEDIA, SECURE_COOKIES
from bot.malformed import refuse_malformed
from bot.outbox import Outbox
from handlers.desk import Desk
from handlers.health import database_answers

LARGEST_BODY: Final = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Site:
    """The application and the outbox that belongs to it."""

    app: web.Application
    outbox: Outbox


def make_site(
    desk: Desk,
    clock: Callable[[], datetime],
    media: Path,
    *more: Callable[[web.Application], None],
) -> Site:
    """Put the parts together; `more` are further pages, such as the demo's."""
    app = web.Application(client_max_size=LARGEST_BODY, middlewares=[refuse_malformed])
    app[DESK], app[CLOCK], app[MEDIA] = desk, clock, media
    app[SECURE_COOKIES] = desk.public_url.startswith("https://")
    app.add_routes(
        [web.get("/", to_staff), web.get("/healthz", healthy), web.get("/readyz", ready)]
    )
    chat.setup(app)
    console.setup(app)
    for setup in more:
        setup(app)
    outbox = Outbox(desk, {"web": chat.WebChannel(app[SOCKETS])})
    app[DRAIN] = _drain(outbox, clock)
    return Site(app, outbox)


def _drain(outbox: Outbox, clock: Callable[[], datetime]) -> Callable[[], Awaitable[int]]:
    async def drain() -> int:
        return await outbox.drain(clock())

    return drain


async def to_staff(_request: web.Request) -> web.StreamResponse:
    """GET /: staff are who types the bare address; patients come by their link."""
    raise web.HTTPFound("/staff")


async def healthy(_request: web.Request) -> web.Response:
    """GET /healthz: the process is there."""
    return web.json_response({"status": "ok"})


async def ready(request: web.Request) -> web.Response:
    """GET /readyz: the database answers."""
    answers = await database_answers()
    days = request.app[DESK].calendar.days
    status = "ok" if answers and days else "unavailable"
    return web.json_response({"status": status}, status=200 if answers else 503)
