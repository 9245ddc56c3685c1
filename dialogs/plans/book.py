"""All plans of a hospital, and the choice of one for a stay; windows are never merged (C1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialogs.plans.criteria import Criteria, Precedence, StayFacts
from dialogs.plans.risk import RiskRules
from dialogs.plans.template import PlanTemplate


@dataclass(frozen=True, slots=True)
class Rule:
    """A plan for the stays that meet some conditions; `file` is where it was written."""

    name: str
    plan: str
    of: Criteria
    file: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The plan of a stay and what chose it: `department`, `rule:<name>` or `default`."""

    plan: PlanTemplate
    because: str


@dataclass(frozen=True, slots=True)
class PlanBook:
    """The plans by name, the rules that choose among them, and the rules of risk."""

    plans: Mapping[str, PlanTemplate]
    rules: tuple[Rule, ...]
    risk: RiskRules

    def named(self, text: str) -> PlanTemplate | None:
        """Return the plan that data or people call so."""
        by_title = (plan for plan in self.plans.values() if plan.title == text)
        return self.plans.get(text) or next(by_title, None)

    def choose(self, stay: StayFacts, *, default: str, department_plan: str = "") -> Chosen:
        """Choose the one plan of a stay: the department's own, else the weightiest rule's.

        A plan the department's list names but the book no longer has counts as none.
        """
        own = self.named(department_plan) if department_plan else None
        if own is not None:
            return Chosen(own, "department")
        claiming = [rule for rule in self.rules if rule.of.claim(stay)]
        if not claiming:
            return Chosen(self.plans[default], "default")
        first = min(claiming, key=lambda rule: rule.of.precedence or len(Precedence) + 1)
        return Chosen(self.plans[first.plan], f"rule:{first.name}")
