"""Which plan a stay gets, and how closely it is followed."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.plans.book import PlanBook, Rule
from dialogs.plans.criteria import Criteria, StayFacts, Tier
from dialogs.plans.reading import shipped_plans
from dialogs.plans.risk import RiskFacts, Sign, tier_of

BOOK = shipped_plans()
RISK = BOOK.risk


def with_rules(*rules: Rule) -> PlanBook:
    """Our plans with other rules."""
    return replace(BOOK, rules=rules)


def chosen(book: PlanBook, stay: StayFacts, department_plan: str = "") -> str:
    """The name of the plan of a stay."""
    found = book.choose(stay, default="three_rounds", department_plan=department_plan)
    return found.plan.name


def test_what_no_rule_claims_gets_the_plan_of_the_settings() -> None:
    assert chosen(BOOK, StayFacts(diagnosis="I21.9")) == "three_rounds"


def test_hand_foot_and_mouth_disease_has_its_own_plan() -> None:
    assert chosen(BOOK, StayFacts(diagnosis="b08.401")) == "one_three_seven"


@pytest.mark.parametrize("name", ["central", "集中4-7工作日"])
def test_the_plan_of_the_departments_list_wins_by_name_or_title(name: str) -> None:
    assert chosen(BOOK, StayFacts(diagnosis="B08.4"), name) == "central"


def test_a_plan_the_book_no_longer_has_counts_as_none() -> None:
    assert chosen(BOOK, StayFacts(), "gone") == "three_rounds"


def test_a_department_outweighs_a_diagnosis_and_so_on_down_to_the_age() -> None:
    rules = (
        Rule("e", "three_rounds", Criteria(age_from=0)),
        Rule("d", "central", Criteria(tiers=("high",))),
        Rule("c", "post_operative", Criteria(operation=True)),
        Rule("b", "one_three_seven", Criteria(diagnoses=("B08",))),
        Rule("a", "chronic_monthly", Criteria(departments=("内分泌科",))),
    )
    book = with_rules(*rules)
    stay = StayFacts(frozenset({"NFM", "内分泌科"}), "B08.4", operation=True, tier="high", age=9)
    found = []
    for forgotten in (None, "departments", "diagnosis", "operation", "tier"):
        if forgotten:
            blank = getattr(StayFacts(), forgotten)
            stay = replace(stay, **{forgotten: blank})
        found.append(book.choose(stay, default="three_rounds").because)
    assert found == ["rule:a", "rule:b", "rule:c", "rule:d", "rule:e"]


def test_an_unknown_age_is_within_no_limits() -> None:
    assert not Criteria(age_from=0).claim(StayFacts(age=None))


_texts = st.sampled_from(["", "B", "B08", "B08.4", "E11", "I10"])
_criteria = st.builds(
    Criteria,
    departments=st.sampled_from([(), ("A",), ("B",), ("A", "B")]),
    diagnoses=st.lists(_texts.filter(bool), max_size=2).map(tuple),
    without_diagnoses=st.lists(_texts.filter(bool), max_size=1).map(tuple),
    operation=st.sampled_from([None, True, False]),
    tiers=st.sampled_from([(), ("high",), ("normal",)]),
    age_from=st.sampled_from([None, 18, 65]),
    age_to=st.sampled_from([None, 17, 70]),
)
_stays = st.builds(
    StayFacts,
    departments=st.sampled_from([frozenset("A"), frozenset("B")]),
    diagnosis=_texts,
    operation=st.booleans(),
    tier=st.sampled_from(["normal", "high"]),
    age=st.sampled_from([None, 3, 40, 80]),
)


@given(_criteria, _criteria, _stays)
def test_two_rules_that_both_claim_a_stay_are_always_seen_to_meet(
    one: Criteria, two: Criteria, stay: StayFacts
) -> None:
    if one.claim(stay) and two.claim(stay):
        assert one.meets(two)
        assert two.meets(one)


@pytest.mark.parametrize(
    ("facts", "tier", "signs"),
    [
        (RiskFacts(), Tier.NORMAL, ()),
        (RiskFacts(age=80), Tier.NORMAL, (Sign.AGE,)),
        (RiskFacts(age=74), Tier.NORMAL, ()),
        (RiskFacts(age=75, operation="胆囊切除术"), Tier.HIGH, (Sign.AGE, Sign.OPERATION)),
        (RiskFacts(operation="四级手术:肝切除"), Tier.HIGH, (Sign.GREAT_OPERATION,)),
        (RiskFacts(days_since_last=31), Tier.HIGH, (Sign.READMITTED,)),
        (RiskFacts(days_since_last=32), Tier.NORMAL, ()),
        (RiskFacts(against_advice=True), Tier.HIGH, (Sign.AGAINST_ADVICE,)),
        (RiskFacts(tags=("医生标记高危",)), Tier.HIGH, (Sign.MARKED,)),
        (RiskFacts(red_flag=True), Tier.HIGH, (Sign.RED_FLAG,)),
        (RiskFacts(tags=("低危",)), Tier.LOW, ()),
        (RiskFacts(tags=("低危",), red_flag=True), Tier.HIGH, (Sign.RED_FLAG,)),
    ],
)
def test_the_tier_of_a_stay_follows_from_its_signs(
    facts: RiskFacts, tier: Tier, signs: tuple[Sign, ...]
) -> None:
    assert tier_of(RISK, facts) == (tier, signs)
