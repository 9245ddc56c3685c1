"""Plain questions answered at once from what the hospital approved; all else goes to people."""

from dataclasses import replace
from datetime import date

import pytest

from dialogs.knowledge import Topic
from dialogs.standard_answers import answer_to, is_plain
from handlers.knowledge_keeping import Entry, take_entries
from models.alert import Alert, AlertEntry
from models.audit import AuditEntry
from models.hospital import Department
from tests.handlers.talking import answering, answers
from tests.handlers.ward import Ward

COPY = Entry(
    code="LC-02",
    topic="流程",
    question="怎么复印病历",
    variants=("病历复印要带什么",),
    answer="请到病案室,本人带身份证原件。",
    approved_by="示例审核人",
    approved_on=date(2026, 11, 1),
    review_on=date(2027, 11, 1),
)
STITCHES = Entry(
    code="KF-01",
    question="几点可以来拆线吗",
    answer="早上八点以后。",
    approved_by="示例审核人",
    approved_on=date(2026, 11, 1),
)
HOURS = replace(COPY, code="LC-03", question="医生几点下班", variants=(), answer="下午五点半。")
TOPICS = (
    Topic("copy", ("怎么复印病历", "病历复印要带什么")),
    Topic("doctor", ("医生几点下班",)),
    Topic("report", ("可以异地报销吗",)),
    Topic("stitches", ("伤口什么时候拆线",)),
)


async def a_ward_that_answers(*, on: bool = True) -> Ward:
    """A ward in the midst of the questions, whose department has the switch on."""
    ward = await answering()
    await take_entries([COPY, STITCHES, HOURS], "cli", ward.now.date(), ward.now)
    await Department.filter(id=ward.encounter.department_id).update(self_answering=on)
    return ward


async def test_a_plain_question_is_answered_at_once_and_the_form_goes_on(database: str) -> None:
    """In the approved words, with the way to a person beside it, each time on record."""
    ward = await a_ward_that_answers()
    question = (await ward.shown())[-1]
    for times in (1, 2):
        told = await answers(ward, "请问怎么复印病历?")
        assert COPY.answer in told[0]
        assert "人工" in told[0]
        assert told[-1] == question
        assert await AuditEntry.filter(action="knowledge.answered").count() == times
    assert not await Alert.exists()


async def test_it_is_answered_after_the_questions_have_ended_too(database: str) -> None:
    ward = await a_ward_that_answers()
    await ward.say("不用了,别问了")
    (told,) = await answers(ward, "请问怎么复印病历?")
    assert COPY.answer in told
    assert not await Alert.exists()


async def test_nothing_is_answered_where_the_department_has_not_switched_it_on(
    database: str,
) -> None:
    ward = await a_ward_that_answers(on=False)
    told = await answers(ward, "医生几点下班?")
    assert not any(HOURS.answer in line for line in told)
    assert (await Alert.get()).rule == "question"


@pytest.mark.parametrize(
    "words",
    [
        "什么时候可以拆线?",
        "复印病历能顺便开点药吗?",
        "你们态度太差了,怎么复印病历?",
        "胸口疼喘不上气,怎么复印病历?",
        "怎么复印病历?停车怎么收费?",
        "怎么停车?",
    ],
)
async def test_what_is_not_plainly_that_question_goes_to_people(database: str, words: str) -> None:
    ward = await a_ward_that_answers()
    told = await answers(ward, words)
    assert told
    assert not any(entry.answer in line for entry in (COPY, STITCHES) for line in told)
    assert not await AuditEntry.filter(action="knowledge.answered").exists()


async def test_nothing_is_answered_while_an_alarm_stands(database: str) -> None:
    """What is written then is for those who come."""
    ward = await a_ward_that_answers()
    await ward.say("胸口疼喘不上气")
    told = await answers(ward, "请问怎么复印病历?")
    assert not any(COPY.answer in line for line in told)
    assert "请问怎么复印病历?" in [entry.detail for entry in await AlertEntry.all()]


async def test_what_is_another_department_s_is_not_answered(database: str) -> None:
    ward = await a_ward_that_answers()
    other = await Department.create(code="GK", name="骨科")
    taken = replace(COPY, department_id=other.id)
    await take_entries([taken], "cli", ward.now.date(), ward.now)
    told = await answers(ward, "请问怎么复印病历?")
    assert not any(COPY.answer in line for line in told)


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("您好,请问怎么复印病历呀?", "copy"),
        ("病历怎么复印", "copy"),
        ("病历复印需要带什么", "copy"),
        ("医生几点下班", "doctor"),
        ("护士几点下班", ""),
        ("能异地报销吗", "report"),
        ("不可以异地报销吗", ""),
        ("复印一份病历要两天吗", ""),
        ("伤口什么时候拆线", ""),
        ("停车怎么收费", ""),
    ],
)
def test_an_entry_answers_what_it_plainly_is_about(words: str, key: str) -> None:
    """Neither a turned question, nor another number, nor anything about an illness."""
    assert answer_to(words, TOPICS) == key


@pytest.mark.parametrize("words", ["昨天那个药还要吃吗", "指标正常吗", "我来复印病历", ""])
def test_what_wants_judgement_or_asks_nothing_is_no_plain_question(words: str) -> None:
    assert not is_plain(words)


def test_of_two_that_fit_alike_none_is_given() -> None:
    both = (Topic("a", ("门诊几点开门",)), Topic("b", ("门诊几点开门呢",)))
    assert answer_to("门诊几点开门", both) == ""
