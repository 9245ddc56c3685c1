"""Files of plans: what they say, and how every fault is named with its place."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from dialogs.catalog import load_catalog
from dialogs.plans.checking import Vocabulary, checked_plans
from dialogs.plans.criteria import StayFacts, Tier
from dialogs.plans.fault import BadPlans
from dialogs.plans.reading import Source, shipped_plans
from dialogs.plans.risk import Sign
from dialogs.timing.contact import ContactHours
from dialogs.timing.rounds import Offset, OffsetUnit
from models.hospital import StaffRole
from tests.dialogs.plan_days import CENTRAL, ONE_THREE_SEVEN, THREE_ROUNDS

VOCABULARY = Vocabulary(
    frozenset(load_catalog().forms),
    frozenset(StaffRole),
    frozenset({"web", "sms", "wechat", "telegram"}),
    ContactHours(),
)
OWN = "var/plans.toml"
ONE_ROUND = """
[plan.{name}]
title = "{title}"
[[plan.{name}.round]]
number = 1
title = "第1轮"
send = "{send}"
deadline = "{deadline}"
owner = "{owner}"
forms = [{{ form = "{form}" }}]
"""


def one_round(**said: str) -> str:
    """A plan of one round; `said` replaces what is written in it."""
    usual = {"name": "own", "title": "本院方案", "send": "2 days", "deadline": "4 days"}
    return ONE_ROUND.format(**{**usual, "owner": "nurse", "form": "fu-d3", **said})


def faults(text: str) -> list[str]:
    """What the checker says of a hospital's own file."""
    with pytest.raises(BadPlans) as found:
        checked_plans(VOCABULARY, [Source(OWN, text)])
    return [fault.text for fault in found.value.faults]


def test_the_plans_that_come_with_the_product_have_no_fault() -> None:
    book = checked_plans(VOCABULARY)
    assert [plan.title for plan in book.plans.values()] == [
        "三轮",
        "集中4-7工作日",
        "1-3-7",
        "术后伤口",
        "慢病每月",
    ]


@pytest.mark.parametrize(
    ("name", "timings"),
    [("three_rounds", THREE_ROUNDS), ("central", CENTRAL), ("one_three_seven", ONE_THREE_SEVEN)],
)
def test_the_days_are_those_of_the_requirements(name: str, timings: tuple[object, ...]) -> None:
    plan = shipped_plans().plans[name]
    assert tuple(each.timing for each in plan.rounds) == timings


def test_the_wound_is_asked_about_on_days_3_7_and_14() -> None:
    plan = shipped_plans().plans["post_operative"]
    stay = StayFacts(operation=True)
    asked = [r.timing.send.n for r in plan.rounds if "wound" in r.contact.forms_for(stay)]
    assert asked == [3, 7, 14]


def test_diabetes_is_asked_about_every_month_to_the_sixth() -> None:
    plan = shipped_plans().plans["chronic_monthly"]
    monthly = [each for each in plan.rounds if each.timing.send.unit is OffsetUnit.MONTH]
    assert [each.timing.send.n for each in monthly] == [2, 3, 4, 5, 6]
    assert {each.contact.forms_for(StayFacts(diagnosis="e11.9")) for each in monthly} == {("dm",)}
    assert monthly[0].timing.deadline == Offset(2, OffsetUnit.MONTH, 5)


def test_the_daily_report_is_asked_for_at_six_and_called_about_at_eight() -> None:
    daily = shipped_plans().plans["one_three_seven"].daily
    assert daily is not None
    assert (daily.window.start, daily.window.end) == (time(18), time(18, 30))
    rhythm = daily.contact.ordinary.attempts
    assert (rhythm.messages, rhythm.wait, rhythm.last_call) == (2, timedelta(hours=1), time(20))


def test_high_risk_has_a_doctor_and_one_message_before_the_call() -> None:
    contact = shipped_plans().plans["three_rounds"].rounds[0].contact
    course = contact.course(Tier.HIGH)
    assert (course.owner, course.attempts.messages) == ("doctor", 1)
    usual = contact.course(Tier.NORMAL)
    assert (usual.owner, usual.attempts.messages) == ("nurse", 2)


@pytest.mark.parametrize(
    ("stay", "forms"),
    [
        (StayFacts(), ("fu-d3",)),
        (StayFacts(elderly=True), ("fu-e",)),
        (StayFacts(diagnosis="E11.9", operation=True), ("fu-d3", "wound", "dm")),
        (StayFacts(diagnosis="i10.x", elderly=True), ("fu-e", "htn")),
    ],
)
def test_the_first_round_asks_by_age_operation_and_diagnosis(
    stay: StayFacts, forms: tuple[str, ...]
) -> None:
    assert shipped_plans().plans["three_rounds"].rounds[0].contact.forms_for(stay) == forms


def test_a_hospital_adds_a_plan_and_replaces_another() -> None:
    text = one_round() + one_round(name="central", title="集中", send="3 working days")
    book = checked_plans(VOCABULARY, [Source(OWN, text)])
    assert book.plans["own"].title == "本院方案"
    assert book.plans["central"].rounds[0].timing.send == Offset(3, OffsetUnit.WORKING_DAY)
    assert "three_rounds" in book.plans


def test_a_hospital_changes_a_weight_of_risk_and_leaves_the_others() -> None:
    book = checked_plans(VOCABULARY, [Source(OWN, "[risk.weights]\nage = 2")])
    assert (book.risk.weights[Sign.AGE], book.risk.weights[Sign.MARKED]) == (2, 2)


def test_a_hospital_widens_an_illness_for_our_plans_too() -> None:
    book = checked_plans(VOCABULARY, [Source(OWN, '[illness]\ndiabetes = ["E10", "O24"]')])
    contact = book.plans["three_rounds"].rounds[0].contact
    assert contact.forms_for(StayFacts(diagnosis="O24.4")) == ("fu-d3", "dm")


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"owner": ""}, "[方案 own 第1轮] 没有写明由谁负责:负责人(owner)"),
        ({"owner": "wizard"}, "[方案 own 第1轮] 没有这个角色:wizard"),
        ({"form": "fu-d4"}, "[方案 own 第1轮] 没有这份问卷:fu-d4"),
        ({"deadline": "1 day"}, "[方案 own 第1轮] 截止日早于发送日"),
        ({"title": "三轮"}, "[方案 own] 两个方案同名:three_rounds"),
        ({"name": "Own"}, "[方案 Own] 名称只能用小写字母、数字和下划线,最多64个字符:Own"),
    ],
)
def test_a_fault_is_named_with_file_plan_and_round(said: dict[str, str], fault: str) -> None:
    assert faults(one_round(**said)) == [f"{OWN} {fault}"]


def test_days_that_cannot_be_read_are_shown_as_they_were_written() -> None:
    (said,) = faults(one_round(send="soon"))
    assert said.startswith(f"{OWN} [方案 own 第1轮] 天数要写成")
    assert said.endswith(":发送日(send) = soon")


def test_rounds_out_of_order_are_refused() -> None:
    second = one_round().partition("[[")[2].replace("number = 1", "number = 3")
    text = one_round() + "[[" + second
    assert faults(text) == [
        f"{OWN} [方案 own 第3轮] 轮次要从1起连续编号,发送日一轮比一轮晚:轮次(number) = 3",
        f"{OWN} [方案 own 第3轮] 轮次要从1起连续编号,发送日一轮比一轮晚:发送日(send)",
    ]


def test_a_channel_nobody_has_is_refused() -> None:
    text = one_round() + '\nrepeat_by = "pigeon"'
    assert faults(text) == [
        f"{OWN} [方案 own 第1轮] 没有这个通道;可以写 other、same 或通道名:pigeon"
    ]


def test_a_slip_of_the_pen_is_named() -> None:
    assert faults(one_round() + "\nonwer = 1") == [f"{OWN} [方案 own 第1轮] 没有这一项:onwer"]


def test_two_rules_of_one_kind_that_claim_the_same_stays_are_refused() -> None:
    text = '[rule.enteroviruses]\ndiagnosis = ["B08"]\nplan = "central"'
    assert faults(text) == [
        (
            f"{OWN} [规则 enteroviruses] 两条同一级的规则会争同一位患者,方案却不同:"
            "hand_foot_mouth → one_three_seven,enteroviruses → central"
        )
    ]


def test_a_rule_that_leaves_out_what_the_other_claims_stands_beside_it() -> None:
    text = '[rule.enteroviruses]\ndiagnosis = ["B08"]\nnot_diagnosis = ["B08.4"]\nplan = "central"'
    book = checked_plans(VOCABULARY, [Source(OWN, text)])
    assert len(book.rules) == 2


def test_a_rule_for_a_plan_nobody_wrote_and_one_without_condition_are_refused() -> None:
    text = '[rule.a]\noperation = true\nplan = "nowhere"\n[rule.b]\nplan = "central"'
    assert faults(text) == [
        f"{OWN} [规则 a] 没有这个方案:nowhere",
        f"{OWN} [规则 b] 规则没有条件,会把所有出院都归它;默认方案请用 SUIFANG_PLAN",
    ]


def test_all_faults_are_named_at_once() -> None:
    text = one_round(owner="wizard", form="fu-d4") + '[rule.a]\nrisk = "huge"\nplan = "nowhere"'
    assert len(faults(text)) == 4


def test_a_file_that_is_no_toml_is_named() -> None:
    assert faults("plan = = 1") == [f"{OWN} 写法不对,请看这里的引号、括号和等号:第1行第8列"]


def test_what_is_missing_is_called_what_people_call_it() -> None:
    """The names in the file are English words: beside each stands what it means."""
    lines = one_round().replace('send = "2 days"\n', "")
    assert faults(lines) == [f"{OWN} [方案 own 第1轮] 缺少这一项:发送日(send)"]


def test_the_example_in_the_documents_can_be_used_as_it_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "plans.md").read_text(encoding="utf-8")
    example = page.partition("```toml\n")[2].partition("```")[0]
    book = checked_plans(VOCABULARY, [Source(OWN, example)])
    stay = StayFacts(diagnosis="I63.9")
    assert book.choose(stay, default="three_rounds").plan.title == "脑卒中"
