"""How closely a stay is to be followed: signs, each with its weight (R013, R044, R055)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from dialogs.plans.criteria import Tier


class Sign(StrEnum):
    """What makes a stay one to follow more closely."""

    AGE = "age"
    OPERATION = "operation"
    GREAT_OPERATION = "great_operation"
    READMITTED = "readmitted"
    AGAINST_ADVICE = "against_advice"
    MARKED = "marked"
    SEVERE = "severe"
    RED_FLAG = "red_flag"


@dataclass(frozen=True, slots=True, repr=False)
class RiskFacts:
    """What the hospital's list and our own records say of a stay.

    `days_since_last`: from the end of the stay before to this admission, None where there was
    none. `red_flag`: an earlier stay's follow-up raised a red or an orange alert. `severity`: how
    ill the patient left, in the hospital's own words (R021).
    """

    age: int | None = None
    operation: str = ""
    days_since_last: int | None = None
    against_advice: bool = False
    tags: tuple[str, ...] = ()
    red_flag: bool = False
    severity: str = ""


@dataclass(frozen=True, slots=True)
class RiskRules:
    """The weights of the signs, and from which sum on a stay is of high risk.

    A doctor's mark is looked for in the tags of the list: one of `high_marks` counts as the sign
    it is, one of `low_marks` makes the stay a quiet one unless another sign speaks.
    """

    weights: Mapping[Sign, int]
    high_from: int
    age_from: int
    readmitted_within: int
    great_operations: tuple[str, ...] = ()
    high_marks: tuple[str, ...] = ()
    low_marks: tuple[str, ...] = ()
    severe_marks: tuple[str, ...] = ()


def tier_of(rules: RiskRules, facts: RiskFacts) -> tuple[Tier, tuple[Sign, ...]]:
    """Return the tier of a stay and the signs it has, also where they do not suffice."""
    signs = tuple(sign for sign in _signs(rules, facts) if rules.weights.get(sign))
    if signs and sum(rules.weights[sign] for sign in signs) >= rules.high_from:
        return Tier.HIGH, signs
    quiet = not signs and _has_any(rules.low_marks, " ".join(facts.tags))
    return (Tier.LOW if quiet else Tier.NORMAL), signs


def _signs(rules: RiskRules, facts: RiskFacts) -> Iterator[Sign]:
    if facts.age is not None and facts.age >= rules.age_from:
        yield Sign.AGE
    if _has_any(rules.great_operations, facts.operation):
        yield Sign.GREAT_OPERATION
    elif facts.operation:
        yield Sign.OPERATION
    if facts.days_since_last is not None and facts.days_since_last <= rules.readmitted_within:
        yield Sign.READMITTED
    if facts.against_advice:
        yield Sign.AGAINST_ADVICE
    if _has_any(rules.high_marks, " ".join(facts.tags)):
        yield Sign.MARKED
    if _has_any(rules.severe_marks, facts.severity):
        yield Sign.SEVERE
    if facts.red_flag:
        yield Sign.RED_FLAG


def _has_any(words: tuple[str, ...], text: str) -> bool:
    return any(word in text for word in words)
