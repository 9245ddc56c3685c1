"""The open pages of this process, and the watcher that tells them of new lines."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from aiohttp import WSCloseCode, web

from bot.channels.web_frames import line_frame
from bot.keys import CLOCK
from handlers.binding import Bound, bound_by
from handlers.transcript import latest_position, lines_after

MOST_PER_VISITOR: Final = 4
_LOOK_EVERY = 1.0
_log = logging.getLogger(__name__)


class Socket:
    """One open page; lines are read from the database as fast as it can take them.

    Nothing is queued for a slow page: it gets what follows `last` when it is ready again. Who
    holds `turn` may send lines, so that each goes once and in order.
    """

    def __init__(self, visitor: Bound, ws: web.WebSocketResponse, last: int) -> None:
        self.visitor = visitor
        self.ws = ws
        self.last = last
        self.turn = asyncio.Lock()
        self._stirred = asyncio.Event()
        self._stirred.set()

    async def tell(self, frame: dict[str, Any]) -> None:
        """Send a frame; a page that has just gone will come back and ask."""
        with suppress(ConnectionError):
            await self.ws.send_json(frame)

    async def push(self, now: datetime) -> None:
        """Send the lines that are new; the caller holds `turn`."""
        for line in await lines_after(self.visitor.conversation_id, self.last, now):
            await self.tell(line_frame(line))
            self.last = line.position

    async def end_if_revoked(self) -> bool:
        """Close the page of somebody who is no longer the one who proved himself here (T05)."""
        if await bound_by(self.visitor.contact_point_id) is not None:
            return False
        await self.tell({"ended": True})
        await self.ws.close(code=WSCloseCode.POLICY_VIOLATION)
        return True

    def stir(self) -> None:
        """Let `pump` look for new lines."""
        self._stirred.set()

    async def pump(self, app: web.Application) -> None:
        """Push whenever stirred, as long as the page is open; a fault lets it connect anew."""
        try:
            while not self.ws.closed:
                await self._stirred.wait()
                self._stirred.clear()
                async with self.turn:
                    if not await self.end_if_revoked():
                        await self.push(app[CLOCK]())
        except Exception:  # noqa: BLE001 - whatever it was, the page must connect anew
            _log.exception("sending lines to a page failed")
            await self.ws.close(code=WSCloseCode.INTERNAL_ERROR)


class Sockets:
    """All open pages; one task looks every second for lines that others have written."""

    def __init__(self) -> None:
        self._open: list[Socket] = []

    async def join(self, socket: Socket) -> None:
        """Add a page; the oldest of a visitor with too many gives way."""
        own = [known for known in self._open if known.visitor == socket.visitor]
        self._open.append(socket)
        if len(own) >= MOST_PER_VISITOR:
            await own[0].ws.close(code=WSCloseCode.POLICY_VIOLATION)

    def leave(self, socket: Socket) -> None:
        """Take a page out."""
        self._open.remove(socket)

    def stir(self, conversation_id: UUID) -> None:
        """Let the pages of a conversation look for new lines."""
        for socket in self._open:
            if socket.visitor.conversation_id == conversation_id:
                socket.stir()

    async def watch(self) -> None:
        """Look for new lines until cancelled; a database that is away is asked again."""
        while True:
            await asyncio.sleep(_LOOK_EVERY)
            try:
                await self._look()
            except Exception:  # noqa: BLE001 - one failed look must not end all later ones
                _log.exception("looking for new lines failed")

    async def close(self) -> None:
        """Say goodbye to every page; each comes back and goes on where it was."""
        for socket in tuple(self._open):
            await socket.ws.close(code=WSCloseCode.GOING_AWAY)

    async def _look(self) -> None:
        if not self._open:
            return
        latest = await latest_position({page.visitor.conversation_id for page in self._open})
        for socket in self._open:
            if latest.get(socket.visitor.conversation_id, 0) > socket.last:
                socket.stir()


SOCKETS: Final = web.AppKey("web_sockets", Sockets)


async def keep_watch(app: web.Application) -> AsyncIterator[None]:
    """Run the watcher as long as the application runs."""
    watching = asyncio.create_task(app[SOCKETS].watch())
    yield
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


async def close_sockets(app: web.Application) -> None:
    """End all sockets before the server waits for its requests."""
    await app[SOCKETS].close()
