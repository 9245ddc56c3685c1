"""A patient follows by the code of a paper, proves the year, and is asked in WeChat: all of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest
from aiohttp import ClientSession, web

from bot.channels.wechat import WeChatChannel
from bot.channels.wechat_text import menu_id
from bot.outbox import Outbox
from bot.taking import Inbox
from handlers.contents import content_of
from handlers.slips import issue
from models.conversation import Inbound, InboundKind, Outgoing, OutgoingPurpose
from models.people import ContactPoint, System
from models.response import Answer
from models.seal import keyring
from scheduler.due import run_due
from tests.bot.channels.fake_wechat import APP_ID, SECRET, FakeWeChat, a_wechat
from tests.bot.channels.wechat_platform import OPENID, Platform, event, message, settings
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("sqlite_database")


@dataclass(slots=True)
class Phone:
    """A patient's phone: what is sent goes through WeChat, what comes is on the screen."""

    ward: Ward
    wechat: FakeWeChat
    platform: Platform
    outbox: Outbox

    async def follows(self, token: str) -> str:
        """Follow by a code that holds a token; returns what is answered within the request."""
        self.wechat.followers.add(OPENID)
        self.wechat.clicks(OPENID)
        return await self._pushes(event("subscribe", self.ward.now, EventKey=f"qrscene_{token}"))

    async def writes(self, text: str) -> str:
        """Write."""
        self.wechat.writes(OPENID)
        return await self._pushes(message("text", self.ward.now, Content=text))

    async def until(self, moment: str) -> list[str]:
        """Let time pass and do what is due; returns what came meanwhile."""
        before = len(self.wechat.texts(OPENID))
        self.ward.now = self.platform.now = datetime.fromisoformat(f"{moment}+08:00")
        await run_due(self.ward.desk, self.ward.now)
        await self.outbox.drain(self.ward.now)
        return self.wechat.texts(OPENID)[before:]

    async def _pushes(self, fields: dict[str, str]) -> str:
        answer = await self.platform.push(fields)
        assert answer.status == 200
        return answer.text


@asynccontextmanager
async def a_phone(ward: Ward, media: Path) -> AsyncIterator[Phone]:
    """Run the channel between the ward's desk and the tests' WeChat."""
    outbox = Outbox(ward.desk, {})

    async def drain(channel: str, conversation_id: UUID) -> int:
        return await outbox.drain_conversation(channel, conversation_id, ward.now)

    inbox = Inbox(ward.desk, lambda: ward.now, drain, media)
    async with a_wechat(lambda: ward.now) as wechat, ClientSession() as session:
        account = settings(app_id=APP_ID, secret=SECRET, api_url=wechat.url)
        channel = WeChatChannel(account, inbox.take, lambda: ward.now, drain)
        outbox.add(channel)
        ward.desk.channels = frozenset(outbox.lanes)
        app = web.Application()
        app.add_routes(channel.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        await channel.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}{account.path}"
        try:
            yield Phone(ward, wechat, Platform(url, session, ward.now, key=account.keys[0]), outbox)
        finally:
            await channel.close()
            await inbox.settle()
            await runner.cleanup()


async def test_from_the_scan_of_the_slip_to_the_answers_of_the_first_round(tmp_path: Path) -> None:
    ward = await a_ward(bound=False)
    (slip,) = await issue([ward.encounter.id], ward.now, "http://h", keyring())
    async with a_phone(ward, tmp_path) as phone:
        await phone.until("2026-11-22T18:00")
        assert "出生年份" in await phone.follows(slip.link.rpartition("/")[2])
        assert "还可以试4次" in await phone.writes("1971")
        assert "绑定好了" in await phone.writes("1970年")
        point = await ContactPoint.get(system=System.WECHAT)
        assert (point.value, point.respondent_id) == (OPENID, ward.contact_point.respondent_id)
        assert "祝贺您出院" in "".join(await phone.until("2026-11-22T18:01"))
        (opening,) = await phone.until("2026-11-23T11:30")
        assert "随访助手" in opening
        first = await phone.writes("方便,开始吧")
        assert first
        second = await phone.writes("1")
        assert second
        assert first != second
        assert await Answer.all().count() >= 1
        assert await Inbound.filter(contact_point_id=point.id).count() == 2


async def test_a_copy_of_an_answer_is_answered_alike_and_taken_once(tmp_path: Path) -> None:
    ward = await a_ward(bound=False)
    (slip,) = await issue([ward.encounter.id], ward.now, "http://h", keyring())
    async with a_phone(ward, tmp_path) as phone:
        await phone.until("2026-11-22T18:00")
        await phone.follows(slip.link.rpartition("/")[2])
        await phone.writes("1970")
        await phone.until("2026-11-23T11:30")
        phone.wechat.writes(OPENID)
        said = message("text", ward.now, Content="1")
        answers = [await phone.platform.push(said) for _ in range(3)]
        assert len({answer.text for answer in answers}) == 1
        assert answers[0].text
        assert await Inbound.all().count() == 1


async def test_danger_in_the_talk_is_answered_within_the_request(tmp_path: Path) -> None:
    ward = await a_ward(bound=False)
    (slip,) = await issue([ward.encounter.id], ward.now, "http://h", keyring())
    async with a_phone(ward, tmp_path) as phone:
        await phone.until("2026-11-22T18:00")
        await phone.follows(slip.link.rpartition("/")[2])
        await phone.writes("1970")
        assert "请马上打120" in await phone.writes("胸口疼得厉害,喘不上气")


async def test_a_pressed_menu_is_the_button_of_its_question(tmp_path: Path) -> None:
    ward = await a_ward(bound=False)
    (slip,) = await issue([ward.encounter.id], ward.now, "http://h", keyring())
    async with a_phone(ward, tmp_path) as phone:
        await phone.until("2026-11-22T18:00")
        await phone.follows(slip.link.rpartition("/")[2])
        await phone.writes("1970")
        await phone.until("2026-11-23T11:30")
        asked = await Outgoing.filter(purpose=OutgoingPurpose.INITIATED).get()
        shown = content_of(asked).shown
        label = shown["options"][0]["label"]
        pressed = message("text", ward.now, Content=label, bizmsgmenuid=menu_id(shown["turn"], 0))
        phone.wechat.writes(OPENID)
        assert (await phone.platform.push(pressed)).text
        taken = await Inbound.get()
        assert (taken.kind, taken.text) == (InboundKind.CHOICE, label)
        foreign = message("text", ward.now, Content="1", bizmsgmenuid="99901")
        assert (await phone.platform.push(foreign)).text
        assert await Inbound.filter(kind=InboundKind.TEXT).count() == 1
