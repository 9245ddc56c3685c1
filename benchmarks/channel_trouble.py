"""What goes wrong at the providers of the simulated day; each time it does is counted."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

SEND: Final = "/cgi-bin/message/custom/send"
_FAILING: Final = 0.05
_NEVER: Final = 11
# an answer that never comes costs ten real seconds, so it is rare
_TROUBLES: Final = (
    *("busy", "500", "503", "cut", "taken, then cut", "45015", "45047") * 5,
    "silence",
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Trouble:
    """What goes wrong at the providers, and how often it did."""

    dice: random.Random
    met: Counter[str] = field(default_factory=Counter)
    calls: Counter[str] = field(default_factory=Counter)

    @web.middleware
    async def strike(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a call fail now and then."""
        sends = request.path in (SEND, "/cgi-bin/sendsms")
        self.calls[request.path] += sends
        if not sends or self.dice.random() >= _FAILING:
            return await handler(request)
        kind = self.dice.choice(_TROUBLES)
        if request.path != SEND and kind in ("busy", "45015", "45047"):
            kind = "503"
        self.met[kind] += 1
        return await self._fail(kind, request, handler)

    async def _fail(self, kind: str, request: web.Request, handler: Handler) -> web.StreamResponse:
        if kind in ("500", "503"):
            return web.Response(status=int(kind), text="<html>")
        if kind in ("busy", "45015", "45047"):
            code = -1 if kind == "busy" else int(kind)
            return web.json_response({"errcode": code, "errmsg": "planned"})
        await request.read()
        if kind == "taken, then cut":
            await handler(request)
        if kind == "silence":
            await asyncio.sleep(_NEVER)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()
