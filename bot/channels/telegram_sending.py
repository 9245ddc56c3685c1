"""Sending a text to a chat, in as many parts as it needs, the buttons below the last one."""

from __future__ import annotations

from aiogram import Bot
from aiogram.exceptions import AiogramError
from aiogram.types import InlineKeyboardMarkup, Message

from bot.channel import Invalid, OutcomeUnknown, SendError
from bot.channels.telegram_text import parts


async def send_text(
    bot: Bot, chat: int, text: str, buttons: InlineKeyboardMarkup | None = None
) -> Message:
    """Send a text as it is (no markup is read in it, T08) and return its last part as sent.

    Raises aiogram's fault or SendError while nothing has gone out; once a part has, a further
    fault is OutcomeUnknown, since the whole must not go again.
    """
    cut = parts(text)
    if not cut:
        raise Invalid("nothing to say")
    for part in cut[:-1]:
        await _send(bot, chat, part, None, begun=part is not cut[0])
    return await _send(bot, chat, cut[-1], buttons, begun=len(cut) > 1)


async def _send(
    bot: Bot, chat: int, part: str, buttons: InlineKeyboardMarkup | None, *, begun: bool
) -> Message:
    try:
        return await bot.send_message(chat, part, reply_markup=buttons)
    except (AiogramError, SendError) as fault:
        if begun:
            raise OutcomeUnknown(f"in parts: {type(fault).__name__}") from None
        raise
