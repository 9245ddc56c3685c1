"""What a Telegram update says, in the words of the inbox; pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, Final

from aiogram.enums import ChatMemberStatus, ChatType
from aiogram.types import (
    CallbackQuery,
    Chat,
    ChatMemberUpdated,
    Document,
    InaccessibleMessage,
    InlineKeyboardMarkup,
    Message,
    PhotoSize,
    Update,
)

from bot.channels.telegram_buttons import read_press, ticked
from bot.inbox import Came, Left, Opened, Other, Pictured, Pressed, Spoke, Wrote
from handlers.media import LARGEST

Fetch = Callable[[str], Awaitable[bytes]]

ALLOWED_UPDATES: Final = ["message", "edited_message", "callback_query", "my_chat_member"]
_LONGEST_KEY: Final = 120
_LONGEST_KIND: Final = 32
_COMMAND: Final = re.compile(
    r"/(?P<name>[a-z_]{1,32})(?:@\w+)?(?:\s+(?P<rest>.*))?", re.IGNORECASE | re.DOTALL
)


def key_of(bot_id: int, raw: Mapping[str, Any]) -> str:
    """Name an update once and for all: another bot of the hospital counts for itself (F11)."""
    number = raw.get("update_id")
    told = number if isinstance(number, int) else hashlib.sha256(repr(raw).encode()).hexdigest()
    key = f"{bot_id}:{told}"
    return key if len(key) <= _LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()


def storable(raw: Mapping[str, Any]) -> Any:
    """Return an update without half emojis, which nothing that stores or sends text can take."""
    return json.loads(json.dumps(raw, ensure_ascii=False).encode(errors="replace"))


def chat_of(update: Update) -> Chat | None:
    """Return the chat something happened in."""
    said = update.message or update.edited_message or update.my_chat_member
    if said is not None:
        return said.chat
    pressed = update.callback_query
    return pressed.message.chat if pressed and pressed.message else None


def is_private(chat: Chat) -> bool:
    """Tell whether a chat is with one person alone."""
    return chat.type == ChatType.PRIVATE


def command_of(text: str | None) -> tuple[str, str]:
    """Return the name of a command and what follows it; empty where there is none."""
    found = _COMMAND.fullmatch((text or "").strip())
    return (found["name"].lower(), (found["rest"] or "").strip()) if found else ("", "")


def came(update: Update, key: str, fetch: Fetch) -> Came:
    """Say what somebody did in a private chat; `fetch` loads a file of Telegram's by its id."""
    if update.callback_query is not None:
        return _pressed(update.callback_query, key)
    if update.message is not None:
        return _said(update.message, key, fetch)
    if update.my_chat_member is not None:
        return _joined(update.my_chat_member, key)
    chat = chat_of(update)
    address = str(chat.id) if chat else ""
    return Other(key, address, kind="edited" if update.edited_message else "unknown")


def markup_of(query: CallbackQuery) -> InlineKeyboardMarkup | None:
    """Return the buttons as they stood when one was pressed; None when too old to be told."""
    below = query.message
    return None if below is None or isinstance(below, InaccessibleMessage) else below.reply_markup


def _pressed(query: CallbackQuery, key: str) -> Came:
    """Read a pressed button; of several choices those that are ticked."""
    address = str(query.from_user.id)
    press = read_press(query.data)
    if press is None or press.ticks:
        return Other(key, address, kind="callback")
    keys = ",".join(ticked(markup_of(query))) if press.done else press.key
    return Pressed(key, address, key=keys, turn=press.turn) if keys else Other(key, address)


def _said(message: Message, key: str, fetch: Fetch) -> Came:
    address, at = str(message.chat.id), message.date
    command, rest = command_of(message.text)
    if command == "start":
        return Opened(key, address, at, token=rest)
    if message.text:
        # /stop is what people write to a bot that should stop
        return Wrote(key, address, at, text=command if command and not rest else message.text)
    picture = picture_in(message)
    if picture is not None:
        fetching = partial(fetch, picture.file_id)
        return Pictured(key, address, at, fetch=fetching, caption=message.caption or "")
    heard = message.voice or message.audio or message.video_note
    if heard is not None:
        return Spoke(key, address, at, fetch=partial(fetch, heard.file_id))
    if message.caption:
        # danger may stand below a film as well
        return Wrote(key, address, at, text=message.caption)
    return Other(key, address, at, kind=message.content_type[:_LONGEST_KIND])


def picture_in(message: Message) -> PhotoSize | Document | None:
    """Return the largest size we take, or a picture sent as a file."""
    fitting = [size for size in message.photo or () if (size.file_size or 0) <= LARGEST]
    if fitting:
        return max(fitting, key=lambda size: size.width * size.height)
    file = message.document
    return file if file and (file.mime_type or "").startswith("image/") else None


def _joined(change: ChatMemberUpdated, key: str) -> Came:
    gone = change.new_chat_member.status in (ChatMemberStatus.KICKED, ChatMemberStatus.LEFT)
    address = str(change.chat.id)
    return Left(key, address, change.date) if gone else Opened(key, address, change.date)
