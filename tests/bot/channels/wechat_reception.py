"""The receiver on a real port, with a reception behind it that keeps what it was handed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from aiohttp import ClientSession, web

from bot.channels.wechat_answers import Counter
from bot.channels.wechat_receive import WeChatReceiver
from bot.channels.wechat_settings import WeChatSettings
from bot.channels.wechat_slots import PassiveSlots
from bot.inbox import Came, Taken
from models.people import System
from tests.bot.channels.wechat_platform import Platform, settings


@dataclass(slots=True)
class Reception:
    """Takes events, once each; `replies` is what is sent for a conversation when it is drained.

    `greeting` answers strangers at once. `taking` and `sending` hold the work up until set,
    `arrived` tells that something was taken.
    """

    now: datetime
    slots: PassiveSlots = field(default_factory=PassiveSlots)
    replies: list[str] = field(default_factory=list)
    greeting: str = ""
    came: list[Came] = field(default_factory=list)
    called: list[tuple[str, str]] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    taking: asyncio.Event = field(default_factory=asyncio.Event)
    sending: asyncio.Event = field(default_factory=asyncio.Event)
    broken: bool = False
    conversation: UUID = field(default_factory=uuid4)

    def __post_init__(self) -> None:
        self.taking.set()
        self.sending.set()

    async def take(self, system: System, came: Came) -> Taken:
        """Take an event, as the inbox does."""
        assert system is System.WECHAT
        await self.taking.wait()
        if self.broken:
            raise ConnectionError
        repeated = any(came.external_id == known.external_id for known in self.came)
        if not repeated:
            self.came.append(came)
        self.arrived.set()
        if self.greeting:
            return Taken(reply=self.greeting, repeated=repeated)
        return Taken(self.conversation, repeated=repeated)

    async def drain(self, conversation_id: UUID) -> int:
        """Send what waits, as the outbox does: within the open request, or by itself."""
        assert conversation_id == self.conversation
        await self.sending.wait()
        while self.replies:
            text = self.replies.pop(0)
            if not self.slots.offer(self.came[-1].address, text):
                await self.say(self.came[-1].address, text)
        return 0

    async def say(self, openid: str, text: str) -> None:
        """Write by itself."""
        self.called.append((openid, text))

    async def fetch(self, media_id: str) -> bytes:
        """Load a file."""
        return media_id.encode()

    def counter(self) -> Counter:
        """The reception as the receiver knows it."""
        return Counter(self.take, self.drain, self.say, self.slots, lambda: self.now)


@dataclass(slots=True)
class Counterpart:
    """A running receiver with both its sides."""

    platform: Platform
    reception: Reception
    receiver: WeChatReceiver


@asynccontextmanager
async def open_counter(
    now: datetime, account: WeChatSettings | None = None, reception: Reception | None = None
) -> AsyncIterator[Counterpart]:
    """Serve the receiver on a port of 127.0.0.1."""
    account, reception = account or settings(), reception or Reception(now)
    receiver = WeChatReceiver(account, reception.counter(), reception.fetch, ("TEMPLATE_FOR_GOOD",))
    app = web.Application()
    app.add_routes(receiver.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    try:
        async with ClientSession() as session:
            platform = Platform(f"http://127.0.0.1:{port}{account.path}", session, now)
            yield Counterpart(platform, reception, receiver)
    finally:
        reception.taking.set()
        reception.sending.set()
        await receiver.close()
        await runner.cleanup()
