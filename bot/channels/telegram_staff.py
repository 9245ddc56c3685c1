"""A member of staff alone with the bot: binding the account, and orders as in the group."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.types import Message, Update

from bot.channels.telegram_faults import try_to
from bot.channels.telegram_posts import order_in
from bot.channels.telegram_receive import command_of, key_of
from bot.channels.telegram_words import say
from handlers.desk import Desk
from handlers.room.commands import order
from handlers.staff_accounts import MARK, bind_account, staff_of
from models.hospital import StaffMember
from models.people import System

NAME: Final = System.TELEGRAM.channel


class TelegramStaff:
    """Hears colleagues in private; whatever is none of theirs is left to who comes after."""

    def __init__(self, desk: Desk, clock: Callable[[], datetime]) -> None:
        self._desk = desk
        self._clock = clock

    def router(self) -> Router:
        """Return the part of the dispatcher that hears colleagues in private."""
        router = Router(name="staff in private")
        private = F.chat.type == ChatType.PRIVATE
        router.message.register(self.bind, private, brings_code)
        router.message.register(self.heard, private, gives_order)
        return router

    async def bind(self, message: Message, code: str) -> None:
        """Bind the account to whose code this is."""
        account = str(message.chat.id)
        staff = await bind_account(NAME, account, code, self._clock())
        told = say(self._desk, "bound", name=staff.name) if staff else say(self._desk, "bad_code")
        await try_to(message.answer(told))

    async def heard(
        self, message: Message, event_update: Update, staff: StaffMember, ordered: str
    ) -> None:
        """Carry out an order of a colleague."""
        bot_id = message.bot.id if message.bot else 0
        once = key_of(bot_id, {"update_id": event_update.update_id})
        answer = await order(staff, ordered, once, self._desk, self._clock(), channel=NAME)
        await try_to(message.answer(answer.text))


async def brings_code(message: Message) -> dict[str, Any] | bool:
    """Tell whether a message is the start link of the staff room, or its code typed by hand."""
    command, rest = command_of(message.text)
    code = rest if command == "start" else (message.text or "").strip()
    return {"code": code} if code.startswith(MARK) else False


async def gives_order(message: Message) -> dict[str, Any] | bool:
    """Tell whether a colleague orders something; colleagues may be patients here, too."""
    command, rest = command_of(message.text)
    ordered = order_in(rest if command else message.text or "", "", None, command)
    staff = await staff_of(NAME, str(message.chat.id)) if ordered else None
    return {"staff": staff, "ordered": ordered} if staff is not None else False
