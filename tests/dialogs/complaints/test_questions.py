"""What is asked about filing, what presses and what adds: and what only sounds like it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialogs.complaints.facts import Facts, Registered
from dialogs.complaints.precedence import Concern, concern_of
from dialogs.complaints.questions import Question, question_in
from dialogs.complaints.state import State
from dialogs.tagging.complaint import tag
from tests.dialogs.complaints.transcript import MONDAY

CASE = Registered("TS-20261123-001", "received", "complaint_office", MONDAY, MONDAY, MONDAY)
JUST_FILED = Facts(open=(CASE,), fresh=True)
LONG_AGO = Facts(open=(CASE,))


def heard(text: str, facts: Facts) -> Concern:
    """What a message is while nothing is being asked."""
    return concern_of(text, tag(text), facts, State())


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("登记了有用吗", Question.USE),
        ("投诉有用吗", Question.USE),
        ("会不会影响我看病", Question.CARE),
        ("真的不会让科室知道吗", Question.SECRET),
    ],
)
def test_what_names_filing_is_about_filing_whatever_is_open(text: str, question: Question) -> None:
    assert question_in(text, near=False) is question


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("有用吗", Question.USE),
        ("谁来查", Question.WHO),
        ("什么时候打", Question.WHEN),
        ("要多久", Question.WHEN),
    ],
)
def test_what_is_short_is_about_filing_only_near_it(text: str, question: Question) -> None:
    assert question_in(text, near=True) is question
    assert question_in(text, near=False) is None


@pytest.mark.parametrize(
    "text",
    [
        "要多久才能好",
        "伤口会不会影响走路",
        "这个药有用吗",
        "什么时候打胰岛素",
        "什么时候复查",
        "取消预约",
        "补充营养吃什么",
        "心电监控仪要带回家吗",
        "三天没大便了",
        "不用打胰岛素了吗",
    ],
)
def test_what_is_medical_is_not_the_desks_even_just_after_filing(text: str) -> None:
    assert heard(text, JUST_FILED) is Concern.NOTHING


@pytest.mark.parametrize("text", ["人呢", "怎么还没人联系我", "三天了都没有答复"])
def test_who_waits_presses_and_a_person_who_leads_the_talk_hears_it(text: str) -> None:
    assert heard(text, LONG_AGO) is Concern.URGES
    led = Facts(open=(CASE,), led=True)
    assert heard(text, led) is not Concern.URGES


@pytest.mark.parametrize("text", ["撤销", "我要撤回", "算了吧", "算了吧不追究了", "不计较了"])
def test_what_was_just_filed_is_taken_back_in_few_words(text: str) -> None:
    assert heard(text, JUST_FILED) is Concern.TAKES_BACK


@pytest.mark.parametrize("text", ["撤销", "算了", "取消"])
def test_few_words_take_nothing_back_that_was_filed_long_ago(text: str) -> None:
    assert heard(text, LONG_AGO) is Concern.NOTHING


def test_letting_it_be_answers_whoever_else_is_asking() -> None:
    asked = Facts(open=(CASE,), fresh=True, answering=True)
    assert heard("算了", asked) is Concern.NOTHING


@pytest.mark.parametrize("text", ["我要实名举报", "不要实名"])
def test_being_named_is_asked_for_in_plain_words_alone(text: str) -> None:
    assert heard(text, Facts()) is not Concern.OPENNESS


def test_what_is_added_is_heard_days_after_filing() -> None:
    """A case stays the patient's to speak of long after it was filed."""
    old = Registered(
        CASE.number, "investigating", CASE.owner, MONDAY - timedelta(days=3), MONDAY, MONDAY
    )
    assert heard("补充:那天有人看见", Facts(open=(old,))) is Concern.ADDS
