"""The SMS channel: one of four providers, whichever the hospital has a contract with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from aiohttp import web

from bot.channel import Capabilities, Fact, Invalid, Letter, Misconfigured, Unit
from bot.channels.http_call import Caller
from bot.channels.sms_aliyun import AliyunSms
from bot.channels.sms_kannel import KannelSms
from bot.channels.sms_numbers import reachable
from bot.channels.sms_provider import Post, Provider
from bot.channels.sms_segments import length, signed, storable
from bot.channels.sms_settings import SmsSettings
from bot.channels.sms_strangers import Strangers
from bot.channels.sms_templates import BadTemplates, Templates, load_templates
from bot.channels.sms_tencent import TencentSms
from bot.channels.sms_twilio import TwilioSms
from bot.inbox import Came, Take, Taken
from dialogs.catalog import load_catalog
from models.people import System

LONGEST: Final = 500
# where a provider says only that we are too fast
_PAUSE: Final = timedelta(seconds=2)
_PROVIDERS: Final[Mapping[str, Callable[[Post], Provider]]] = {
    "aliyun": AliyunSms,
    "tencent": TencentSms,
    "twilio": TwilioSms,
    "kannel": KannelSms,
}
BY_TEMPLATE: Final = ("aliyun", "tencent")


class SmsChannel:
    """Sends and receives SMS; what a provider may not send becomes a call, with its reason.

    `house` is what texts to strangers say of it: tel, hosp, switchboard.
    """

    name = "sms"

    def __init__(
        self,
        settings: SmsSettings,
        take: Take,
        clock: Callable[[], datetime],
        language: str = "zh",
        house: Mapping[str, str] | None = None,
    ) -> None:
        self.capabilities = Capabilities(
            limit=LONGEST,
            unit=Unit.UTF16,
            receipts=True,
            per_second=settings.per_second,
            at_once=settings.at_once,
        )
        self._settings = settings
        self._language = language
        self._templates: Templates | None = None
        self._caller = Caller(pause=_PAUSE, sends_by_get=True)
        self._take = take
        self._strangers = Strangers(self.send, self._filed, clock, house or {})
        post = Post(settings, self._caller, self._taken, clock, self._filed)
        self._provider = _PROVIDERS[settings.provider](post)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Where the provider brings receipts and answers."""
        return self._provider.routes()

    async def start(self) -> None:
        """Open the client, and read what is filed; a file that cannot be used fails each send."""
        await self._caller.start()
        if self._settings.provider in BY_TEMPLATE:
            with suppress(Misconfigured):
                self._filed()

    async def close(self) -> None:
        """Let go of it, once strangers know what they are to know."""
        await self.settle()
        await self._caller.close()

    async def settle(self) -> None:
        """Wait until every stranger was answered."""
        await self._strangers.settle()

    async def send(self, letter: Letter) -> str:
        """Hand a message over and return the provider's id; raises SendError."""
        if not reachable(letter.address):
            raise Invalid("no such number")
        text = signed(self._settings.signature, letter.bubble.line)
        if not storable(text):
            raise Invalid("not a text")
        if length(text) > LONGEST:
            raise Invalid(f"too long: {length(text)}")
        return await self._provider.send(letter, text)

    async def announce(self, conversation_id: UUID | None) -> None:
        """Nobody watches a text message."""

    async def probe(self) -> Sequence[Fact]:
        """Tell the provider, what is filed, and what the account may do; raises SendError."""
        facts = [Fact("provider", self._settings.provider)]
        if self._settings.provider in BY_TEMPLATE:
            filed = self._filed()
            facts.append(Fact("templates", str(filed.count), good=filed.count > 0))
            facts += [Fact("template_unknown", name, good=False) for name in filed.unknown]
        return (*facts, *await self._provider.probe())

    async def _taken(self, system: System, came: Came) -> Taken:
        """Take what came; who sends filed texts only has no other way to answer a stranger."""
        taken = await self._take(system, came)
        if self._settings.provider in BY_TEMPLATE and taken.reply and not taken.repeated:
            self._strangers.answer(came.address, taken.reply)
        return taken

    def _filed(self) -> Templates:
        """Read the filed templates once; raises Misconfigured where the file cannot be used."""
        if self._templates is None:
            try:
                path = self._settings.templates
                self._templates = load_templates(path, load_catalog(self._language))
            except (BadTemplates, OSError) as fault:
                raise Misconfigured(f"templates: {type(fault).__name__}") from None
        return self._templates
