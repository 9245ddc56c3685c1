"""A channel for benchmarks: it takes every message."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID, uuid4

from aiohttp import web

from bot.channel import Capabilities, Fact, Letter


class Phones:
    """Takes every message."""

    name = "web"
    capabilities = Capabilities(limit=20_000, buttons=100, pictures=True)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Nobody calls."""
        return ()

    async def start(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def probe(self) -> Sequence[Fact]:
        """There is no provider."""
        return ()

    async def send(self, letter: Letter) -> str:
        """Take a message."""
        del letter
        return uuid4().hex

    async def announce(self, conversation_id: UUID | None) -> None:
        """Nobody watches."""
        del conversation_id
