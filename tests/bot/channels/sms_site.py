"""An SMS channel against the fake providers, and what it was told by them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from aiohttp import ClientSession, web

from bot.channel import Letter
from bot.channels.sms import SmsChannel
from bot.channels.sms_settings import SmsSettings
from bot.inbox import Came, Taken
from bot.rendering import Bubble
from models.people import System
from tests.bot.channels.fake_sms import ACCOUNT, KEY_ID, PASSWORD, SECRET, TOKEN, USER, running

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
KEY = UUID("00000000-0000-4000-8000-000000000001")
PATH = "secretpath0123456789"
OWN = "13900000001"
PUBLIC = "https://sms.hospital.test/in"


def settings(provider: str, url: str = "http://127.0.0.1:9", **changes: Any) -> SmsSettings:
    """Complete settings of a provider at an address, read from nowhere else."""
    known: dict[str, Any] = {
        "provider": provider,
        "signature": "示例医院",
        "secret_path": PATH,
        "sources": "127.0.0.1/32,::1/128",
        "public_url": PUBLIC,
        "number": "10690000",
        "aliyun_url": url,
        "aliyun_key_id": KEY_ID,
        "aliyun_key_secret": SECRET,
        "tencent_url": url,
        "tencent_secret_id": KEY_ID,
        "tencent_secret_key": SECRET,
        "tencent_app_id": "1400000000",
        "twilio_url": url,
        "twilio_account": ACCOUNT,
        "twilio_token": TOKEN,
        "kannel_url": url,
        "kannel_user": USER,
        "kannel_password": PASSWORD,
        **changes,
    }
    return SmsSettings(_env_file=None, **known)


def letter(text: str = "谢谢您,祝您健康", **changes: Any) -> Letter:
    """A message to an obviously fictional number."""
    known: dict[str, Any] = {"key": KEY, "address": OWN, "bubble": Bubble(text)} | changes
    return Letter(**known)


@dataclass(slots=True)
class Desk:
    """What the channel handed on, and what strangers are answered."""

    came: list[Came] = field(default_factory=list)
    reply: str = ""
    fails: bool = False
    failed: int = 0

    async def take(self, system: System, event: Came) -> Taken:
        """Take an event."""
        assert system is System.PHONE
        if self.fails:
            self.failed += 1
            raise OSError("the database is away")
        self.came.append(event)
        return Taken(reply=self.reply)


@asynccontextmanager
async def a_channel(
    provider: str, url: str, templates: Path | None = None, **changes: Any
) -> AsyncIterator[SmsChannel]:
    """An open channel; nothing comes in."""
    if templates is not None:
        changes["templates"] = templates
    channel = SmsChannel(settings(provider, url, **changes), Desk().take, lambda: NOW)
    await channel.start()
    try:
        yield channel
    finally:
        await channel.close()


@dataclass(slots=True)
class Site:
    """A channel's routes on a port, and a provider's client for them."""

    url: str
    desk: Desk
    http: ClientSession


@asynccontextmanager
async def a_site(provider: str, **changes: Any) -> AsyncIterator[Site]:
    """The channel's side of the callbacks."""
    desk = Desk()
    channel = SmsChannel(settings(provider, **changes), desk.take, lambda: NOW)
    app = web.Application()
    app.add_routes(channel.routes())
    async with running(app) as url, ClientSession() as http:
        yield Site(url, desk, http)
