"""A patient in a chat with the bot: buttons are pressed, several ticked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.channel import Channel
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram_settings import TelegramSettings
from bot.inbox import Take
from bot.taking import Drain
from models.people import ContactKind, System
from tests.bot.channels import telegram_scene
from tests.bot.channels.fake_telegram import TOKEN as BOT_TOKEN
from tests.bot.channels.fake_telegram import FakeTelegram, a_telegram
from tests.bot.channels.questioned import Questioned, Running, Step, a_site, has_address
from tests.handlers.ward import Ward

WHO = 77000001


@dataclass(slots=True)
class InTelegram:
    """A chat with the bot: buttons are pressed, several ticked and sent, the rest is written."""

    running: Running
    fake: FakeTelegram
    is_phone: bool = False

    async def answers(self, step: Step) -> None:
        """Press or write."""
        self.running.go_on()
        if not step.keys:
            await self._call(telegram_scene.text(WHO, step.words))
            return
        below = self.fake.calls_of("sendMessage")[-1]["reply_markup"]
        for key in step.keys:
            below = await self._pressed(below, key)
        if len(step.keys) > 1 or _ticks(below):
            await self._pressed(below, "=")

    async def _pressed(self, below: Any, key: str) -> Any:
        """Press a button; returns the buttons as they stand then."""
        buttons = [one["callback_data"] for row in below["inline_keyboard"] for one in row]
        data = next(one for one in buttons if one.partition(":")[2].lstrip("+") == key)
        number = self.fake.number
        await self._call(telegram_scene.press(WHO, data, markup=below, number=number))
        return self.fake.calls_of("editMessageReplyMarkup")[-1].get("reply_markup") or below

    async def _call(self, update: Any) -> None:
        url = f"{self.running.url}/telegram"
        assert await self.fake.call(url, update, telegram_scene.SECRET) == 200
        await self.running.settle()


def _ticks(below: Any) -> bool:
    buttons = [one for row in below["inline_keyboard"] for one in row]
    return any(one["text"].startswith("✅") for one in buttons)


@asynccontextmanager
async def by_telegram(ward: Ward, media: Path) -> AsyncIterator[tuple[Running, Questioned]]:
    """The patient has proven a chat with the bot, which is called by webhook."""
    await has_address(ward, System.TELEGRAM, str(WHO), ContactKind.CHAT)
    async with a_telegram() as fake:
        known: dict[str, Any] = {"mode": "webhook", "webhook_secret": telegram_scene.SECRET}
        told = TelegramSettings(
            token=BOT_TOKEN, api_url=fake.url, patients=True, _env_file=None, **known
        )

        def channels(take: Take, _drain: Drain) -> Sequence[Channel]:
            return (TelegramChannel(told, take, lambda: ward.now, ward.desk),)

        async with a_site(ward, media, channels) as running:
            yield running, InTelegram(running, fake)
