"""Danger by SMS from a number nobody knows, where a provider takes filed texts only."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot.channels.sms import SmsChannel
from bot.channels.sms_filing import write_filing
from bot.taking import Inbox
from models.alert import Alert, AlertEntry, AlertEvent
from tests.bot.channels.fake_sms import FakeSms, fake_sms, fake_tencent, running
from tests.bot.channels.sms_site import PATH, settings
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("sqlite_database")
STRANGER = "13900000077"
DANGER = "胸口疼得厉害,喘不上气"
NUMBER = f"来信的号码不在册,可以直接打:{STRANGER}"


@dataclass(slots=True)
class Line:
    """A number nobody knows, and the provider between it and us."""

    provider: str
    url: str
    http: ClientSession
    channel: SmsChannel
    fake: FakeSms
    ward: Ward

    async def brings(self, text: str, number: int = 1) -> None:
        """The provider brings what the number wrote, and whatever we answer is sent."""
        row: dict[str, Any] = {"phone_number": STRANGER, "content": text, "sequence_id": number}
        body: Any = [row]
        if self.provider == "tencent":
            body = {"mobile": STRANGER, "nationcode": "86", "text": text, "time": "1795312805"}
        path = f"{self.url}/sms/{PATH}/{self.provider}/reply"
        async with self.http.post(path, json=body) as response:
            assert response.status == 200
        await self.channel.settle()

    @property
    def sent(self) -> list[str]:
        """The codes of what the provider took."""
        return [one.get("TemplateCode") or one["TemplateId"] for one in self.fake.taken]


def filed(path: Path, provider: str, names: Sequence[str]) -> Path:
    """A file in which these texts have codes, each its own."""
    write_filing(path, provider)
    text = path.read_text(encoding="utf-8")
    for name in names:
        text = text.replace(f'["{name}"]\ncode = ""', f'["{name}"]\ncode = "{name}"')
    path.write_text(text, encoding="utf-8")
    return path


@asynccontextmanager
async def a_line(provider: str, folder: Path, names: Sequence[str]) -> AsyncIterator[Line]:
    """Everything as it runs, but for the provider."""
    ward = await a_ward(plan=False)

    async def nothing_waits(_name: str, _conversation_id: Any) -> int:
        return 0

    server = fake_tencent if provider == "tencent" else fake_sms
    async with server() as fake, ClientSession() as http:
        inbox = Inbox(ward.desk, lambda: ward.now, nothing_waits, folder)
        known = settings(provider, fake.url, templates=filed(folder / "t.toml", provider, names))
        house = {"tel": ward.desk.switchboard, "hosp": ward.desk.hospital}
        channel = SmsChannel(known, inbox.take, lambda: ward.now, house=house)
        app = web.Application()
        app.add_routes(channel.routes())
        await channel.start()
        async with running(app) as url:
            yield Line(provider, url, http, channel, fake, ward)
        await channel.close()


async def noted() -> list[str]:
    """What stands beside the alarm."""
    rows = await AlertEntry.filter(event=AlertEvent.NOTED).order_by("at", "id")
    return [row.detail for row in rows]


@pytest.mark.parametrize("provider", ["aliyun", "tencent"])
async def test_a_stranger_in_danger_is_told_by_filed_texts_and_once(
    provider: str, tmp_path: Path
) -> None:
    async with a_line(provider, tmp_path, ["M-RF1", "M-STRANGER-WHO"]) as line:
        for _ in range(2):
            await line.brings(DANGER)
        assert line.sent == ["M-RF1", "M-STRANGER-WHO"]
        assert line.ward.desk.switchboard in str(line.fake.taken[0])
    assert await Alert.all().count() == 1
    assert await noted() == [NUMBER]


async def test_what_is_not_filed_stands_at_the_alarm_with_the_number_to_call(
    tmp_path: Path,
) -> None:
    async with a_line("aliyun", tmp_path, ["M-RF1"]) as line:
        await line.brings(DANGER)
        assert line.sent == ["M-RF1"]
    said = f"没能给对方回短信(短信模板未备案),请马上打电话:{STRANGER}"
    assert sorted(await noted()) == sorted([NUMBER, said])


async def test_what_the_provider_refuses_stands_there_too(tmp_path: Path) -> None:
    async with a_line("aliyun", tmp_path, ["M-STRANGER-SOON"]) as line:
        line.fake.answers.append((200, {"Code": "isv.OUT_OF_SERVICE", "Message": "no money"}))
        await line.brings("发烧39度两天了")
        assert line.sent == []
    assert len(await noted()) == 2


async def test_who_is_in_no_danger_is_told_nothing_that_is_not_filed(tmp_path: Path) -> None:
    async with a_line("aliyun", tmp_path, ["M-RF1"]) as line:
        await line.brings("请问几点上班")
        assert line.sent == []
    assert not await Alert.exists()
    assert await noted() == []
