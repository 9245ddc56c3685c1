"""What an answer means for the ward: the rules of the items and of the forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from dialogs.conditions import Values, holds
from dialogs.form import Condition, Rule
from dialogs.levels import Level
from dialogs.plan import Question, values_of
from dialogs.turn import Turn

_ORDER: Final = (*(level.value for level in Level), "")


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that holds, and the values of the item that made it hold."""

    rule: Rule
    cause: tuple[str, ...]


def findings(turn: Turn, question: Question) -> tuple[Finding, ...]:
    """Return the rules that hold because of the answer to this question, the gravest first.

    Rules of the form count when the answer is one of their subjects, and go before rules of the
    item of the same level. A value counts for the first rule that takes it, so that one cause
    raises one alert.
    """
    values = values_of(turn, question.form)
    item = question.item.id
    form_rules = [rule for rule in question.form.rules if _about(rule, item)]
    rules = sorted((*form_rules, *question.item.rules), key=lambda rule: _ORDER.index(rule.level))
    found = _holding(rules, item, values)
    return tuple(_twice(turn, question, finding) for finding in found)


def gravity(found: Iterable[Finding]) -> int:
    """Return how grave the gravest finding is; 0 is L1."""
    return min((_ORDER.index(finding.rule.level) for finding in found), default=len(_ORDER))


def _holding(rules: Iterable[Rule], item: str, values: Values) -> Iterator[Finding]:
    given = values.get(item, ())
    taken: set[str] = set()
    for rule in rules:
        if not all(holds(condition, values) for condition in rule.conditions):
            continue
        cause = tuple(value for value in given if _takes(rule, item, value))
        if cause and set(cause) <= taken:
            continue
        taken.update(cause)
        yield Finding(rule, cause)


def _twice(turn: Turn, question: Question, finding: Finding) -> Finding:
    """The same concern as in the round before becomes a matter of today (RC9)."""
    rule = finding.rule
    if rule.level != Level.L3 or question.item.id not in turn.case.previous_concerns:
        return finding
    message = rule.message or "M-RF2"
    return replace(finding, rule=replace(rule, id="RC9", level=Level.L2, message=message))


def _about(rule: Rule, item: str) -> bool:
    return any(condition.subject == item for condition in rule.conditions)


def _takes(rule: Rule, item: str, value: str) -> bool:
    own: list[Condition] = [c for c in rule.conditions if c.subject == item]
    return any(holds(condition, {item: (value,)}) for condition in own)
