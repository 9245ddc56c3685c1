"""Buttons below a message: what each carries, how they stand, which of several are ticked; pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from bot.rendering import Bubble
from dialogs.form import Option
from dialogs.wording import A_PERSON, length

MOST_BYTES: Final = 64
MOST_BUTTONS: Final = 100
TICK: Final = "✅ "
_HIGHEST_TURN: Final = 2**31 - 1
_DATA: Final = re.compile(r"(?P<turn>\d{1,10}):(?P<mark>[+=]?)(?P<key>[A-Za-z0-9_.-]{0,60})")
# labels this short (in UTF-16 units) stand side by side, so many in a row
_ROWS: Final = ((2, 6), (4, 4), (9, 2))


@dataclass(frozen=True, slots=True)
class Press:
    """A pressed button: the choice, or that one of several is ticked, or that they are chosen."""

    turn: int
    key: str = ""
    ticks: bool = False
    done: bool = False


def read_press(data: str | None) -> Press | None:
    """Read what a button carried; None for what is none of a question of ours."""
    found = _DATA.fullmatch(data or "")
    if found is None or int(found["turn"]) > _HIGHEST_TURN:
        return None
    mark, key = found["mark"], found["key"]
    if bool(key) == (mark == "="):
        return None
    return Press(int(found["turn"]), key, ticks=mark == "+", done=mark == "=")


def keyboard(bubble: Bubble, done: str) -> InlineKeyboardMarkup | None:
    """Put the choices of a bubble on buttons bound to its turn; None where they do not fit.

    Several choices are ticked one by one and sent with a last button, `done`.
    """
    pairs = [(option, _data(bubble, option)) for option in bubble.options]
    if not 0 < len(pairs) < MOST_BUTTONS or any(read_press(data) is None for _, data in pairs):
        return None
    buttons = [InlineKeyboardButton(text=o.label, callback_data=data) for o, data in pairs]
    rows = _rows(buttons)
    if bubble.several:
        rows.append([InlineKeyboardButton(text=done, callback_data=f"{bubble.turn}:=")])
    return InlineKeyboardMarkup(inline_keyboard=rows)


def ticked(markup: InlineKeyboardMarkup | None) -> tuple[str, ...]:
    """Return the keys that are ticked, in their order."""
    chosen = [button for button in _buttons(markup) if button.text.startswith(TICK)]
    presses = [read_press(button.callback_data) for button in chosen]
    return tuple(press.key for press in presses if press is not None and press.ticks)


def with_tick(markup: InlineKeyboardMarkup, data: str) -> InlineKeyboardMarkup:
    """Tick a choice, or take its tick away."""
    rows = [[_turned(button, data) for button in row] for row in markup.inline_keyboard]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def without(markup: InlineKeyboardMarkup | None, number: str) -> InlineKeyboardMarkup | None:
    """Take away the buttons about a case; None when none are left."""
    rows = [] if markup is None else markup.inline_keyboard
    kept = [[one for one in row if number not in (one.callback_data or "")] for row in rows]
    left = [row for row in kept if row]
    return InlineKeyboardMarkup(inline_keyboard=left) if left else None


def _data(bubble: Bubble, option: Option) -> str:
    """Say what a button carries; a person is called at once, not ticked."""
    mark = "+" if bubble.several and option.key != A_PERSON else ""
    return f"{bubble.turn}:{mark}{option.key}"


def _rows(buttons: Sequence[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    longest = max(length(button.text) for button in buttons)
    wide = next((count for limit, count in _ROWS if longest <= limit), 1)
    return [list(buttons[place : place + wide]) for place in range(0, len(buttons), wide)]


def _turned(button: InlineKeyboardButton, data: str) -> InlineKeyboardButton:
    if button.callback_data != data:
        return button
    bare = button.text.removeprefix(TICK)
    text = bare if button.text.startswith(TICK) else TICK + bare
    return InlineKeyboardButton(text=text, callback_data=data)


def _buttons(markup: InlineKeyboardMarkup | None) -> Iterable[InlineKeyboardButton]:
    return (button for row in markup.inline_keyboard for button in row) if markup else ()
