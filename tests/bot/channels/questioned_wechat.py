"""A patient who follows the account: menus are pressed, the rest is written."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientSession

from bot.channel import Channel
from bot.channels.wechat import WeChatChannel
from bot.inbox import Take
from bot.taking import Drain
from handlers.slips import issue
from models.seal import keyring
from tests.bot.channels import wechat_platform
from tests.bot.channels.fake_wechat import APP_ID, SECRET, FakeWeChat, a_wechat
from tests.bot.channels.questioned import Questioned, Running, Step, a_site
from tests.handlers.ward import Ward


@dataclass(slots=True)
class InWeChat:
    """A follower: menus are pressed where there are any, else numbers are written."""

    running: Running
    wechat: FakeWeChat
    platform: wechat_platform.Platform
    is_phone: bool = False
    answered_at_once: list[str] = field(default_factory=list)

    async def follows(self, token: str, year: str) -> None:
        """Follow by the code on the slip and prove the year of birth."""
        self.wechat.followers.add(wechat_platform.OPENID)
        self.wechat.clicks(wechat_platform.OPENID)
        now = self.running.ward.now
        await self._push(wechat_platform.event("subscribe", now, EventKey=f"qrscene_{token}"))
        await self.answers(Step(words=year))

    async def answers(self, step: Step) -> None:
        """Press the menu if the last message had one, else write."""
        self.running.go_on()
        shown = self.wechat.sent[-1] if self.wechat.sent else None
        menu = shown.content["list"] if shown and shown.kind == "msgmenu" else []
        self.wechat.writes(wechat_platform.OPENID)
        fields = {"Content": step.written}
        if menu and len(step.keys) == 1 and not self.answered_at_once:
            label = next(one.label for one in step.options if one.key == step.keys[0])
            pressed = next(one for one in menu if one["content"] == label)
            fields = {"Content": label, "bizmsgmenuid": pressed["id"]}
        await self._push(wechat_platform.message("text", self.running.ward.now, **fields))

    async def _push(self, fields: dict[str, str]) -> None:
        self.platform.now = self.running.ward.now
        answer = await self.platform.push(fields)
        assert answer.status == 200
        before = len(self.wechat.sent)
        await self.running.settle()
        if answer.text and len(self.wechat.sent) == before:
            self.answered_at_once.append(answer.text)


@asynccontextmanager
async def by_wechat(ward: Ward, media: Path) -> AsyncIterator[tuple[Running, Questioned]]:
    """The patient followed by the code of the slip; safe mode, as in production."""
    (slip,) = await issue([ward.encounter.id], ward.now, "http://h", keyring())
    async with a_wechat(lambda: ward.now) as wechat, ClientSession() as session:
        account = wechat_platform.settings(app_id=APP_ID, secret=SECRET, api_url=wechat.url)
        key = account.keys[0]

        def channels(take: Take, drain: Drain) -> Sequence[Channel]:
            return (WeChatChannel(account, take, lambda: ward.now, drain),)

        async with a_site(ward, media, channels) as running:
            await ward.until("2026-11-22T18:00")
            url = f"{running.url}{account.path}"
            platform = wechat_platform.Platform(url, session, ward.now, key=key)
            patient = InWeChat(running, wechat, platform)
            await patient.follows(slip.link.rpartition("/")[2], "1970")
            patient.answered_at_once.clear()
            yield running, patient
