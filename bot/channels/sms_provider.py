"""What the SMS channel wants of a provider."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aiohttp import web

from bot.channel import Fact, Letter
from bot.channels.http_call import Caller
from bot.channels.sms_settings import SmsSettings
from bot.channels.sms_templates import Templates
from bot.inbox import Take


@dataclass(frozen=True, slots=True)
class Post:
    """What every provider works with; `templates` as they stand when a message is sent."""

    settings: SmsSettings
    caller: Caller
    take: Take
    clock: Callable[[], datetime]
    templates: Callable[[], Templates]


class Provider(Protocol):
    """One company, or gateway, that sends SMS."""

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Where it calls us."""
        ...

    async def send(self, letter: Letter, text: str) -> str:
        """Hand a message over and return its id there; raises SendError.

        `text` carries the signature; providers who send by template put it there themselves.
        """
        ...

    async def probe(self) -> Sequence[Fact]:
        """Ask what the account may do; raises SendError."""
        ...
