"""Counts the calls of providers that were refused: a wrong key or path is else only silence."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import structlog
from aiohttp import web

from bot.malformed import Handler

_EVERY: Final = 60.0
_REASONS: Final[Mapping[int, str]] = {
    400: "unreadable",
    401: "not_proven",
    403: "not_proven",
    408: "too_slow",
    413: "too_large",
}
_log = structlog.get_logger()


class RefusedCalls:
    """Tells the log of the first at once, of those after it once a minute: no address, no text."""

    def __init__(self) -> None:
        self._channels: dict[str, str] = {}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._waiting: asyncio.TimerHandle | None = None

    def watch(self, channel: str, routes: Iterable[web.AbstractRoute]) -> None:
        """Count what comes to a channel's routes."""
        for route in routes:
            if route.resource is not None:
                self._channels[route.resource.canonical] = channel

    @web.middleware
    async def count(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a call through, and count it when it was refused."""
        try:
            response = await handler(request)
        except web.HTTPException as refused:
            self._note(request, refused.status)
            raise
        self._note(request, response.status)
        return response

    def tell(self) -> None:
        """Write down what was counted since; then wait a minute."""
        self._waiting = None
        if not self._counts:
            return
        for (channel, reason), times in sorted(self._counts.items()):
            _log.warning("webhook_refused", channel=channel, reason=reason, times=times)
        self._counts.clear()
        self._waiting = asyncio.get_running_loop().call_later(_EVERY, self.tell)

    def _note(self, request: web.Request, status: int) -> None:
        resource = request.match_info.route.resource
        channel = self._channels.get(resource.canonical) if resource is not None else None
        if channel is None or status not in _REASONS:
            return
        self._counts[channel, _REASONS[status]] += 1
        if self._waiting is None:
            self.tell()
