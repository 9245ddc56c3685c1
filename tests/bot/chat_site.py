"""The web chat on a real port, with a patient of a ward behind it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, CookieJar, web
from aiohttp.client import ClientWebSocketResponse

from bot.channels.web import WebChannel, setup
from bot.channels.web_sockets import SOCKETS
from bot.keys import CLOCK, DESK, DRAIN, MEDIA, SECURE_COOKIES
from bot.outbox import Outbox
from handlers.slips import issue
from models.keys import KeyRing
from tests.handlers.ward import Ward

_CSRF_FIELD = re.compile(r'name="csrf" value="([0-9a-f]+)"')
_CSRF_PAGE = re.compile(r'data-csrf="([0-9a-f]+)"')


@dataclass(slots=True)
class ChatSite:
    """A running site; `url` has no slash at its end."""

    ward: Ward
    app: web.Application
    runner: web.AppRunner
    url: str
    port: int

    async def drop_sockets(self) -> None:
        """Cut every open page off, as a restart or a lost network would."""
        await self.app[SOCKETS].close()

    async def stop(self) -> None:
        """Close the port; pages find nobody there."""
        await self.runner.cleanup()


async def start(ward: Ward, media: Path, *, port: int = 0, secure: bool = False) -> ChatSite:
    """Open the chat of a ward's patient on a port of 127.0.0.1."""
    app = web.Application()
    app[DESK], app[MEDIA], app[SECURE_COOKIES] = ward.desk, media, secure
    app[CLOCK] = lambda: ward.now
    setup(app)
    ward.outbox = Outbox(ward.desk, {"web": WebChannel(app[SOCKETS])})
    app[DRAIN] = _drain(ward)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    real = runner.addresses[0][1]
    return ChatSite(ward, app, runner, f"http://127.0.0.1:{real}", real)


def _drain(ward: Ward) -> Callable[[], Any]:
    async def drain() -> int:
        return await ward.outbox.drain(ward.now)

    return drain


async def a_link(site: ChatSite, ring: KeyRing, now: datetime | None = None) -> str:
    """The link on the slip of the ward's patient, on this site."""
    at = now or site.ward.now
    (slip,) = await issue([site.ward.encounter.id], at, site.url, ring)
    return slip.link


@dataclass(slots=True)
class Phone:
    """A browser as far as HTTP goes."""

    site: ChatSite
    http: ClientSession
    csrf: str = ""

    async def prove(self, link: str, year: str = "1970") -> tuple[int, str]:
        """Open a link, fill in the year, follow to where it leads; status and page."""
        async with self.http.get(link) as response:
            form = _CSRF_FIELD.search(await response.text())
        values = {"year": year, "csrf": form.group(1) if form else ""}
        async with self.http.post(link, data=values) as response:
            page = await response.text()
            found = _CSRF_PAGE.search(page)
            self.csrf = found.group(1) if found else ""
            return response.status, page

    async def post(self, frame: Any, after: int = 0) -> tuple[int, dict[str, Any]]:
        """Send a frame without a socket."""
        headers = {"X-CSRF-Token": self.csrf}
        url = f"{self.site.url}/chat/messages?after={after}"
        async with self.http.post(url, json=frame, headers=headers) as response:
            return response.status, await response.json()

    async def lines(self, after: int = 0) -> list[dict[str, Any]]:
        """Ask for lines without a socket."""
        async with self.http.get(f"{self.site.url}/chat/lines?after={after}") as response:
            assert response.status == 200
            return list((await response.json())["frames"])

    async def connect(self, after: int = 0) -> ClientWebSocketResponse:
        """Open a socket as the page does."""
        url = f"{self.site.url}/ws?after={after}"
        return await self.http.ws_connect(url, headers={"Origin": self.site.url})


@asynccontextmanager
async def a_phone(site: ChatSite) -> AsyncIterator[Phone]:
    """A browser with its own cookies."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
        yield Phone(site, http)


async def frames_until(
    socket: ClientWebSocketResponse, enough: Callable[[dict[str, Any]], bool]
) -> list[dict[str, Any]]:
    """Read frames up to the first that is enough."""
    frames: list[dict[str, Any]] = []
    while not frames or not enough(frames[-1]):
        frames.append(await socket.receive_json(timeout=10))
    return frames
