"""A patient with a telephone, and the provider that brings us what is written."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from bot.channel import Channel
from bot.channels.sms import SmsChannel
from bot.channels.sms_filing import write_filing
from bot.inbox import Take
from bot.taking import Drain
from models.people import ContactKind, System
from tests.bot.channels import sms_site
from tests.bot.channels.fake_sms import TOKEN, FakeSms, fake_sms
from tests.bot.channels.questioned import Open, Questioned, Running, Step, a_site, has_address
from tests.handlers.ward import Ward

NUMBER = "13900000001"
_names = count(1)


@dataclass(slots=True)
class ByText:
    """A telephone: everything is written; `bring` is how the provider hands it to us."""

    running: Running
    fake: FakeSms
    http: ClientSession
    bring: Callable[[ByText, str], Any]
    is_phone: bool = True

    async def answers(self, step: Step) -> None:
        """Write."""
        self.running.go_on()
        assert await self.bring(self, step.written) == 200
        await self.running.settle()


async def _by_twilio(phone: ByText, words: str) -> int:
    """Call the way Twilio does: a form, signed over the public address and its sorted fields."""
    path = "/sms/twilio/reply"
    form = {
        "MessageSid": f"SM{next(_names):032}",
        "From": f"+86{NUMBER}",
        "To": "10690000",
        "Body": words,
        "NumMedia": "0",
    }
    signed = sms_site.PUBLIC + path + "".join(f"{name}{form[name]}" for name in sorted(form))
    mac = hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()
    headers = {"X-Twilio-Signature": base64.b64encode(mac).decode()}
    async with phone.http.post(phone.running.url + path, data=form, headers=headers) as answer:
        return answer.status


async def _by_aliyun(phone: ByText, words: str) -> int:
    """Call the way Aliyun does: a list, behind the secret path."""
    row = {
        "phone_number": NUMBER,
        "content": words,
        "send_time": f"{phone.running.ward.now:%Y-%m-%d %H:%M:%S}",
        "dest_code": "10690000" + phone.fake.taken[-1].get("SmsUpExtendCode", ""),
        "sequence_id": next(_names),
    }
    url = f"{phone.running.url}/sms/{sms_site.PATH}/aliyun/reply"
    async with phone.http.post(url, json=[row]) as answer:
        return answer.status


def by_sms(provider: str) -> Open:
    """The patient has a telephone, and the hospital a contract with this provider."""
    bring = {"twilio": _by_twilio, "aliyun": _by_aliyun}[provider]

    @asynccontextmanager
    async def opened(ward: Ward, media: Path) -> AsyncIterator[tuple[Running, Questioned]]:
        await has_address(ward, System.PHONE, NUMBER, ContactKind.MOBILE)
        templates = _all_filed(media / "templates.toml", provider)
        async with fake_sms() as fake, ClientSession() as http:
            known = sms_site.settings(
                provider, fake.url, templates=templates, extensions=True, per_second=1000
            )

            def channels(take: Take, _drain: Drain) -> Sequence[Channel]:
                return (SmsChannel(known, take, lambda: ward.now),)

            async with a_site(ward, media, channels) as running:
                yield running, ByText(running, fake, http, bring)

    return opened


def _all_filed(path: Path, provider: str) -> Path:
    """A file in which every text has a code."""
    path.parent.mkdir(exist_ok=True)
    if provider != "aliyun":
        return path
    write_filing(path, provider)
    codes = path.read_text(encoding="utf-8").replace('code = ""', 'code = "SMS_1"')
    path.write_text(codes, encoding="utf-8")
    return path
