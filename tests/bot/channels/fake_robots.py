"""The robots of WeCom, DingTalk and Feishu as their makers describe them, on a real port.

Strict: keys and signatures are checked, too long is refused, and more than a maker allows is
answered as the maker does - by the clock of the test, which is the judge of every pace.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from aiohttp import web

from bot.channels.robots_settings import GroupsSettings

SECRET: Final = "SECof-the-tests"
_HOUR: Final = timedelta(hours=1)
_MUTED: Final = timedelta(minutes=10)
_DROPPED: Final = "drop"
OK: Final = {"errcode": 0, "errmsg": "ok", "code": 0, "msg": "success"}


@dataclass(frozen=True, slots=True)
class Posted:
    """What a group was shown."""

    robot: str
    key: str
    at: datetime
    text: str
    everybody: bool


@dataclass(slots=True)
class FakeRobots:
    """What came, and what is to be answered next: a JSON object, a status, or "drop"."""

    clock: Callable[[], datetime]
    url: str = ""
    posted: list[Posted] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    answers: deque[Any] = field(default_factory=deque)
    down: set[str] = field(default_factory=set)
    # makers that answer only when the test lets them
    held: dict[str, asyncio.Event] = field(default_factory=dict)
    keys: set[str] = field(default_factory=lambda: {"K", "K2", "T", "T2", "hook", "hook2"})
    _calls: dict[str, list[datetime]] = field(default_factory=dict)
    _muted: dict[str, datetime] = field(default_factory=dict)

    @property
    def settings(self) -> GroupsSettings:
        """Settings that lead here."""
        url = self.url
        return GroupsSettings(_env_file=None, wecom_url=url, dingtalk_url=url, feishu_url=url)

    def routes(self) -> list[web.RouteDef]:
        """Where the robots listen."""
        return [
            web.post("/cgi-bin/webhook/send", self.wecom),
            web.post("/robot/send", self.dingtalk),
            web.post("/open-apis/bot/v2/hook/{id}", self.feishu),
        ]

    def texts(self, key: str) -> list[str]:
        """What one group was shown, in order."""
        return [one.text for one in self.posted if one.key == key]

    async def wecom(self, request: web.Request) -> web.StreamResponse:
        """POST /cgi-bin/webhook/send?key=K."""
        key, body = request.query.get("key", ""), await request.json()
        if (held := self.held.get("wecom")) is not None:
            await held.wait()
        if (early := self._early(request, "wecom")) is not None:
            return early
        if key not in self.keys:
            return self._refuse("wecom", 93000, f"invalid webhook url {key}")
        text = body["text"]["content"]
        if len(text.encode()) > 2048:
            return self._refuse("wecom", 40058, "text.content exceed max length 2048")
        if self._too_often(key, 20, timedelta(minutes=1)):
            return self._refuse("wecom", 45009, "api freq out of limit")
        return self._took("wecom", key, text, body["text"].get("mentioned_list") == ["@all"])

    async def dingtalk(self, request: web.Request) -> web.StreamResponse:
        """POST /robot/send?access_token=T&timestamp=…&sign=…; too often means ten mute minutes."""
        key, body = request.query.get("access_token", ""), await request.json()
        if (early := self._early(request, "dingtalk")) is not None:
            return early
        stamp = request.query.get("timestamp", "")
        expected = _sign(SECRET.encode(), f"{stamp}\n{SECRET}".encode())
        at = int(stamp) / 1000 if stamp.isdigit() else 0
        if not self._fresh(at) or request.query.get("sign") != expected:
            return self._refuse("dingtalk", 310000, "sign not match")
        if self._muted.get(key, datetime.min.replace(tzinfo=self.clock().tzinfo)) > self.clock():
            return self._refuse("dingtalk", 130101, "send too fast")
        if self._too_often(key, 20, timedelta(minutes=1)):
            self._muted[key] = self.clock() + _MUTED
            return self._refuse("dingtalk", 130101, "send too fast")
        return self._took("dingtalk", key, body["text"]["content"], body["at"]["isAtAll"])

    async def feishu(self, request: web.Request) -> web.StreamResponse:
        """POST /open-apis/bot/v2/hook/{id}, the signature in the body."""
        key, content = request.match_info["id"], await request.read()
        if (early := self._early(request, "feishu")) is not None:
            return early
        body = await request.json()
        stamp = body.get("timestamp", "")
        expected = _sign(f"{stamp}\n{SECRET}".encode(), b"")
        if not self._fresh(int(stamp) if stamp.isdigit() else 0) or body.get("sign") != expected:
            return self._refuse("feishu", 19021, "sign match fail")
        if len(content) > 20 * 1024:
            return self._refuse("feishu", 9499, "Bad Request")
        if self._too_often(key, 5, timedelta(seconds=1)):
            return self._refuse("feishu", 11232, "frequency limited")
        text = body["content"]["text"]
        return self._took("feishu", key, text, '<at user_id="all"></at>' in text)

    def _early(self, request: web.Request, robot: str) -> web.StreamResponse | None:
        """Answer what the test wants to be answered."""
        if request.content_type != "application/json":
            return web.Response(status=415)
        wanted = 503 if robot in self.down else self.answers.popleft() if self.answers else None
        match wanted:
            case None:
                return None
            case int():
                return web.Response(status=wanted, headers={"Retry-After": "7"})
            case str() if wanted == _DROPPED:
                assert request.transport is not None
                request.transport.abort()
                return web.Response()
            case str():
                return web.Response(text=wanted)
            case _:
                return web.json_response(wanted)

    def _fresh(self, stamp: float) -> bool:
        return abs(self.clock().timestamp() - stamp) < _HOUR.total_seconds()

    def _too_often(self, key: str, most: int, within: timedelta) -> bool:
        calls = self._calls.setdefault(key, [])
        calls.append(self.clock())
        return sum(at > self.clock() - within for at in calls) > most

    def _refuse(self, robot: str, code: int, words: str) -> web.Response:
        self.refused.append(f"{robot} {code}")
        return web.json_response({"errcode": code, "errmsg": words, "code": code, "msg": words})

    def _took(self, robot: str, key: str, text: str, everybody: bool) -> web.Response:
        self.posted.append(Posted(robot, key, self.clock(), text, everybody))
        return web.json_response(OK)


def _sign(key: bytes, said: bytes) -> str:
    return base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()


@asynccontextmanager
async def robots(clock: Callable[[], datetime]) -> AsyncIterator[FakeRobots]:
    """Open them on a port of 127.0.0.1."""
    fake = FakeRobots(clock)
    app = web.Application()
    app.add_routes(fake.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield fake
    finally:
        await runner.cleanup()
