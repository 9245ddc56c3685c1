"""Conditions and rules: whether everything they name is there, and already asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from dialogs.actions import Outcome
from dialogs.catalog import Catalog
from dialogs.checking.fault import WORDS, Fault, error, file_of_form
from dialogs.conditions import number_of
from dialogs.form import Condition, Form, Item, ItemType, Rule
from dialogs.levels import Level

_NUMBERS: Final = (ItemType.INTEGER, ItemType.DECIMAL, ItemType.SCALE)
_FACT: Final = "@"


def check_conditions(catalog: Catalog) -> Iterator[Fault]:
    """Check every condition and every rule of every form."""
    for form in catalog.forms.values():
        for place, item in enumerate(form.items):
            yield from _of_item(catalog, form, item, place)
        for rule in form.rules:
            yield from _conditions(form, rule.id, rule.conditions, form.items)
            yield from _rule(catalog, form, rule.id, rule)


def _of_item(catalog: Catalog, form: Form, item: Item, place: int) -> Iterator[Fault]:
    yield from _conditions(form, item.id, item.enable_when, form.items[:place])
    for rule in item.rules:
        yield from _conditions(form, item.id, rule.conditions, form.items[: place + 1])
        yield from _rule(catalog, form, item.id, rule)
        if item.id not in {condition.subject for condition in rule.conditions}:
            yield error(file_of_form(form.id), item.id, "foreign_rule", rule.id)


def _conditions(
    form: Form, place: str, conditions: Sequence[Condition], asked: Sequence[Item]
) -> Iterator[Fault]:
    file = file_of_form(form.id)
    known = {item.id: item for item in form.items}
    before = {item.id for item in asked}
    for condition in conditions:
        subject = condition.subject
        if subject.startswith(_FACT):
            yield from _fact(file, place, condition)
        elif subject not in known:
            yield error(file, place, "unknown_item", subject)
        elif subject not in before:
            yield error(file, place, "later_item", subject)
        else:
            yield from _values(file, place, known[subject], condition)


def _fact(file: str, place: str, condition: Condition) -> Iterator[Fault]:
    if condition.subject not in WORDS["facts"]:
        yield error(file, place, "unknown_fact", condition.subject)
    elif condition.subject == "@tag":
        for tag in set(condition.values) - set(WORDS["tags"]):
            yield error(file, place, "unknown_tag", tag)


def _values(file: str, place: str, item: Item, condition: Condition) -> Iterator[Fault]:
    keys = {option.key for option in item.options}
    for value in condition.values:
        if item.type in _NUMBERS:
            if not _is_number(value):
                yield error(file, place, "not_a_number", value)
        elif value not in keys:
            yield error(file, place, "unknown_key", f"{item.id} = {value}")


def _is_number(value: str) -> bool:
    if value in WORDS["readings"]:
        return True
    low, _, high = value.partition("..")
    return number_of(low) is not None and (not high or number_of(high) is not None)


def _rule(catalog: Catalog, form: Form, place: str, rule: Rule) -> Iterator[Fault]:
    file = file_of_form(form.id)
    if rule.level and rule.level not in set(Level):
        yield error(file, place, "unknown_level", rule.level)
    if rule.message and rule.message not in catalog.messages:
        yield error(file, place, "unknown_message", rule.message)
    if rule.adds and rule.adds not in catalog.forms:
        yield error(file, place, "unknown_form", rule.adds)
    if rule.ends and rule.ends not in set(Outcome):
        yield error(file, place, "unknown_outcome", rule.ends)
