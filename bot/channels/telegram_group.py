"""The staff's groups in Telegram: posts with buttons, orders by press or by word, no strange group.

What stands in a group is a case number, a ward, a level, a clock and a link (T07); the answers to
orders name colleagues at most.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Final

from aiogram import Bot, F, Router
from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.exceptions import AiogramError, TelegramMigrateToChat
from aiogram.types import CallbackQuery, Chat, ChatMemberUpdated, Message, Update

from bot.channel import Misconfigured
from bot.channels.telegram_buttons import without
from bot.channels.telegram_faults import send_error, try_to
from bot.channels.telegram_posts import (
    asks_where,
    keyboard_of,
    order_in,
    pressed_order,
)
from bot.channels.telegram_receive import command_of, key_of, markup_of
from bot.channels.telegram_sending import send_text
from bot.channels.telegram_text import LONGEST
from bot.channels.telegram_words import say
from bot.group_channel import PostLine
from handlers.claims import Refusal
from handlers.desk import Desk
from handlers.moved_groups import moved_groups, note_moved
from handlers.room.answers import DONE, Answer
from handlers.room.commands import order
from handlers.room.groups import Group
from handlers.staff_accounts import MARK, spend_code, staff_of
from models.people import System

NAME: Final = System.TELEGRAM.channel
_GROUPS: Final = {ChatType.GROUP, ChatType.SUPERGROUP, ChatType.CHANNEL}
_IN: Final = frozenset({ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR})
# after these nobody needs the buttons of a case any more
_SETTLED: Final = frozenset({DONE, Refusal.TAKEN.value, Refusal.CLOSED.value})
_LONGEST_POP_UP: Final = 200


class TelegramGroups:
    """The groups on the hospital's list; the bot stays in no other."""

    name = NAME
    # bytes are never fewer than the units Telegram counts
    limit = LONGEST

    def __init__(
        self, bot: Bot, desk: Desk, clock: Callable[[], datetime], groups: Collection[Group]
    ) -> None:
        self._bot = bot
        self._desk = desk
        self._clock = clock
        self._listed = frozenset(group.address for group in groups if group.channel == NAME)

    def router(self) -> Router:
        """Return the part of the dispatcher that hears groups."""
        router = Router(name="staff groups")
        router.my_chat_member.register(self.joined, F.chat.type.in_(_GROUPS))
        in_groups = F.chat.type.in_(_GROUPS)
        router.message.register(self.moved, in_groups, F.migrate_to_chat_id)
        router.message.register(self.heard, in_groups)
        router.callback_query.register(self.pressed, F.message.chat.type.in_(_GROUPS))
        return router

    async def start(self) -> None:
        """Nothing: the bot is the channel's, which opens it."""

    async def close(self) -> None:
        """Nothing, as above."""

    async def post(self, group: Group, lines: Sequence[PostLine]) -> str:
        """Send posts to a group as one message and return its id; raises SendError.

        A group that has become a supergroup is written to under its new id, which is kept.
        """
        chat = (await moved_groups(NAME)).get(group.address, group.address)
        try:
            return await self._send(_number(chat), lines)
        except TelegramMigrateToChat as moved:
            new = moved.migrate_to_chat_id
        await note_moved(NAME, group.address, str(new), self._clock())
        try:
            return await self._send(new, lines)
        except TelegramMigrateToChat as again:
            raise send_error(again) from None

    async def joined(self, change: ChatMemberUpdated) -> None:
        """Leave a group that is not on the list, and say what would put it there."""
        if change.new_chat_member.status in _IN and not await self._is_ours(change.chat):
            await self._leave(change.chat)

    async def moved(self, message: Message) -> None:
        """Keep the new id of a group that became a supergroup."""
        if message.migrate_to_chat_id is not None and await self._is_ours(message.chat):
            new = str(message.migrate_to_chat_id)
            await note_moved(NAME, str(message.chat.id), new, self._clock())

    async def heard(self, message: Message, event_update: Update) -> None:
        """Carry out what is ordered in a text; what people say to each other is nobody's business.

        A code somebody posts here has been seen by all, so it ends.
        """
        if not await self._is_ours(message.chat):
            await self._leave(message.chat)
            return
        command, rest = command_of(message.text)
        if command == "start" and rest.startswith(MARK):
            await spend_code(rest, self._clock())
            await try_to(message.reply(say(self._desk, "code_in_group")))
            return
        ordered = await self._ordered(message, command, rest)
        if ordered and message.from_user is not None:
            answer = await self._order(str(message.from_user.id), ordered, event_update)
            told = answer.text if answer else say(self._desk, "unbound")
            await try_to(message.reply(told))

    async def pressed(self, query: CallbackQuery, event_update: Update) -> None:
        """Carry out what a button orders; who pressed is told, and the settled buttons go."""
        if query.message is None or not await self._is_ours(query.message.chat):
            return
        ordered = pressed_order(query.data)
        if not ordered or asks_where(ordered):
            how = say(self._desk, "transfer_how") if ordered else ""
            await self._pop_up(query, how, alert=bool(ordered))
            return
        answer = await self._order(str(query.from_user.id), ordered, event_update)
        if answer is None:
            await self._pop_up(query, say(self._desk, "unbound"), alert=True)
            return
        await self._pop_up(query, answer.text, alert=answer.refused)
        if answer.result in _SETTLED:
            await self._settle(query, answer.values.get("number", ""))

    async def _send(self, chat: int, lines: Sequence[PostLine]) -> str:
        text, buttons = "\n".join(line.text for line in lines), keyboard_of(lines)
        try:
            return str((await send_text(self._bot, chat, text, buttons)).message_id)
        except TelegramMigrateToChat:
            raise
        except AiogramError as fault:
            raise send_error(fault) from None

    async def _ordered(self, message: Message, command: str, rest: str) -> str:
        replied = message.reply_to_message
        ours = replied is not None and replied.from_user and replied.from_user.id == self._bot.id
        post = (replied.text or "") if replied is not None and ours else None
        name = (await self._bot.me()).username or ""
        return order_in(rest if command else message.text or "", name, post, command)

    async def _order(self, account: str, text: str, update: Update) -> Answer | None:
        """Give an order in the name of whose account it is; None for nobody's."""
        staff = await staff_of(NAME, account)
        if staff is None:
            return None
        once = key_of(self._bot.id, {"update_id": update.update_id})
        return await order(staff, text, once, self._desk, self._clock(), channel=NAME)

    async def _pop_up(self, query: CallbackQuery, text: str, *, alert: bool) -> None:
        await try_to(query.answer(text[:_LONGEST_POP_UP] or None, show_alert=alert))

    async def _settle(self, query: CallbackQuery, number: str) -> None:
        """Take away the buttons of a case; those of other cases in the same message stay."""
        below = markup_of(query)
        if below is None or query.message is None or not number:
            return
        left = without(below, number)
        if left != below:
            await try_to(
                self._bot.edit_message_reply_markup(
                    chat_id=query.message.chat.id,
                    message_id=query.message.message_id,
                    reply_markup=left,
                )
            )

    async def _is_ours(self, chat: Chat) -> bool:
        address = str(chat.id)
        if address in self._listed:
            return True
        moved = await moved_groups(NAME)
        return any(moved.get(listed) == address for listed in self._listed)

    async def _leave(self, chat: Chat) -> None:
        told = say(self._desk, "strange_group", chat=str(chat.id))
        await try_to(self._bot.send_message(chat.id, told))
        await try_to(self._bot.leave_chat(chat.id))


def _number(address: str) -> int:
    try:
        return int(address)
    except ValueError:
        raise Misconfigured("the address of a group is a number such as -1001234567890") from None
