"""What somebody unknown is told by a provider who takes filed texts only: each that is filed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

import structlog

from bot.channel import Invalid, Letter, SendError
from bot.channels.sms_templates import Templates
from bot.rendering import Bubble
from handlers.accounts import Account
from handlers.stranger_alarms import note_unanswered
from models.people import System

_log = structlog.get_logger()
Send = Callable[[Letter], Awaitable[str]]


@dataclass(slots=True)
class Strangers:
    """Answers those no message of ours is waiting for; `house` is what a text says of the house.

    What cannot be sent stands with its reason at the alarm, with the number to be called.
    """

    send: Send
    templates: Callable[[], Templates]
    clock: Callable[[], datetime]
    house: Mapping[str, str]
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    def answer(self, address: str, reply: str) -> None:
        """Send what was replied beside the acknowledgement, a text for each line of it."""
        task = asyncio.create_task(self._answer(address, reply))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def settle(self) -> None:
        """Wait until everybody was told."""
        while self._under_way:
            await asyncio.wait(tuple(self._under_way))

    async def _answer(self, address: str, reply: str) -> None:
        faults = [await self._tell(address, line) for line in reply.splitlines()]
        said = [fault for fault in faults if fault]
        if not said:
            return
        _log.warning("stranger_not_told", channel="sms", count=len(said))
        try:
            await note_unanswered(Account(System.PHONE, address), said[0], self.clock())
        except Exception as fault:  # noqa: BLE001 - the alarm itself stands
            _log.error("not_noted", channel="sms", fault=type(fault).__name__)

    async def _tell(self, address: str, line: str) -> str:
        """Send one line; returns what the provider said against it."""
        try:
            filed = self.templates().saying(line, self.house)
            if filed is None:
                raise Invalid("not filed")
            bubble, values = Bubble(line), dict(self.house)
            await self.send(Letter(uuid4(), address, bubble, filed.name, values, urgent=True))
        except SendError as fault:
            return fault.said
        return ""
