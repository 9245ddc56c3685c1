"""The texts a catalog is made of, each with where it stands and for whom it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from dialogs.catalog import Catalog
from dialogs.checking.fault import WORDS, file_of_form, file_of_message
from dialogs.form import Form, ItemType, Option
from dialogs.message import Message


class Variant(StrEnum):
    """For whom a text is written."""

    RICH = "rich"
    SMS = "sms"
    ELDER = "elder"


@dataclass(frozen=True, slots=True)
class Text:
    """A text with its choices. `numbered`: the choices must stand in it with their numbers."""

    file: str
    item: str
    variant: Variant
    words: str
    options: tuple[Option, ...] = ()
    numbered: bool = True
    segments: int = 1
    safety: bool = False


def texts_of(catalog: Catalog) -> Iterator[Text]:
    """List every text in the language of the catalog."""
    for form in catalog.forms.values():
        if form.language == catalog.language:
            yield from _of_form(form)
    for message in catalog.messages.values():
        yield from _of_message(message)


def _of_form(form: Form) -> Iterator[Text]:
    file = file_of_form(form.id)
    for item in form.items:
        numbered = item.type is not ItemType.SCALE
        elder = Variant.ELDER if form.elderly else Variant.RICH
        yield Text(file, item.id, elder, item.text, item.options, numbered=False)
        for variant in (Variant.SMS, Variant.ELDER) if form.elderly else (Variant.SMS,):
            if item.sms:
                yield Text(file, item.id, variant, item.sms, item.options, numbered, item.segments)


def _of_message(message: Message) -> Iterator[Text]:
    file, safety = file_of_message(message.id), message.id in WORDS["safety"]
    few, by_sms = (
        tuple(o for o in message.options if o.key in keys) if keys else message.options
        for keys in (message.elder_options, message.sms_options)
    )
    unnumbered = safety and message.id not in ("M-RF-ECHO", "M-RF-CHECK")
    numbered = not unnumbered and message.id not in WORDS["unnumbered"]
    yield Text(file, message.id, Variant.RICH, message.text, message.options, numbered=False)
    for variant, words, options in (
        (Variant.SMS, message.sms, by_sms),
        (Variant.ELDER, message.elder, few),
    ):
        if words:
            yield Text(
                file, message.id, variant, words, options, numbered, message.segments, safety
            )
