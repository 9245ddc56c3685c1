"""Conditions on answers and facts: read from text, and whether they hold (FHIR enableWhen)."""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping
from typing import Final

from dialogs.form import Condition

_SHAPE: Final = re.compile(r"(@?[\w-]+) (=|!=|<=|>=|<|>) (\S+)|(@?[\w-]+) (exists|declined)")
_ORDER: Final = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
DECLINED: Final = "declined"
NOT_MEASURED: Final = "not_measured"

Values = Mapping[str, tuple[str, ...]]


def parse_condition(text: str) -> Condition:
    """Read `red = chest|bleed`, `nrs = 4..6`, `ask exists`; a ValueError shows the text."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        raise ValueError(f"not a condition: {text!r}")
    subject, comparison, values, alone, state = found.groups()
    if alone:
        return Condition(alone, state)
    return Condition(subject, comparison, tuple(values.split("|")))


def holds(condition: Condition, values: Values) -> bool:
    """Tell whether a condition holds for these answers and facts (`@name`).

    For several answers `=` needs one that matches and `!=` one that differs, as in FHIR; nothing
    holds for an item that has no answer.
    """
    given = values.get(condition.subject, ())
    if condition.operator == "exists":
        return bool(given) and given not in ((DECLINED,), (NOT_MEASURED,))
    if condition.operator == "declined":
        return given == (DECLINED,)
    return any(_matches(condition, value) for value in given)


def _matches(condition: Condition, value: str) -> bool:
    if condition.operator == "=":
        return any(_equal(value, wanted) for wanted in condition.values)
    if condition.operator == "!=":
        return not any(_equal(value, wanted) for wanted in condition.values)
    number = number_of(value)
    limit = number_of(condition.values[0])
    return number is not None and limit is not None and _ORDER[condition.operator](number, limit)


def _equal(value: str, wanted: str) -> bool:
    low, dots, high = wanted.partition("..")
    number = number_of(value)
    if dots and number is not None:
        return float(low) <= number <= float(high)
    return value == wanted


def number_of(text: str) -> float | None:
    """Return the number a kept value stands for, or None for a key."""
    try:
        return float(text)
    except ValueError:
        return None
