"""A post and an order as Telegram shows and carries them; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.telegram_buttons import MOST_BYTES
from bot.group_channel import PostLine
from handlers.room.orders import Verb, read_order

_CASE: Final = re.compile(r"(?:TS-|[AD])\d{8}-\d{3,4}")
_ORDER: Final = "o:"
_LONGEST_ORDER: Final = 600
# orders that need no number
_ALONE: Final = frozenset({Verb.WHO, Verb.HELP})
_COMMANDS: Final = {"who": "谁", "help": "?", "start": "?"}


def keyboard_of(lines: Sequence[PostLine]) -> InlineKeyboardMarkup | None:
    """Put the orders posts invite to on buttons; of several posts each button names its case."""
    inviting = [line for line in lines if line.number and line.buttons]
    rows = [list(_buttons(line, named=len(lines) > 1)) for line in inviting]
    kept = [row for row in rows if row]
    return InlineKeyboardMarkup(inline_keyboard=kept) if kept else None


def case_in(text: str) -> str:
    """Return the one number a text names; empty where there is none, or more than one."""
    found = set(_CASE.findall(text))
    return found.pop() if len(found) == 1 else ""


def pressed_order(data: str | None) -> str:
    """Return the order a button carried; empty for any other."""
    text = data or ""
    return text.removeprefix(_ORDER) if text.startswith(_ORDER) else ""


def asks_where(text: str) -> bool:
    """Tell whether somebody wants to hand a case on and has not said to whom."""
    order = read_order(text)
    return order.verb is Verb.TRANSFER and not order.rest


def is_order(text: str) -> bool:
    """Tell whether this must be meant for the desk, though people talk here with each other."""
    order = read_order(text[:_LONGEST_ORDER])
    if order.verb in _ALONE:
        return order.number is None and not order.rest
    return order.verb is not None and order.number is not None


def order_in(text: str, bot: str, replied: str | None = None, command: str = "") -> str:
    """Return what is ordered by a text of a group; empty for what people say to each other.

    `bot` is our name there; `replied` the post of ours that is answered, whose number need not be
    repeated; `command` the name of a command, `/order` takes any order behind it.
    """
    if command:
        return _COMMANDS.get(command, text if command == "order" else "")[:_LONGEST_ORDER]
    said = text.strip()[:_LONGEST_ORDER]
    mention = f"@{bot}".casefold()
    if bot and said.casefold().startswith(mention):
        return said[len(mention) :].strip() or "?"
    if replied is not None:
        said = _with_number(said, case_in(replied))
    return said if is_order(said) else ""


def _with_number(text: str, number: str) -> str:
    """Put a number behind the verb of an order that has none."""
    order = read_order(text)
    if not number or order.verb is None or order.verb in _ALONE or order.number is not None:
        return text
    verb = text.removesuffix(order.rest) if order.rest else text
    return f"{verb.strip()} {number} {order.rest}".strip()


def _buttons(line: PostLine, *, named: bool) -> Iterator[InlineKeyboardButton]:
    for word in line.buttons:
        data = f"{_ORDER}{word} {line.number}"
        if len(data.encode()) <= MOST_BYTES and read_order(word).verb is not None:
            label = f"{word} {line.number}" if named else word
            yield InlineKeyboardButton(text=label, callback_data=data)
