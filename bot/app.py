"""The aiohttp application: mounts what faces patients and staff, and says how it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from aiohttp import web

from bot import console
from bot.channels import web as chat
from bot.channels.registry import Exchange
from bot.channels.web_sockets import SOCKETS
from bot.console.staff_account import BOT_LINK
from bot.inbox import Take
from bot.keys import CLOCK, DESK, DRAIN, FOLLOW_CODES, MEDIA, SECURE_COOKIES
from bot.malformed import refuse_malformed
from bot.outbox import Outbox
from bot.refused_calls import RefusedCalls
from bot.taking import Drain, Inbox
from handlers.desk import Desk
from handlers.health import database_answers

LARGEST_BODY: Final = 10 * 1024 * 1024


# makes what carries words out and in, given where to hand in what comes and how to answer it
Connect = Callable[[Take, Drain], Exchange]


@dataclass(frozen=True, slots=True)
class Site:
    """The application, with the outbox and the inbox that belong to it.

    `exchange` is None where the web chat is the only way out of the house.
    """

    app: web.Application
    outbox: Outbox
    inbox: Inbox
    exchange: Exchange | None = None

    async def start(self) -> None:
        """Open what the channels need to send."""
        if self.exchange is not None:
            await self.exchange.start()

    async def close(self) -> None:
        """Answer what came in, then let go of the channels."""
        await self.inbox.settle()
        if self.exchange is not None:
            await self.exchange.close()


def make_site(
    desk: Desk,
    clock: Callable[[], datetime],
    media: Path,
    *more: Callable[[web.Application], None],
    connect: Connect | None = None,
) -> Site:
    """Put the parts together; `more` are further pages, such as the demo's."""
    refused = RefusedCalls()
    app = web.Application(
        client_max_size=LARGEST_BODY, middlewares=[refused.count, refuse_malformed]
    )
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
    app[DRAIN] = lambda: outbox.drain_channel("web", clock())

    async def answer(channel: str, conversation_id: UUID) -> int:
        return await outbox.drain_conversation(channel, conversation_id, clock())

    inbox = Inbox(desk, clock, answer, media)
    exchange = connect(inbox.take, answer) if connect else None
    if exchange is not None:
        _mount(exchange, app, outbox, refused)
    desk.channels = frozenset(outbox.lanes)
    return Site(app, outbox, inbox, exchange)


def _mount(exchange: Exchange, app: web.Application, outbox: Outbox, refused: RefusedCalls) -> None:
    """Let providers call us; patients are written to only by the channels that are for them."""
    for channel in exchange.channels:
        refused.watch(channel.name, app.add_routes(channel.routes()))
        if channel.name in exchange.for_patients:
            outbox.add(channel)
    if exchange.bot_link is not None:
        app[BOT_LINK] = exchange.bot_link
    if exchange.follow_codes is not None:
        app[FOLLOW_CODES] = exchange.follow_codes


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
