"""Telegram: the staff's groups, and patients where the hospital takes that upon it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.default import DefaultBotProperties
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.dispatcher.event.bases import UNHANDLED
from aiogram.exceptions import AiogramError
from aiogram.types import Update
from aiogram.types.update import UpdateTypeLookupError
from aiohttp import web
from pydantic import ValidationError

from bot.channel import Capabilities, Fact, Invalid, Letter, Misconfigured, Unit
from bot.channels.telegram_buttons import MOST_BUTTONS, keyboard
from bot.channels.telegram_facts import facts
from bot.channels.telegram_faults import send_error
from bot.channels.telegram_group import TelegramGroups
from bot.channels.telegram_pace import TelegramPace
from bot.channels.telegram_patients import TelegramPatients
from bot.channels.telegram_receive import ALLOWED_UPDATES, chat_of, is_private, key_of, storable
from bot.channels.telegram_sending import send_text
from bot.channels.telegram_settings import TelegramSettings
from bot.channels.telegram_staff import TelegramStaff
from bot.channels.telegram_text import LONGEST, text_of
from bot.channels.telegram_updates import ask_for_updates, take_update
from bot.channels.telegram_words import words
from bot.inbox import Other, Take
from handlers.desk import Desk
from handlers.room.groups import Group
from models.people import System

PATH: Final = "/telegram"
_TIMEOUT: Final = 10.0
_SHORTEST, _LONGEST = 1.0, 60.0

_log: Final = structlog.get_logger(__name__)


class TelegramChannel:
    """One bot: hears its updates, sends to patients, and has the staff's `groups`."""

    name = System.TELEGRAM.channel

    def __init__(
        self,
        settings: TelegramSettings,
        take: Take,
        clock: Callable[[], datetime],
        desk: Desk,
        groups: Collection[Group] = (),
    ) -> None:
        self._settings = settings
        self._take = take
        self._desk = desk
        self._opening: asyncio.Task[None] | None = None
        self._username = ""
        self.bot = _bot(settings)
        self.capabilities = Capabilities(
            limit=LONGEST,
            unit=Unit.UTF16,
            buttons=MOST_BUTTONS,
            pictures=True,
            per_second=settings.per_second,
            at_once=25,
        )
        self.groups = TelegramGroups(self.bot, desk, clock, groups)
        self._patients = TelegramPatients(self.bot, take, desk, served=settings.patients)
        self._dispatcher = Dispatcher(disable_fsm=True)
        staff = TelegramStaff(desk, clock)
        self._dispatcher.include_routers(self.groups.router(), staff.router())

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Where Telegram calls us, when it does."""
        calls = self._settings.mode == "webhook"
        return [web.post(PATH, self._receive)] if calls else []

    async def start(self) -> None:
        """Begin to hear; that Telegram cannot be reached now keeps nobody from starting."""
        if self._settings.patients:
            _log.warning("patients_abroad", channel=self.name)
        self._opening = asyncio.create_task(self._open())

    async def close(self) -> None:
        """Hear no more; what was not confirmed comes again after the next start."""
        if self._opening is not None:
            self._opening.cancel()
            with suppress(asyncio.CancelledError):
                await self._opening
        await self.bot.session.close()

    async def send(self, letter: Letter) -> str:
        """Send a message to a patient and return its id within the chat; raises SendError.

        The id names no chat: that would be an address.
        """
        if not self._settings.patients:
            raise Misconfigured("patients are off")
        try:
            chat = int(letter.address)
        except ValueError:
            raise Invalid("no chat") from None
        below = keyboard(letter.bubble, words(self._desk.language)["done"])
        text = text_of(letter.bubble, buttons=below is not None)
        try:
            return str((await send_text(self.bot, chat, text, below)).message_id)
        except AiogramError as fault:
            raise send_error(fault) from None

    async def announce(self, conversation_id: UUID | None) -> None:
        """Nobody watches: Telegram shows what it was sent."""

    async def probe(self) -> Sequence[Fact]:
        """Ask who the bot is, whether it hears groups, and what troubles the webhook."""
        try:
            me, hook = await self.bot.get_me(), await self.bot.get_webhook_info()
        except AiogramError as fault:
            raise send_error(fault) from None
        return facts(me, hook, self._settings)

    def link(self, code: str) -> str:
        """Return the link that opens the bot with a code; empty while its name is not known."""
        return f"https://t.me/{self._username}?start={code}" if self._username else ""

    async def hear(self, raw: Mapping[str, Any]) -> None:
        """Hear one update: recorded where it is a patient's, done where it is an order."""
        key = key_of(self.bot.id, raw)
        update = self._read(raw)
        if update is None:
            await self._take(System.TELEGRAM, Other(key, "", kind="unknown"))
            return
        heard = await self._dispatcher.feed_update(self.bot, update)
        chat = chat_of(update)
        if heard is UNHANDLED and chat is not None and is_private(chat):
            await self._patients.hear(update, key)

    async def _receive(self, request: web.Request) -> web.Response:
        secret = self._settings.webhook_secret.get_secret_value()
        return await take_update(request, secret, self.hear)

    def _read(self, raw: Mapping[str, Any]) -> Update | None:
        """Read an update; None for what is of a kind we do not know, or does not fit it."""
        try:
            update = Update.model_validate(storable(raw), context={"bot": self.bot})
            known = update.event_type in ALLOWED_UPDATES
        except (ValidationError, UpdateTypeLookupError):
            return None
        return update if known else None

    async def _give_up(self, raw: Mapping[str, Any]) -> None:
        """Leave a trace of an update that could not be heard."""
        key = f"{key_of(self.bot.id, raw)}:failed"
        await self._take(System.TELEGRAM, Other(key, "", kind="failed"))

    async def _open(self) -> None:
        """Make ourselves known, again and again until Telegram answers; then ask, if we ask."""
        pause = _SHORTEST
        while not await self._known():
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST)
        if self._settings.mode == "polling":
            await ask_for_updates(self.bot, self.hear, self._give_up)

    async def _known(self) -> bool:
        try:
            self._username = (await self.bot.me()).username or ""
            if self._settings.mode == "polling":
                await self.bot.delete_webhook()
            else:
                await self.bot.set_webhook(
                    f"{self._desk.public_url.rstrip('/')}{PATH}",
                    secret_token=self._settings.webhook_secret.get_secret_value(),
                    allowed_updates=ALLOWED_UPDATES,
                )
        except AiogramError as fault:
            _log.warning("not_open", channel=self.name, fault=send_error(fault).said)
            return False
        return True


def _bot(settings: TelegramSettings) -> Bot:
    """Make the bot: plain text, and no previews, for which Telegram would open our links."""
    api = TelegramAPIServer.from_base(settings.api_url)
    session = AiohttpSession(api=api, timeout=_TIMEOUT)
    session.middleware(TelegramPace(settings.per_second))
    plain = DefaultBotProperties(link_preview_is_disabled=True)
    return Bot(settings.token.get_secret_value(), session=session, default=plain)
