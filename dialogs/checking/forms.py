"""The build of a form: its items, options, ranges, and whether somebody has signed it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from dialogs.catalog import Catalog
from dialogs.checking.fault import WORDS, Fault, error, file_of_form, warning
from dialogs.form import Form, Item, ItemType
from dialogs.reading.normal import bare

_CLOSED: Final = (ItemType.CHOICE, ItemType.MULTI, ItemType.SCALE)
_NUMBERS: Final = (ItemType.INTEGER, ItemType.DECIMAL)
_MOST_OPTIONS: Final = 9
_DISCHARGE: Final = "fu-"


def check_build(catalog: Catalog) -> Iterator[Fault]:
    """Check every form by itself."""
    for form in catalog.forms.values():
        file = file_of_form(form.id)
        for item_id, times in Counter(item.id for item in form.items).items():
            if times > 1:
                yield error(file, item_id, "item_twice")
        for item in form.items:
            yield from _item(file, form, item)
        yield from _opening(catalog, form)
        yield from _contents(form)
        if not form.approved:
            yield warning(file, "", "unapproved")


def _item(file: str, form: Form, item: Item) -> Iterator[Fault]:
    if not item.text:
        yield error(file, item.id, "no_text")
    if not item.sms and not item.not_sms and not form.sms_banned_by:
        yield error(file, item.id, "no_sms")
    if item.type in _CLOSED and not item.options:
        yield error(file, item.id, "no_options")
    if item.type not in _CLOSED and item.options:
        yield error(file, item.id, "odd_options")
    if item.type in _NUMBERS and (item.minimum is None or item.maximum is None):
        yield error(file, item.id, "no_range")
    if len(item.options) > _MOST_OPTIONS:
        yield error(file, item.id, "too_many", str(len(item.options)))
    yield from _keys(file, item)


def _keys(file: str, item: Item) -> Iterator[Fault]:
    for key, times in Counter(option.key for option in item.options).items():
        if times > 1:
            yield error(file, item.id, "key_twice", key)
    owner: dict[str, str] = {}
    for option in item.options:
        for word in {bare(option.label), *map(bare, option.synonyms)}:
            if owner.setdefault(word, option.key) != option.key:
                yield error(file, item.id, "shared_word", word)


def _opening(catalog: Catalog, form: Form) -> Iterator[Fault]:
    message = catalog.messages.get(form.opening)
    if message is None:
        yield error(file_of_form(form.id), "", "unknown_message", form.opening)
    elif "start" not in {option.key for option in message.options}:
        yield error(file_of_form(form.id), "", "no_start", form.opening)


def _contents(form: Form) -> Iterator[Fault]:
    """A questionnaire after discharge covers seven things (R031)."""
    if not form.id.startswith(_DISCHARGE):
        return
    covered = {content for item in form.items for content in item.covers} | {"identity"}
    for content in WORDS["contents"]:
        if content not in covered:
            yield warning(file_of_form(form.id), "", "contents_missing", content)


def check_translation(base: Catalog, other: Catalog) -> Iterator[Fault]:
    """A translated form asks the same items with the same keys, so that answers can be read."""
    for form in other.forms.values():
        if form.language == base.language:
            continue
        if form.id not in base.forms or _shape(form) != _shape(base.forms[form.id]):
            yield error(f"{form.language}/{file_of_form(form.id)}", "", "other_items")


def _shape(form: Form) -> list[tuple[str, tuple[str, ...]]]:
    return [(item.id, tuple(option.key for option in item.options)) for item in form.items]
