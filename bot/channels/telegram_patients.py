"""A patient alone with the bot: what is written, pressed or pictured goes to the inbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from aiogram import Bot
from aiogram.enums import ContentType
from aiogram.exceptions import AiogramError
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message, Update
from aiohttp import ClientError

from bot.channel import Invalid, NotConnected
from bot.channels.telegram_buttons import Press, read_press, ticked, with_tick
from bot.channels.telegram_faults import send_error, try_to
from bot.channels.telegram_receive import came, chat_of, markup_of, picture_in
from bot.channels.telegram_sending import send_text
from bot.channels.telegram_words import say
from bot.inbox import Take, Taken
from handlers.asked import questions_answered
from handlers.desk import Desk
from handlers.media import LARGEST
from models.people import System

_SECONDS: Final = 30
_UNREAD: Final[Mapping[str, str]] = {
    ContentType.LOCATION: "M-NO-PLACE",
    ContentType.VENUE: "M-NO-PLACE",
    ContentType.VIDEO: "M-NO-FILM",
    ContentType.ANIMATION: "M-NO-FILM",
    ContentType.DOCUMENT: "M-NO-FILM",
}


class TelegramPatients:
    """Hears patients; where they are not `served` each is told so, and nothing is kept."""

    def __init__(self, bot: Bot, take: Take, desk: Desk, *, served: bool) -> None:
        self._bot = bot
        self._take = take
        self._desk = desk
        self._served = served

    async def hear(self, update: Update, key: str) -> None:
        """Hear one update of a private chat; it is stored when this returns."""
        if not self._served:
            await self._turn_away(update)
            return
        query = update.callback_query
        press = read_press(query.data) if query else None
        if query is not None and press is not None and not _chosen(query, press):
            await self._tick(query, press)
            return
        taken = await self._take(System.TELEGRAM, came(update, key, self.fetch))
        if query is not None:
            await try_to(query.answer())
        await self._answer(update, taken)

    async def fetch(self, file_id: str) -> bytes:
        """Load a file; raises SendError. The address of a file holds the bot's token."""
        try:
            file = await self._bot.get_file(file_id)
            if not file.file_path or (file.file_size or 0) > LARGEST:
                raise Invalid("too large")
            return await self._load(self._bot.session.api.file_url(self._bot.token, file.file_path))
        except AiogramError as fault:
            raise send_error(fault) from None
        except (ClientError, TimeoutError) as fault:
            raise NotConnected(type(fault).__name__) from None

    async def _load(self, url: str) -> bytes:
        content = bytearray()
        async for chunk in self._bot.session.stream_content(url, timeout=_SECONDS):
            content += chunk
            if len(content) > LARGEST:
                raise Invalid("too large")
        return bytes(content)

    async def _answer(self, update: Update, taken: Taken) -> None:
        """Say what is to be said at once, and take away the buttons that have been answered."""
        chat = chat_of(update)
        if chat is None:
            return
        # what comes again was not acknowledged, so the first answer may never have gone out
        if told := taken.reply or self._kind_word(update):
            await try_to(send_text(self._bot, chat.id, told))
        if taken.repeated:
            return
        for message_id in await self._answered(update, taken):
            await try_to(self._show(chat.id, message_id, None))

    def _kind_word(self, update: Update) -> str:
        """Say what cannot be read here, so that nobody believes to have told us."""
        if update.edited_message is not None:
            return say(self._desk, "edited")
        sent = update.message
        # a picture sent as a file is a picture
        unread = sent is not None and picture_in(sent) is None
        message = _UNREAD.get(sent.content_type) if sent and unread else None
        return self._desk.catalog.messages[message].text if message else ""

    async def _show(self, chat: int, message: int, below: InlineKeyboardMarkup | None) -> None:
        await self._bot.edit_message_reply_markup(
            chat_id=chat, message_id=message, reply_markup=below
        )

    async def _answered(self, update: Update, taken: Taken) -> set[int]:
        """Name the messages whose buttons may go: the pressed one, and what words have answered."""
        below = update.callback_query.message if update.callback_query else None
        pressed = {below.message_id} if below is not None else set()
        if taken.conversation_id is None:
            return pressed
        known = await questions_answered(taken.conversation_id, System.TELEGRAM.channel)
        return pressed | {int(one) for one in known if one.isdecimal()}

    async def _tick(self, query: CallbackQuery, press: Press) -> None:
        """Tick one of several; the keyboard itself remembers, so nothing is kept here."""
        markup, message = markup_of(query), query.message
        if markup is None or message is None or query.data is None:
            await try_to(query.answer(say(self._desk, "write_number"), show_alert=True))
        elif press.done:
            await try_to(query.answer(say(self._desk, "choose_first"), show_alert=True))
        else:
            await try_to(query.answer())
            turned = with_tick(markup, query.data)
            await try_to(self._show(message.chat.id, message.message_id, turned))

    async def _turn_away(self, update: Update) -> None:
        if update.callback_query is not None:
            await try_to(update.callback_query.answer())
        elif isinstance(update.message, Message):
            await try_to(update.message.answer(say(self._desk, "closed")))


def _chosen(query: CallbackQuery, press: Press) -> bool:
    """Tell whether something was chosen with this press, rather than only ticked."""
    return bool(ticked(markup_of(query))) if press.done else not press.ticks
