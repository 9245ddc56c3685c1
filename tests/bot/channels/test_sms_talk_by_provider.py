"""One questionnaire from its opening to its end over real HTTP, by a gateway and by templates."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import ClientSession, web

from bot.channels.sms import SmsChannel
from bot.channels.sms_filing import write_filing
from bot.outbox import Outbox
from bot.taking import Inbox
from models.care import TaskStatus
from models.channel import Receipt
from models.conversation import Outgoing, OutgoingStatus
from models.response import Answer
from scheduler.due import run_due
from tests.bot.channels.fake_sms import FakeSms, fake_sms, running
from tests.bot.channels.sms_site import PATH, settings
from tests.handlers.texting import OWN, Texting, a_phone

pytestmark = pytest.mark.usefixtures("sqlite_database")
ANSWERS = ("1", "1", "1970", "1", "1", "9", "1", "1", "1", "1", "无")


@dataclass(slots=True)
class Talk:
    """A patient with a telephone, a provider between us, and the clock in our hands."""

    phone: Texting
    fake: FakeSms
    url: str
    http: ClientSession
    outbox: Outbox
    inbox: Inbox

    async def begin(self) -> None:
        """Let the third day come."""
        ward = self.phone.ward
        ward.now = datetime.fromisoformat("2026-11-23T11:30+08:00")
        await run_due(ward.desk, ward.now)
        await self.outbox.drain(ward.now)

    async def call(self, path: str, query: dict[str, str] | None = None, body: Any = None) -> int:
        """The provider calls us, five seconds later."""
        self.phone.ward.now += timedelta(seconds=5)
        url = f"{self.url}/sms/{PATH}/{path}"
        if query is not None:
            async with self.http.get(f"{url}?{urlencode(query)}") as response:
                status = response.status
        else:
            async with self.http.post(url, json=body) as response:
                status = response.status
        await self.inbox.settle()
        return status


def _all_filed(path: Path) -> Path:
    """A file in which every text has a code."""
    write_filing(path, "aliyun")
    codes = path.read_text(encoding="utf-8").replace('code = ""', 'code = "SMS_1"')
    path.write_text(codes, encoding="utf-8")
    return path


@asynccontextmanager
async def a_talk(provider: str, tmp_path: Path) -> AsyncIterator[Talk]:
    """Everything as it runs, but for the provider."""
    templates = _all_filed(tmp_path / "templates.toml")
    phone = await a_phone()
    ward = phone.ward
    async with fake_sms() as fake, ClientSession() as http:
        outbox = Outbox(ward.desk, {})

        async def drain(name: str, conversation_id: Any) -> int:
            return await outbox.drain_conversation(name, conversation_id, ward.now)

        inbox = Inbox(ward.desk, lambda: ward.now, drain, tmp_path)
        known = settings(provider, fake.url, templates=templates, extensions=True)
        channel = SmsChannel(known, inbox.take, lambda: ward.now)
        outbox = Outbox(ward.desk, {"sms": channel})
        app = web.Application()
        app.add_routes(channel.routes())
        await channel.start()
        async with running(app) as url:
            yield Talk(phone, fake, url, http, outbox, inbox)
        await channel.close()


async def kept() -> dict[str, list[str]]:
    """The answers that are stored."""
    return {answer.item: answer.value for answer in await Answer.all()}


async def test_the_questionnaire_by_a_gateway(tmp_path: Path) -> None:
    async with a_talk("kannel", tmp_path) as talk:
        await talk.begin()
        for place, words in enumerate(ANSWERS):
            to = talk.fake.taken[-1]["from"]
            reply = {"from": f"86{OWN}", "to": to, "text": words, "id": f"mo-{place}"}
            assert await talk.call("kannel/reply", reply) == 200
        texts = [sent["text"] for sent in talk.fake.taken]
    assert texts[0].startswith("【示例医院】您好,示例医院出院回访。")
    assert texts[-1].startswith("【示例医院】谢谢您,祝您早日康复!")
    assert (await talk.phone.ward.task(1)).status is TaskStatus.COMPLETED
    answers = await kept()
    assert (answers["feel"], answers["red"], answers["med"]) == (["better"], ["none"], ["all"])


async def test_the_questionnaire_by_templates_each_text_of_it_filed(tmp_path: Path) -> None:
    async with a_talk("aliyun", tmp_path) as talk:
        await talk.begin()
        for place, words in enumerate(ANSWERS):
            digits = talk.fake.taken[-1]["SmsUpExtendCode"]
            row = {
                "phone_number": OWN,
                "content": words,
                "send_time": f"{talk.phone.ward.now + timedelta(seconds=5):%Y-%m-%d %H:%M:%S}",
                "dest_code": f"10690000{digits}",
                "sequence_id": place,
            }
            assert await talk.call("aliyun/reply", body=[row]) == 200
        assert {sent["TemplateCode"] for sent in talk.fake.taken} == {"SMS_1"}
    assert (await talk.phone.ward.task(1)).status is TaskStatus.COMPLETED
    assert not await Outgoing.exclude(status=OutgoingStatus.ACCEPTED).exists()
    assert (await kept())["feel"] == ["better"]


async def test_the_same_words_twice_have_one_effect_and_a_receipt_finds_its_message(
    tmp_path: Path,
) -> None:
    async with a_talk("kannel", tmp_path) as talk:
        await talk.begin()
        reply = {"from": f"86{OWN}", "to": "10690000", "text": "1", "id": "mo-1"}
        assert await talk.call("kannel/reply", reply) == 200
        assert await talk.call("kannel/reply", reply) == 200
        assert len(talk.fake.taken) == 2
        opening = await Outgoing.all().order_by("position").first()
        assert opening is not None
        report = {"key": str(opening.id), "type": "1"}
        for _ in range(2):
            assert await talk.call("kannel/report", report) == 200
    assert await Receipt.all().count() == 1
    assert (await Outgoing.get(id=opening.id)).status is OutgoingStatus.DELIVERED


async def test_a_number_that_takes_nothing_becomes_a_call(tmp_path: Path) -> None:
    async with a_talk("aliyun", tmp_path) as talk:
        talk.fake.answers.append((200, {"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": "no"}))
        await talk.begin()
    task = await talk.phone.ward.task(1)
    assert (task.status, task.phone_reason) == (TaskStatus.PHONE_LIST, "unsent")
    row = await Outgoing.get()
    assert (row.status, row.error) == (
        OutgoingStatus.FAILED,
        "invalid: isv.MOBILE_NUMBER_ILLEGAL no",
    )
