"""Every webhook of every channel on one site, and who calls them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientTimeout
from tortoise.connection import get_connection
from tortoise.context import get_current_context
from yarl import URL

from bot.channel import Channel
from bot.channels.sms import SmsChannel
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_settings import TelegramSettings
from bot.channels.wechat import WeChatChannel
from bot.inbox import Take
from bot.taking import Drain
from models.channel import Pushed
from models.database import CONNECTION
from tests.bot.channels import sms_site, telegram_scene, wechat_platform
from tests.bot.channels.fake_telegram import TOKEN as BOT_TOKEN
from tests.bot.channels.fake_telegram import a_telegram
from tests.bot.channels.fake_wechat import APP_ID, SECRET, a_wechat
from tests.bot.channels.questioned import a_site
from tests.bot.channels.webhook import Call, Hook
from tests.bot.channels.webhooks_sms import sms
from tests.bot.channels.webhooks_telegram import telegram
from tests.bot.channels.webhooks_wechat import wechat
from tests.handlers.ward import Ward


def hooks(ward: Ward) -> list[Hook]:
    """Every webhook there is."""
    return [*sms(), *telegram(), *wechat(ward)]


@dataclass(slots=True)
class Caller:
    """Calls the site, and counts the rows of every table."""

    url: str
    http: ClientSession
    settle: Callable[[], Any]

    async def call(self, call: Call) -> int:
        """Make a call; the status of the answer, 0 where the line was cut instead."""
        url = URL(self.url + call.path, encoded=call.path.isascii()).with_query(call.query)
        try:
            async with self.http.request(
                call.method,
                url,
                data=BytesIO(call.body) if call.body else None,
                headers=dict(call.headers),
            ) as answer:
                await answer.read()
                return answer.status
        except ConnectionError:
            return 0

    async def rows(self) -> dict[str, int]:
        """How many rows each table has, once everything that came has been taken."""
        await self.settle()
        for _ in range(1000):
            if not await Pushed.exists():
                break
            await asyncio.sleep(0.01)
        models = get_current_context().apps["models"]  # type: ignore[union-attr, index]
        tables = sorted(model._meta.db_table for model in models.values())
        counts = ", ".join(_count(table) for table in tables)
        (row,) = await get_connection(CONNECTION).execute_query_dict(f"SELECT {counts}")
        return dict(row)


def _count(table: str) -> str:
    return f'(SELECT count(*) FROM "{table}") AS "{table}"'  # noqa: S608 - our own tables


@asynccontextmanager
async def every_webhook(ward: Ward, media: Path) -> AsyncIterator[Caller]:
    """The site with every channel, all four providers of SMS and Telegram by webhook."""
    async with a_wechat(lambda: ward.now) as fake, a_telegram() as bots:

        def channels(take: Take, drain: Drain) -> Sequence[Channel]:
            account = wechat_platform.settings(app_id=APP_ID, secret=SECRET, api_url=fake.url)
            told = TelegramSettings(
                token=BOT_TOKEN,
                api_url=bots.url,
                mode="webhook",
                webhook_secret=telegram_scene.SECRET,
                patients=True,
                _env_file=None,
            )
            providers = ("aliyun", "tencent", "twilio", "kannel")
            return (
                WeChatChannel(account, take, lambda: ward.now, drain),
                TelegramChannel(told, take, lambda: ward.now, ward.desk),
                *(
                    SmsChannel(sms_site.settings(name), take, lambda: ward.now)
                    for name in providers
                ),
            )

        timeout = ClientTimeout(total=30)
        async with (
            a_site(ward, media, channels) as running,
            ClientSession(timeout=timeout) as http,
        ):
            yield Caller(running.url, http, running.settle)
