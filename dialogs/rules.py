"""What an answer means for the ward: the rules of the items and of the forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dialogs.conditions import Values, holds
from dialogs.form import Condition, Rule
from dialogs.plan import Question, values_of
from dialogs.turn import Turn


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that holds, and the values of the item that made it hold."""

    rule: Rule
    cause: tuple[str, ...]


def findings(turn: Turn, question: Question) -> tuple[Finding, ...]:
    """Return the rules that hold after the answer to this question, those of its form included.

    A value counts for the first rule that takes it, so that of two rules about the same value
    the one written first, the graver, speaks.
    """
    values = values_of(turn, question.form)
    given = values.get(question.item.id, ())
    taken: set[str] = set()
    found = list(_of_item(question, values, given, taken))
    found += [
        Finding(rule, ()) for rule in question.form.rules if _all_hold(rule.conditions, values)
    ]
    return tuple(found)


def _of_item(
    question: Question, values: Values, given: tuple[str, ...], taken: set[str]
) -> Iterator[Finding]:
    for rule in question.item.rules:
        if not _all_hold(rule.conditions, values):
            continue
        cause = tuple(v for v in given if _takes(rule, question.item.id, v))
        if cause and set(cause) <= taken:
            continue
        taken.update(cause)
        yield Finding(rule, cause)


def _all_hold(conditions: tuple[Condition, ...], values: Values) -> bool:
    return all(holds(condition, values) for condition in conditions)


def _takes(rule: Rule, item_id: str, value: str) -> bool:
    own = [condition for condition in rule.conditions if condition.subject == item_id]
    return any(holds(condition, {item_id: (value,)}) for condition in own)
