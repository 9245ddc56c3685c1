"""The staff's pages on a real port, and colleagues who are signed in there."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, CookieJar, FormData, web

from bot.console import setup
from bot.console.pages import WALL_CLOCK
from bot.follow_codes import MakeFollowCodes
from bot.keys import CLOCK, DESK, DRAIN, FOLLOW_CODES, MEDIA, PROXIES, SECURE_COOKIES
from handlers.sessions import open_session
from models.hospital import StaffMember, StaffRole
from tests.handlers.ward import Ward

COOKIE = "suifang-staff"
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')
_numbers = count(1)


async def a_colleague(
    ward: Ward,
    role: str = StaffRole.NURSE,
    *departments: str,
    name: str = "李护士",
    licensed: bool = True,
    **values: Any,
) -> StaffMember:
    """A member of staff of the given departments; of the cardiology ward when none is named."""
    return await StaffMember.create(
        username=f"staff{next(_numbers):04}",
        name=name,
        role=role,
        licensed=licensed,
        departments=list(departments) if departments != ("",) else [],
        created_at=ward.now,
        **values,
    )


@dataclass(slots=True)
class Desktop:
    """A colleague's browser as far as HTTP goes; `staff` is None for somebody unknown."""

    url: str
    http: ClientSession
    staff: StaffMember | None = None
    token: str = ""
    csrf: str = ""

    async def get(self, path: str) -> tuple[int, str]:
        """Status and page, redirects not followed."""
        async with self.http.get(f"{self.url}{path}", allow_redirects=False) as answer:
            return answer.status, await answer.text(errors="replace")

    async def post(self, path: str, **fields: str) -> tuple[int, str]:
        """Send one of our own forms; status and where it leads, or the page."""
        return await self.send(path, {"csrf": self.csrf, **fields})

    async def send(
        self, path: str, fields: dict[str, str] | FormData, headers: dict[str, str] | None = None
    ) -> tuple[int, str]:
        """Send anything."""
        sending = self.http.post(
            f"{self.url}{path}", data=fields, headers=headers, allow_redirects=False
        )
        async with sending as answer:
            return answer.status, answer.headers.get("Location") or await answer.text()


@dataclass(slots=True)
class StaffSite:
    """A running site; `wall` is the time by which people are signed in."""

    ward: Ward
    wall: datetime
    url: str
    app: web.Application
    proxies: set[str] = field(default_factory=set)
    sessions: list[ClientSession] = field(default_factory=list)

    def visitor(self, token: str = "") -> Desktop:
        """A browser with a session cookie, or without any."""
        cookies = {COOKIE: token} if token else None
        http = ClientSession(cookie_jar=CookieJar(unsafe=True), cookies=cookies)
        self.sessions.append(http)
        return Desktop(self.url, http, token=token)

    async def desktop(self, staff: StaffMember) -> Desktop:
        """The browser of somebody who is signed in."""
        signed_in = await open_session(staff, self.wall)
        found = self.visitor(signed_in.token)
        found.staff = staff
        _, shown = await found.get("/staff")
        found.csrf = csrf_of(shown)
        return found


def csrf_of(shown: str) -> str:
    """The token of the forms on a page."""
    found = _CSRF.search(shown)
    assert found, "the page has no form of ours"
    return found.group(1)


@asynccontextmanager
async def a_site(
    ward: Ward, media: Path, *, secure: bool = False, follow: MakeFollowCodes | None = None
) -> AsyncIterator[StaffSite]:
    """Open the staff's pages on a port of 127.0.0.1; `follow` makes WeChat's codes of papers."""
    app = web.Application()
    site = StaffSite(ward, ward.now, "", app)
    app[DESK], app[MEDIA], app[SECURE_COOKIES] = ward.desk, media, secure
    app[CLOCK], app[WALL_CLOCK] = lambda: ward.now, lambda: site.wall
    app[DRAIN] = lambda: ward.outbox.drain(ward.now)
    app[PROXIES] = site.proxies
    if follow is not None:
        app[FOLLOW_CODES] = follow
    setup(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield site
    finally:
        for session in site.sessions:
            await session.close()
        await runner.cleanup()
