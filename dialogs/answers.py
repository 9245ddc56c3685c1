"""From a reply to the value that is kept for an item, by the item's type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from dialogs.conditions import DECLINED, NOT_MEASURED
from dialogs.form import Item, ItemType
from dialogs.reading import wording
from dialogs.reading.normal import bare, normalise
from dialogs.reading.numbers import NumberReading, read_number
from dialogs.reading.options import keys_agree, read_options
from dialogs.reading.own_words import said_back
from dialogs.reading.scales import read_scale
from dialogs.turn import Reply

_WORDS: Final = wording.load(__file__, "answers.toml")
_NOTHING, _COURTESY, _NO_PHOTO, _SLIPS, _GREETING, _NOT_MEASURED, _PAINLESS = (
    frozenset(map(bare, _WORDS[name]))
    for name in (
        "nothing",
        "courtesy",
        "no_photo",
        "slips",
        "greeting",
        "not_measured",
        "painless",
    )
)
_MISTAKES: Final = frozenset(map(bare, _WORDS["mistakes"]))
_GOOD_NEWS: Final = re.compile(_WORDS["good_news"])
_QUESTION: Final = re.compile(_WORDS["question"])
_DOUBT: Final = re.compile(_WORDS["doubt"])
_THANKS: Final = re.compile(_WORDS["thanks"])
_BUSY: Final = re.compile(_WORDS["busy"])
_NOW: Final = re.compile(_WORDS["now"])
_CLAUSES: Final = re.compile(r"[,。;!?]+")
_TAKEN_BACK: Final = re.compile(_WORDS["taken_back"])
_PRESSURES: Final = 2
_LONE: Final = 2
_LONGEST: Final = 2000
_MILLIGRAMS: Final = (36, 600)


@dataclass(frozen=True, slots=True)
class Answer:
    """A value as kept: option keys or a number as text, with the words it came in.

    `digits` is the reply when it was digits or buttons only; `second` a further number that
    belongs to the next item.
    """

    value: tuple[str, ...]
    text: str
    digits: str = ""
    second: str = ""


def read_answer(item: Item, reply: Reply) -> Answer | None:
    """Read a reply as an answer to `item`; None when it is not clear what was meant."""
    if item.type is ItemType.PHOTO:
        return _photo(reply)
    if reply.media:
        return None
    if item.type is ItemType.TEXT:
        return _text(reply)
    if item.type is ItemType.SCALE:
        return _scale(item, reply)
    if item.type in (ItemType.CHOICE, ItemType.MULTI):
        return _options(item, reply)
    return _number(item, reply)


def nothing_said(text: str) -> bool:
    """Tell whether somebody asked an open question has nothing to say: 没有,谢谢."""
    without_thanks = bare(_THANKS.sub("", normalise(text)))
    return is_courtesy(text) or not without_thanks or without_thanks in _NOTHING


def is_courtesy(text: str) -> bool:
    """Tell whether words are thanks or a nod, and want no answer."""
    return bare(text) in _COURTESY


def without_excuses(text: str) -> str:
    """Leave out the clauses that name a time because it does not suit: 现在忙,七点再说."""
    clauses = _CLAUSES.split(normalise(text))
    return ",".join(clause for clause in clauses if not _BUSY.search(clause))


def is_now(text: str) -> bool:
    """Tell whether somebody has time now after all."""
    return bool(_NOW.fullmatch(bare(text)))


def is_greeting(text: str) -> bool:
    """Tell whether words only say hello."""
    return bare(text) in _GREETING


def is_question(text: str) -> bool:
    """Tell whether somebody asks something rather than answers."""
    return bool(bare(text)) and bool(_QUESTION.search(normalise(text).lower()))


def doubts_us(text: str) -> bool:
    """Tell whether somebody asks if we are a fraud, or what this costs."""
    return bool(_DOUBT.fullmatch(bare(text)))


def takes_back(text: str) -> bool:
    """Tell whether somebody says after an alarm that it is nothing (RC14)."""
    return bool(_TAKEN_BACK.search(normalise(text)))


def is_good_news(text: str) -> bool:
    """Tell whether somebody only says that all is well: 恢复得很好,谢谢关心."""
    return bool(_GOOD_NEWS.fullmatch(bare(text)))


def is_slip(text: str) -> bool:
    """Tell whether somebody may have mistyped rather than be the wrong person."""
    return bare(text) in _SLIPS


def is_mistake(text: str) -> bool:
    """Tell whether somebody who has said who answers takes back what was typed, not the number."""
    return bare(text) in _MISTAKES


def _photo(reply: Reply) -> Answer | None:
    if reply.media:
        return Answer((reply.media,), "")
    return Answer((DECLINED,), reply.text) if bare(reply.text) in _NO_PHOTO else None


def _text(reply: Reply) -> Answer | None:
    words = reply.text.strip()[:_LONGEST]
    said = bare(words)
    # a lone figure answers some other question, not this one
    if not said or (said.isdigit() and len(said) <= _LONE):
        return None
    return Answer((), words) if nothing_said(words) else Answer(("text",), words)


def _scale(item: Item, reply: Reply) -> Answer | None:
    if reply.keys:
        return _pressed(item, reply)
    points = read_scale(reply.text)
    return Answer((str(points),), reply.text) if points else None


def _options(item: Item, reply: Reply) -> Answer | None:
    if reply.keys:
        return _pressed(item, reply)
    several = item.type is ItemType.MULTI
    reading = read_options(reply.text, item.options, several=several)
    if not reading.clear:
        return None if reading.out_of_range else _said_back(item, reply)
    return Answer(reading.keys, reply.text, bare(reply.text) if reading.bare_digits else "")


def _said_back(item: Item, reply: Reply) -> Answer | None:
    key = said_back(item, reply.text)
    return Answer((key,), reply.text) if key else None


def is_option(item: Item, text: str) -> bool:
    """Tell whether the whole message is one option of a closed item, or several of them."""
    return (
        bool(item.options)
        and read_options(text, item.options, several=item.type is ItemType.MULTI).clear
    )


def _pressed(item: Item, reply: Reply) -> Answer | None:
    known = [option.key for option in item.options]
    single = item.type is not ItemType.MULTI
    if not set(reply.keys) <= set(known) or (single and len(reply.keys) > 1):
        return None
    if not keys_agree(reply.keys, item.options):
        return None
    numbers = " ".join(str(known.index(key) + 1) for key in reply.keys)
    return Answer(reply.keys, "", numbers)


def _number(item: Item, reply: Reply) -> Answer | None:
    if item.id == "nrs" and bare(_THANKS.sub("", normalise(reply.text))) in _PAINLESS:
        return Answer(("0",), reply.text)
    reading = read_number(reply.text, decimal=item.type is ItemType.DECIMAL)
    if reading.not_measured or bare(reply.text) in _NOT_MEASURED:
        return Answer((NOT_MEASURED,), reply.text) if _may_be_missing(item) else None
    if reading.meter:
        return Answer((reading.meter,), reply.text) if item.id == "fpg" else None
    if not reading.clear:
        return None
    if item.id == "fpg" and reading.unit == "mg/dl" and _in_milligrams(reading):
        return in_millimoles(reply.text)
    return _measured(item, reading, reply.text)


def suspected_milligrams(item: Item, text: str) -> bool:
    """Tell whether a glucose value looks as if it were in mg/dL."""
    return item.id == "fpg" and _in_milligrams(read_number(text, decimal=True))


def _in_milligrams(reading: NumberReading) -> bool:
    low, high = _MILLIGRAMS
    return len(reading.values) == 1 and low <= reading.values[0] <= high


def in_millimoles(text: str) -> Answer:
    """Convert a glucose value from mg/dL to mmol/L."""
    (milligrams,) = read_number(text, decimal=True).values
    return Answer((_plain(round(milligrams / 18, 1)),), text)


def _may_be_missing(item: Item) -> bool:
    return item.id in ("temp", "fpg", "sys", "dia")


def _measured(item: Item, reading: NumberReading, text: str) -> Answer | None:
    values = reading.values
    if len(values) == _PRESSURES and item.id == "dia" and values[0] > values[1]:
        values = values[1:]
    if len(values) == _PRESSURES and item.id == "sys":
        high, low = values
        if low >= high or not _within(item, high):
            return None
        return Answer((_plain(high),), text, second=_plain(low))
    if len(values) != 1 or not _within(item, values[0]):
        return None
    return Answer((_plain(values[0]),), text)


def _within(item: Item, value: float) -> bool:
    low = item.minimum if item.minimum is not None else value
    high = item.maximum if item.maximum is not None else value
    whole = item.type is not ItemType.INTEGER or value == int(value)
    return low <= value <= high and whole


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)
