"""Conditions and the rules of risk, read from tables of a file of plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dialogs.plans.criteria import Criteria, Tier
from dialogs.plans.risk import RiskRules, Sign
from dialogs.plans.table import Table

Illnesses = Mapping[str, tuple[str, ...]]
OF: Final = (
    "department",
    "diagnosis",
    "illness",
    "not_diagnosis",
    "not_illness",
    "operation",
    "risk",
    "age_from",
    "age_to",
    "elderly",
)
_RISK: Final = (
    "weights",
    "high_from",
    "age_from",
    "readmitted_within",
    "great_operations",
    "high_marks",
    "low_marks",
    "severe_marks",
)


def read_criteria(table: Table, illnesses: Illnesses) -> Criteria:
    """Read the conditions of a rule or a form; `illnesses` are named beginnings of codes."""
    tiers = table.texts("risk")
    for tier in tiers:
        if tier not in tuple(Tier):
            table.note("bad_tier", tier)
    return Criteria(
        departments=table.texts("department"),
        diagnoses=_codes(table, "diagnosis", "illness", illnesses),
        without_diagnoses=_codes(table, "not_diagnosis", "not_illness", illnesses),
        operation=table.flag("operation"),
        tiers=tiers,
        age_from=table.limit("age_from"),
        age_to=table.limit("age_to"),
        elderly=table.flag("elderly"),
    )


def _codes(table: Table, codes: str, names: str, illnesses: Illnesses) -> tuple[str, ...]:
    found = [code.upper() for code in table.texts(codes)]
    for name in table.texts(names):
        if name not in illnesses:
            table.note("unknown_illness", name)
        found += illnesses.get(name, ())
    return tuple(found)


def read_risk(table: Table) -> RiskRules:
    """Read which signs make a stay one of high risk."""
    table.only(*_RISK)
    weights = table.inner("weights")
    for name in weights.values.keys() - set(Sign):
        weights.note("unknown_sign", name)
    return RiskRules(
        weights={sign: weights.number(sign, 0) for sign in Sign},
        high_from=table.number("high_from"),
        age_from=table.number("age_from"),
        readmitted_within=table.number("readmitted_within"),
        great_operations=table.texts("great_operations"),
        high_marks=table.texts("high_marks"),
        low_marks=table.texts("low_marks"),
        severe_marks=table.texts("severe_marks"),
    )
