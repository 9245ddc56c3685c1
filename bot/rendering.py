"""From the neutral Ask and Say to the text and buttons of a channel; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dialogs.actions import Ask, Say
from dialogs.case import Case
from dialogs.catalog import Catalog
from dialogs.form import ItemType, Option
from dialogs.message import Message
from dialogs.wording import fill, numbered


@dataclass(frozen=True, slots=True)
class Bubble:
    """What a person sees: a text, and the buttons below it with the turn they belong to.

    `inline`: the options are already written out in the text.
    """

    text: str
    options: tuple[Option, ...] = ()
    several: bool = False
    turn: int = 0
    progress: str = ""
    photo: bool = False
    inline: bool = False

    @property
    def line(self) -> str:
        """The bubble on one line, options numbered."""
        text = " ".join(self.text.split())
        listed = numbered(self.options) if self.options and not self.inline else ""
        return " ".join(part for part in (self.progress, text, listed) if part)


def render(content: Ask | Say, catalog: Catalog, case: Case, values: Mapping[str, str]) -> Bubble:
    """Render for a channel; raises MissingValue when a text lacks a value."""
    known = {**content.values, **values}
    if isinstance(content, Say):
        told = _message(catalog.messages[content.message], case, known, ())
        # what is only told waits for no answer; below a safety text help is one press away
        return told if content.safety else replace(told, options=())
    bubble = _in_words(_question(content, catalog, case, known), case)
    if not content.lead:
        return bubble
    return _led(bubble, catalog.messages[content.lead], case, known)


def _in_words(bubble: Bubble, case: Case) -> Bubble:
    """Where there are no buttons the choices stand in the text, whatever it says itself."""
    if case.rich or bubble.inline or not bubble.options:
        return bubble
    return replace(bubble, text=f"{bubble.text} {numbered(bubble.options)}", inline=True)


def _question(ask: Ask, catalog: Catalog, case: Case, values: Mapping[str, str]) -> Bubble:
    if ask.message:
        bubble = _message(catalog.messages[ask.message], case, values, ask.options)
        return replace(bubble, turn=ask.turn)
    item = catalog.forms[ask.form].item(ask.item)
    options = tuple(
        replace(option, label=fill(option.label, values))
        for option in item.options
        if option.key in ask.options
    )
    reduced = len(options) < len(item.options)
    sms = item.sms if not case.rich and not reduced else ""
    return Bubble(
        text=fill(sms or item.text, values),
        options=options,
        several=item.type is ItemType.MULTI,
        turn=ask.turn,
        progress=f"{ask.number}/{ask.total}" if case.rich and ask.total else "",
        photo=item.type is ItemType.PHOTO and case.rich,
        inline=bool(sms),
    )


def _message(
    message: Message, case: Case, values: Mapping[str, str], keys: Sequence[str]
) -> Bubble:
    wanted = tuple(
        replace(option, label=fill(option.label, values))
        for option in message.options
        if not keys or option.key in keys
    )
    short = _short(message, case)
    text = fill(short or message.text, values, message.optional)
    return Bubble(text=text, options=wanted, inline=bool(short))


def _short(message: Message, case: Case) -> str:
    if case.elderly and message.elder:
        return message.elder
    return message.sms if not case.rich else ""


def _led(bubble: Bubble, lead: Message, case: Case, values: Mapping[str, str]) -> Bubble:
    wording = _short(lead, case) or lead.text
    asked = bubble.text.removesuffix("。") if "{q}。" in wording else bubble.text  # one stop
    return replace(bubble, text=fill(wording, {**values, "q": asked}))
