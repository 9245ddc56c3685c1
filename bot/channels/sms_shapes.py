"""The texts as they go out by SMS, with their variables: what is filed with a provider; pure.

Each is rendered by the very renderer that makes the messages, so that what is filed and what is
sent cannot part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from bot.rendering import render
from dialogs.actions import Ask, Say
from dialogs.case import Case
from dialogs.catalog import Catalog, load_tables
from dialogs.form import Form, Item
from dialogs.message import Message
from dialogs.wording import MissingValue, variables

ELDER: Final = "elder"
_UNKNOWN: Final = "M-UNK"
_YEAR_AGAIN: Final = ("M-ID-AGAIN", _UNKNOWN)
_AGAIN: Final[Mapping[str, tuple[str, ...]]] = {"M-ID": _YEAR_AGAIN, "M-ID-FAMILY": _YEAR_AGAIN}
# texts that only stand within others, as the value of a variable
_FRAGMENTS: Final = ("M-SLOT", "M-CHOICE-", "M-HOURS-", "M-WARN-", "M-NOTE-")
# beyond this many clauses that may be left out, only all or none of them are
_FEW: Final = 3


@dataclass(frozen=True, slots=True)
class Shape:
    """A text with its variables in braces.

    `name` is what a letter calls it (`M-OPEN`, `M-UNK+fu-d3.pain`); `variant` tells the elderly's
    text and those with a clause left out. `banned_by`: providers that file no such text.
    `repeats`: it asks a question again.
    """

    name: str
    words: str
    variant: str = ""
    banned_by: tuple[str, ...] = ()
    repeats: bool = False

    @property
    def id(self) -> str:
        """The name of this very text."""
        return f"{self.name}/{self.variant}" if self.variant else self.name

    @property
    def variables(self) -> set[str]:
        """What is to be filled in."""
        return variables(self.words)


def shapes(catalog: Catalog) -> tuple[Shape, ...]:
    """List every text that may go by SMS, each once."""
    found: dict[tuple[str, str], Shape] = {}
    for shape in _all(catalog):
        found.setdefault((shape.name, shape.words), shape)
    return tuple(found.values())


def _all(catalog: Catalog) -> Iterator[Shape]:
    for message in catalog.messages.values():
        leads = "q" in variables(message.sms)
        if message.sms and not leads and not message.id.startswith(_FRAGMENTS):
            yield from _of_message(catalog, message)
    for form in catalog.forms.values():
        for item in form.items:
            if item.sms and not item.not_sms:
                yield from _of_item(catalog, form, item)
    # what goes to the duty phone
    for name, entry in load_tables("staff").items():
        if "sms" in entry:
            yield Shape(name, entry["sms"])


def _of_message(catalog: Catalog, message: Message) -> Iterator[Shape]:
    banned = message.sms_banned_by
    for elderly in (False, True) if message.elder else (False,):
        keys = [option.key for option in message.options]
        if fewer := message.elder_options if elderly else message.sms_options:
            keys = [key for key in keys if key in fewer]
        told = Say(message.id)
        asked = Ask(1, message.id, options=tuple(keys))
        body = asked if keys else told
        named = variables(message.elder if elderly else message.sms)
        optional = sorted(named & set(message.optional))
        yield from _cut(catalog, body, Shape(message.id, "", "", banned), optional, elderly=elderly)
        for lead in _AGAIN.get(message.id, (_UNKNOWN,) if keys else ()):
            again = Ask(1, message.id, options=tuple(keys), lead=lead)
            shape = Shape(f"{lead}+{message.id}", "", "", banned, repeats=True)
            yield from _cut(catalog, again, shape, optional, elderly=elderly)


def _of_item(catalog: Catalog, form: Form, item: Item) -> Iterator[Shape]:
    """List a question by itself and asked again; only the lead has a text for the elderly."""
    keys = tuple(option.key for option in item.options)
    body = Ask(1, form=form.id, item=item.id, options=keys)
    shape = Shape(f"{form.id}.{item.id}", "", "", form.sms_banned_by)
    yield from _cut(catalog, body, shape, (), elderly=False)
    again = replace(shape, name=f"{_UNKNOWN}+{shape.name}", repeats=True)
    for elderly in (False, True):
        yield from _cut(catalog, replace(body, lead=_UNKNOWN), again, (), elderly=elderly)


def _cut(
    catalog: Catalog, body: Ask | Say, shape: Shape, optional: Sequence[str], *, elderly: bool
) -> Iterator[Shape]:
    """Render a text with all its clauses, and with each that may be missing left out."""
    kind = ELDER if elderly else ""
    for place, left_out in enumerate(_subsets(optional)):
        words = _rendered(catalog, body, set(left_out), elderly=elderly)
        if words:
            number = str(place) if place else ""
            variant = "-".join(part for part in (kind, number) if part)
            yield replace(shape, words=words, variant=variant)


def _subsets(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    if len(names) > _FEW:
        yield from ((), *((name,) for name in names), tuple(names))
        return
    for size in range(len(names) + 1):
        yield from combinations(names, size)


def _rendered(catalog: Catalog, body: Ask | Say, missing: set[str], *, elderly: bool) -> str:
    """Fill every variable with itself."""
    values = {name: "" if name in missing else f"{{{name}}}" for name in _named(catalog, body)}
    try:
        bubble = render(body, catalog, Case(channel="sms", elderly=elderly), values)
    except MissingValue:
        return ""
    return bubble.line


def _named(catalog: Catalog, body: Ask | Say) -> set[str]:
    ids = [body.message, body.lead if isinstance(body, Ask) else ""]
    texts: list[str] = []
    for message in (catalog.messages[name] for name in ids if name):
        labels = [option.label for option in message.options]
        texts += [message.text, message.sms, message.elder, *labels]
    if isinstance(body, Ask) and body.form:
        item = catalog.forms[body.form].item(body.item)
        texts += [item.text, item.sms, *(option.label for option in item.options)]
    return set().union(*map(variables, texts)) - {"q"}
