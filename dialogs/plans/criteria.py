"""What a stay must be for a rule or a form to apply to it, as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

_NO_AGE = 1_000


class Tier(StrEnum):
    """How closely a stay is followed (R013, R044)."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Precedence(IntEnum):
    """What weighs more when several rules claim one stay; the smallest number wins."""

    DEPARTMENT = 1
    DIAGNOSIS = 2
    OPERATION = 3
    RISK = 4
    AGE = 5


@dataclass(frozen=True, slots=True)
class StayFacts:
    """What plans are chosen by; `age` in whole years on the day of discharge, None if unknown."""

    departments: frozenset[str] = frozenset()
    diagnosis: str = ""
    operation: bool = False
    tier: str = Tier.NORMAL
    age: int | None = None
    elderly: bool = False


@dataclass(frozen=True, slots=True)
class Criteria:
    """Conditions that must all hold; one that is not named holds for everybody.

    `departments` are codes or names, `diagnoses` the beginnings of codes, `age_to` is included.
    """

    departments: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    without_diagnoses: tuple[str, ...] = ()
    operation: bool | None = None
    tiers: tuple[str, ...] = ()
    age_from: int | None = None
    age_to: int | None = None
    elderly: bool | None = None

    def claim(self, stay: StayFacts) -> bool:
        """Tell whether all conditions hold for a stay; an unknown age is within no limits."""
        code = stay.diagnosis.upper()
        return (
            (not self.departments or not stay.departments.isdisjoint(self.departments))
            and (not self.diagnoses or code.startswith(self.diagnoses))
            and not (self.without_diagnoses and code.startswith(self.without_diagnoses))
            and self.operation in (None, stay.operation)
            and (not self.tiers or stay.tier in self.tiers)
            and self.elderly in (None, stay.elderly)
            and self._suits_age(stay.age)
        )

    def _suits_age(self, age: int | None) -> bool:
        if self.age_from is None and self.age_to is None:
            return True
        return age is not None and self._first_age <= age <= self._last_age

    @property
    def _first_age(self) -> int:
        return self.age_from or 0

    @property
    def _last_age(self) -> int:
        return _NO_AGE if self.age_to is None else self.age_to

    @property
    def precedence(self) -> Precedence | None:
        """Return the weightiest kind of condition that is named, None where there is none."""
        named = {
            Precedence.DEPARTMENT: bool(self.departments),
            Precedence.DIAGNOSIS: bool(self.diagnoses or self.without_diagnoses),
            Precedence.OPERATION: self.operation is not None,
            Precedence.RISK: bool(self.tiers),
            Precedence.AGE: self != Criteria(),
        }
        return next((kind for kind, is_named in named.items() if is_named), None)

    def meets(self, other: Criteria) -> bool:
        """Tell whether one stay may be claimed by both, as far as the data can tell."""
        return (
            _share(self.departments, other.departments)
            and _diagnoses_meet(self, other)
            and _agree(self.operation, other.operation)
            and _share(self.tiers, other.tiers)
            and _agree(self.elderly, other.elderly)
            and max(self._first_age, other._first_age) <= min(self._last_age, other._last_age)
        )


def _agree(ours: bool | None, theirs: bool | None) -> bool:  # noqa: FBT001 - a condition each
    return ours is None or theirs is None or ours == theirs


def _share(ours: Iterable[str], theirs: Iterable[str]) -> bool:
    own, others = set(ours), set(theirs)
    return not own or not others or bool(own & others)


def _diagnoses_meet(one: Criteria, two: Criteria) -> bool:
    """Compare the narrower beginnings of codes, less those that either of the two leaves out."""
    ours, theirs = one.diagnoses or ("",), two.diagnoses or ("",)
    common = {
        max(a, b, key=len) for a in ours for b in theirs if a.startswith(b) or b.startswith(a)
    }
    left_out = one.without_diagnoses + two.without_diagnoses
    return any(not left_out or not code.startswith(left_out) for code in common)
