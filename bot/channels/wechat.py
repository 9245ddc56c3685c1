"""The WeChat service account (服务号): what comes, what goes, and what the account may do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from aiohttp import web

from bot.channel import Capabilities, Fact, Letter
from bot.channels.wechat_answers import Counter
from bot.channels.wechat_api import WeChatApi
from bot.channels.wechat_notices import Notices
from bot.channels.wechat_notifying import Notifier
from bot.channels.wechat_receive import WeChatReceiver
from bot.channels.wechat_rights import probe
from bot.channels.wechat_scenes import follow_codes
from bot.channels.wechat_sending import Sender
from bot.channels.wechat_settings import WeChatSettings
from bot.channels.wechat_slots import PassiveSlots
from bot.channels.wechat_text import LONGEST, MOST_CHOICES
from bot.follow_codes import FollowCodes
from bot.inbox import Take
from dialogs.catalog import load_catalog
from models.people import System

_AT_ONCE: Final = 16

# sends what waits for a conversation on a channel
Drain = Callable[[str, UUID], Awaitable[int]]


class WeChatChannel:
    """One account. Raises BadNotices when the file of notice templates cannot be used."""

    name = System.WECHAT.channel

    def __init__(
        self,
        settings: WeChatSettings,
        take: Take,
        clock: Callable[[], datetime],
        drain: Drain,
        *,
        language: str = "zh",
    ) -> None:
        self._api = WeChatApi(settings, clock)
        self._notices = Notices.load(settings.templates, load_catalog(language))
        slots = PassiveSlots()
        self._sender = Sender(self._api, slots, Notifier(self._api, self._notices, clock), clock)
        counter = Counter(
            take=take,
            drain=lambda conversation_id: drain(self.name, conversation_id),
            say=self._sender.say,
            slots=slots,
            clock=clock,
            language=language,
        )
        self._receiver = WeChatReceiver(settings, counter, self._api.media, self._notices.lasting)

    @property
    def capabilities(self) -> Capabilities:
        """What it can do, as far as WeChat has said what this account may."""
        menus = self._sender.rights.write and self._sender.rights.menus
        return Capabilities(
            limit=LONGEST,
            buttons=MOST_CHOICES if menus else 0,
            windowed=True,
            merges=True,
            # of notices alone WeChat tells what became, sometimes before it tells their ids
            receipts=bool(self._notices.entries),
            at_once=_AT_ONCE,
        )

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Where WeChat pushes to."""
        return self._receiver.routes()

    async def start(self) -> None:
        """Open the connection."""
        await self._api.start()

    async def close(self) -> None:
        """Answer what was pushed, then let go of the connection."""
        await self._receiver.close()
        await self._api.close()

    async def send(self, letter: Letter) -> str:
        """Hand a message over; raises SendError."""
        return await self._sender.send(letter)

    async def take_up(self, now: datetime) -> int:
        """Deal with what a process that ended was still to do; returns how many pushes."""
        return await self._receiver.take_up(now)

    async def announce(self, conversation_id: UUID | None) -> None:
        """Nobody watches: WeChat tells the person itself."""

    async def follow_codes(self, papers: Mapping[str, date], now: datetime) -> FollowCodes:
        """Make the codes by which papers lead here, given the last day of each by its link."""
        return await follow_codes(self._api, papers, now)

    async def probe(self) -> Sequence[Fact]:
        """Ask what this account may do, and keep to it from now on."""
        self._sender.rights, facts = await probe(self._api, self._notices)
        return facts
