"""The live board: one look at the database a second for a process, then a word to every page."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from aiohttp import WSCloseCode, web

from bot.console.guard import cookie_name, own_socket
from bot.console.pages import Clock, now_of, visitor_of, wall_time
from handlers.alert_board import board, board_version
from handlers.casework.board import complaint_board_version
from handlers.sessions import visitor
from models.alert import AlertStatus
from models.hospital import StaffMember

LOOK_EVERY: Final = 1.0
_HEARTBEAT: Final = 25.0
_LARGEST: Final = 1024
_log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Page:
    """An open page of somebody who is signed in."""

    ws: web.WebSocketResponse
    token: str
    clock: Clock
    wall: Clock
    version: str = ""


class Watch:
    """The open pages of this process."""

    def __init__(self) -> None:
        self.pages: set[Page] = set()

    async def look(self) -> None:
        """Tell each page the time, and what changed on its board; who idled is signed out."""
        if not self.pages:
            return
        version = await _version()
        for open_page in tuple(self.pages):
            await _tell(open_page, version)

    async def close(self) -> None:
        """Let go of all pages; they come back when the process is there again."""
        for open_page in tuple(self.pages):
            await open_page.ws.close(code=WSCloseCode.GOING_AWAY)


WATCH: Final = web.AppKey("watch", Watch)


def setup(part: web.Application) -> None:
    """Add the socket and the watcher behind it."""
    part[WATCH] = Watch()
    part.router.add_get("/ws", open_socket)
    part.router.add_get("/pulse", pulse)
    part.cleanup_ctx.append(_watching)
    part.on_shutdown.append(_close)


async def open_socket(request: web.Request) -> web.WebSocketResponse:
    """Keep a page told; what it sends is not listened to."""
    if not own_socket(request):
        raise web.HTTPForbidden
    ws = web.WebSocketResponse(heartbeat=_HEARTBEAT, max_msg_size=_LARGEST)
    await ws.prepare(request)
    token = request.cookies.get(cookie_name(request), "")
    open_page = Page(ws, token, lambda: now_of(request), lambda: wall_time(request))
    watch = request.app[WATCH]
    watch.pages.add(open_page)
    try:
        await _tell(open_page, await _version())
        async for _ in ws:
            pass
    finally:
        watch.pages.discard(open_page)
    return ws


async def pulse(request: web.Request) -> web.Response:
    """Tell the same to a page whose socket does not get through."""
    said = await _said(visitor_of(request).staff, await _version(), now_of(request))
    return web.json_response(said)


async def _version() -> str:
    """Say in a word how alerts, talks and complaints stand."""
    return f"{await board_version()}{await complaint_board_version()}"


async def _tell(open_page: Page, version: str) -> None:
    now = open_page.clock()
    found = await visitor(open_page.token, open_page.wall(), active=False)
    with suppress(ConnectionError):
        if found is None:
            await open_page.ws.send_json({"ended": True})
            await open_page.ws.close(code=WSCloseCode.POLICY_VIOLATION)
        elif version != open_page.version:
            await open_page.ws.send_json(await _said(found.staff, version, now))
            open_page.version = version
        else:
            await open_page.ws.send_json({"now": now.isoformat()})


async def _said(staff: StaffMember, version: str, now: datetime) -> dict[str, Any]:
    seen = await board(staff, now)
    waiting = [row for row in seen.rows if row.status == AlertStatus.OPEN and not row.drill]
    return {
        "version": version,
        "now": now.isoformat(),
        "rings": seen.unclaimed_red,
        "unclaimed": len(waiting),
    }


async def _watching(part: web.Application) -> AsyncIterator[None]:
    task = asyncio.create_task(_watch(part))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _watch(part: web.Application) -> None:
    while True:
        await asyncio.sleep(LOOK_EVERY)
        try:
            await part[WATCH].look()
        except Exception:  # noqa: BLE001 - a database that is away must not end the live board
            _log.exception("the live board could not be read")


async def _close(part: web.Application) -> None:
    await part[WATCH].close()
