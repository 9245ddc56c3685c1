"""A WeChat channel that sends to the tests' own WeChat, and one person's account there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from bot.channel import Letter
from bot.channels.wechat import WeChatChannel
from bot.channels.wechat_settings import WeChatSettings
from bot.inbox import Came, Taken
from bot.rendering import Bubble
from dialogs.form import Option
from handlers.windows import open_window
from models.people import ContactKind, ContactPoint, Respondent, System
from tests.bot.channels.fake_wechat import APP_ID, SECRET, Clock, FakeWeChat, a_wechat

OPENID = "openid-of-somebody-in-tests"
YES_NO = (Option("yes", "有"), Option("no", "没有"), Option("human", "转人工"))


@dataclass(slots=True)
class Scene:
    """A channel, the WeChat it talks to, and the clock of both."""

    channel: WeChatChannel
    wechat: FakeWeChat
    clock: Clock
    point: ContactPoint

    async def writes(self) -> None:
        """The person writes, and both sides know."""
        self.wechat.writes(OPENID)
        await open_window(self.point.id, self.clock(), clicked=False)

    async def clicks(self) -> None:
        """The person clicks in the menu, and both sides know."""
        self.wechat.clicks(OPENID)
        await open_window(self.point.id, self.clock(), clicked=True)

    async def send(self, text: str = "您好", **more: Any) -> str:
        """Send a text."""
        return await self.channel.send(letter(text, **more))

    @property
    def texts(self) -> list[str]:
        """What the person got to read."""
        return self.wechat.texts(OPENID)


def letter(text: str = "您好", **more: Any) -> Letter:
    """A letter to the person; what is no field of a letter is one of its bubble."""
    own = {key: more.pop(key) for key in ("shape", "values", "urgent") if key in more}
    return Letter(key=uuid4(), address=OPENID, bubble=Bubble(text, **more), **own)


async def nobody_hears(_system: System, _came: Came) -> Taken:
    """Nothing is pushed in these tests."""
    return Taken()


async def nothing_waits(_channel: str, _conversation_id: UUID) -> int:
    """Nothing is drained in these tests."""
    return 0


def settings_for(url: str, **more: Any) -> WeChatSettings:
    """The settings of the tests' account."""
    known: Mapping[str, Any] = {
        "app_id": APP_ID,
        "secret": SECRET,
        "token": "testtoken",
        "encoding_aes_key": "A" * 43,
        "api_url": url,
        **more,
    }
    return WeChatSettings(_env_file=None, **known)


async def an_account(openid: str = OPENID) -> ContactPoint:
    """A proven WeChat account of somebody."""
    now = Clock().now
    return await ContactPoint.create(
        respondent=await Respondent.create(created_at=now),
        system=System.WECHAT,
        value=openid,
        kind=ContactKind.OPENID,
        verified_at=now,
    )


@asynccontextmanager
async def a_scene(
    templates: Path | None = None, account: str = OPENID, **more: Any
) -> AsyncIterator[Scene]:
    """Open a channel to a running WeChat, which the person follows."""
    clock = Clock()
    async with a_wechat(clock) as wechat:
        wechat.followers.add(OPENID)
        settings = settings_for(wechat.url, templates=templates, **more)
        channel = WeChatChannel(settings, nobody_hears, clock, nothing_waits)
        await channel.start()
        try:
            yield Scene(channel, wechat, clock, await an_account(account))
        finally:
            await channel.close()
