"""A provider in a process of its own: the tests' strict one, with a log of every call.

python -m benchmarks.channel_fake NAME PEOPLE ALLOWED

NAME is a channel, an SMS provider or a maker of group robots, PEOPLE how many people (or groups)
it knows, ALLOWED how many messages a window of WeChat takes. It prints its address. GET /_log says
what came, GET /_last how the last call looked, POST /_begin?refused=0.1&limit=20 empties the log,
lets it refuse a share of the calls (429) and says how many a second it allows.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from aiohttp import web

from tests.bot.channels.fake_robots import FakeRobots
from tests.bot.channels.fake_sms import ACCOUNT, FakeSms
from tests.bot.channels.fake_telegram import FakeTelegram
from tests.bot.channels.fake_wechat import FakeWeChat

_SENDS: Final = (
    "/cgi-bin/message/custom/send",
    "/sendMessage",
    "/Messages.json",
    "/sendsms",
    "/webhook/send",
    "/robot/send",
)
# the last part of such an address is the group's key
_HOOK: Final = "/bot/v2/hook/"
ROBOTS: Final = ("wecom", "dingtalk", "feishu")
_WAIT: Final = 1
# what was on its way when we said no
_ON_ITS_WAY: Final = 0.3
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def openid(number: int) -> str:
    """The account of one of the people."""
    return f"openid-of-the-benchmark-{number:06}"


@dataclass(slots=True)
class Log:
    """What a provider saw: each call by its time, and those it had said no to."""

    taken: Callable[[], int]
    too_fast: Callable[[], web.Response]
    times: list[float] = field(default_factory=list)
    refused: int = 0
    unheard: int = 0
    before: int = 0
    share: float = 0.0
    limit: int = 0
    last: dict[str, Any] = field(default_factory=dict)
    _said_no: float = -1e9
    _dice: random.Random = field(default_factory=lambda: random.Random(20261123))  # noqa: S311

    @web.middleware
    async def watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Note a send, and refuse some."""
        path = request.path
        # asked by us, before a provider that answers every path
        own = {"/_log": self.tell, "/_last": self.show, "/_begin": self.begin}
        if path in own:
            return await own[path](request)
        if not (path == "/" or path.endswith(_SENDS) or _HOOK in path):
            return await handler(request)
        now = time.monotonic()
        self.times.append(now)
        self.unheard += _ON_ITS_WAY < now - self._said_no < _WAIT
        await self._keep(request)
        if self._dice.random() < self.share:
            self.refused += 1
            self._said_no = now
            return self.too_fast()
        return await handler(request)

    async def begin(self, request: web.Request) -> web.Response:
        """POST /_begin."""
        self.times.clear()
        self.refused = self.unheard = 0
        self.before = self.taken()
        self.share = float(request.query.get("refused", "0"))
        self.limit = int(request.query.get("limit", "0"))
        return web.Response()

    async def tell(self, _request: web.Request) -> web.Response:
        """GET /_log."""
        most, over = _busiest(self.times, self.limit)
        return web.json_response(
            {
                "calls": len(self.times),
                "taken": self.taken() - self.before,
                "refused": self.refused,
                "unheard": self.unheard,
                "most": most,
                "over": over,
            }
        )

    async def show(self, _request: web.Request) -> web.Response:
        """GET /_last."""
        return web.json_response(self.last)

    async def _keep(self, request: web.Request) -> None:
        if not self.last:
            skipped = {"Content-Length", "Transfer-Encoding", "Connection"}
            headers = {k: v for k, v in request.headers.items() if k not in skipped}
            body = (await request.read()).decode()
            told = {"method": request.method, "url": request.raw_path, "body": body}
            self.last = {**told, "headers": headers}


def _busiest(times: list[float], limit: int) -> tuple[int, int]:
    """Return the most calls in any second, and how many came while it was full."""
    window: deque[float] = deque()
    most = over = 0
    for at in times:
        window.append(at)
        while window[0] <= at - 1:
            window.popleft()
        most = max(most, len(window))
        over += bool(limit) and len(window) > limit
    return most, over


def provider(name: str, people: int, allowed: int) -> tuple[web.Application, Callable[[], int]]:
    """Make one of the tests' providers; the second is how many messages it took."""
    if name == "wechat":
        return _wechat(people, allowed)
    if name in ROBOTS:
        return _robots(people)
    app = web.Application()
    if name == "telegram":
        bots = FakeTelegram()
        app.router.add_post("/bot{token}/{method}", bots.answer)
        return app, lambda: bots.number - 100
    sms = FakeSms()
    account = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    root = sms.tencent if name == "tencent" else sms.aliyun
    app.add_routes([web.post("/", root), web.post(account, sms.twilio)])
    app.router.add_get("/cgi-bin/sendsms", sms.kannel)
    return app, lambda: len(sms.taken)


def _wechat(people: int, allowed: int) -> tuple[web.Application, Callable[[], int]]:
    wechat = FakeWeChat(lambda: datetime.now(UTC))
    for number in range(people):
        wechat.followers.add(openid(number))
        wechat.writes(openid(number), allowed)
    return wechat.app(), lambda: len(wechat.sent)


def _robots(groups: int) -> tuple[web.Application, Callable[[], int]]:
    robots = FakeRobots(lambda: datetime.now(UTC), keys={robot_key(n) for n in range(groups)})
    app = web.Application()
    app.add_routes(robots.routes())
    return app, lambda: len(robots.posted)


def robot_key(number: int) -> str:
    """The key of one of the groups."""
    return f"key-of-group-{number:06}"


def too_fast(name: str) -> web.Response:
    """Say no, as this provider does."""
    if name == "telegram":
        body = {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 1"}
        return web.json_response({**body, "parameters": {"retry_after": _WAIT}}, status=429)
    if name == "wechat":
        return web.Response(text=json.dumps({"errcode": 45011, "errmsg": "api minute-quota"}))
    return web.Response(status=429, headers={"Retry-After": str(_WAIT)}, text="slow down")


async def serve(name: str, people: int, allowed: int) -> None:
    """Serve until the process is ended."""
    app, taken = provider(name, people, allowed)
    log = Log(taken, lambda: too_fast(name))
    app.middlewares.insert(0, log.watch)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(f"http://127.0.0.1:{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
