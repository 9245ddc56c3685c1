"""What is written after a complaint was filed, or beside a form, and whom it reaches."""

import pytest

from models.alert import Alert
from models.complaint import Complaint, ComplaintEntry, ComplaintEvent, Opinion, OpinionStatus
from models.people import Consent
from tests.handlers.ward import Ward, a_ward


@pytest.fixture
async def ward(database: str) -> Ward:
    """A patient in the midst of the third-day questions."""
    del database
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await ward.say("开始")
    await ward.say("1")
    return ward


async def said(ward: Ward, text: str) -> list[str]:
    """What the screen answers to these words."""
    before = len(await ward.screen())
    await ward.say(text)
    return (await ward.screen())[before + 1 :]


async def test_what_the_form_cannot_read_goes_to_the_case_and_not_to_the_ward(ward: Ward) -> None:
    """The question comes back once; what follows is kept without a word."""
    question = (await ward.screen())[-1]
    await said(ward, "我想匿名投诉护士长打人,别让科室知道是我")
    told = await said(ward, "护士长姓李,打我妈")
    assert told[-1] == question
    assert await said(ward, "当时同屋的人都在") == []
    assert not await Alert.exists()
    added = ComplaintEntry.filter(event=ComplaintEvent.PATIENT_ADDED).order_by("position")
    assert [entry.detail for entry in await added] == ["护士长姓李,打我妈", "当时同屋的人都在"]


async def test_what_is_no_answer_to_the_opening_goes_to_the_case_as_well(database: str) -> None:
    """Nobody has begun the questions yet."""
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await said(ward, "我想匿名投诉护士长打人,别让科室知道是我")
    await said(ward, "护士长姓李,打我妈")
    assert not await Alert.exists()
    added = await ComplaintEntry.get(event=ComplaintEvent.PATIENT_ADDED)
    assert added.detail == "护士长姓李,打我妈"
    assert "在哪里" in (await said(ward, "开始") + await said(ward, "1"))[-1]


async def test_an_answer_to_the_form_is_its_answer_after_a_filing_too(ward: Ward) -> None:
    question = (await ward.screen())[-1]
    await said(ward, "我要投诉,收费处乱收钱")
    told = await said(ward, "1")
    assert told
    assert told[-1] != question
    assert not await ComplaintEntry.filter(event=ComplaintEvent.PATIENT_ADDED).exists()


async def test_a_question_about_filing_is_answered_and_no_matter_for_the_ward(ward: Ward) -> None:
    """It is the accused who would read it there."""
    asked = await said(ward, "住院的时候按铃半天没人来")
    told = await said(ward, "登记了有用吗")
    assert told[-1] == asked[-1]
    assert len(told) > 1
    assert not await Alert.exists()


@pytest.mark.parametrize("words", ["什么时候打", "真的不会知道吗", "谁来查", "要多久"])
async def test_what_is_asked_after_filing_is_answered_although_a_form_is_open(
    ward: Ward, words: str
) -> None:
    """Then the form goes on."""
    question = (await ward.screen())[-1]
    await said(ward, "我要投诉,收费处乱收钱")
    told = await said(ward, words)
    assert len(told) > 1
    assert told[-1] == question
    assert not await Alert.exists()
    assert not await ComplaintEntry.filter(event=ComplaintEvent.PATIENT_ADDED).exists()


async def test_a_medical_question_after_filing_is_the_ward_s(ward: Ward) -> None:
    await said(ward, "我要投诉,收费处乱收钱")
    await said(ward, "药还要吃吗")
    assert (await Alert.get()).rule == "question"


async def test_who_presses_for_the_call_hears_when_it_comes(ward: Ward) -> None:
    """The number and the time; it stands in the case, and the ward is not told."""
    await said(ward, "我要投诉,收费处乱收钱")
    told = await said(ward, "怎么还没人联系我")
    assert (await Complaint.get()).number in told[0]
    assert await ComplaintEntry.filter(event=ComplaintEvent.PATIENT_ADDED).exists()
    assert not await Alert.exists()


async def test_praise_beside_a_form_is_thanked_for_and_the_question_asked_again(
    ward: Ward,
) -> None:
    """No nurse is called for it."""
    question = (await ward.screen())[-1]
    told = await said(ward, "李护士特别细心,真的很感谢她")
    assert "转告" in told[0]
    assert told[-1] == question
    await said(ward, "王医生医术高明,人也耐心")
    await said(ward, "张护士服务特别好,非常满意")
    assert not await Alert.exists()
    assert await Opinion.filter(status=OpinionStatus.PRAISE).count() == 3


async def test_a_stranger_s_complaint_is_about_nobody_s_stay(database: str) -> None:
    """Who is not the patient does not complain as the patient."""
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await said(ward, "1")
    await said(ward, "打错了")
    told = await said(ward, "我要投诉你们泄露个人信息")
    case = await Complaint.get()
    assert case.number in told[-1]
    assert (case.patient_id, case.encounter_id, case.department_id) == (None, None, None)
    opinion = await Opinion.get()
    assert (opinion.patient_id, opinion.encounter_id, opinion.department_id) == (None, None, None)


async def test_a_stranger_who_wants_no_more_is_a_wrong_number_and_withdraws_nothing(
    database: str,
) -> None:
    """The patient's consent stands: it was not the patient who wrote."""
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await said(ward, "打错了,我不是王小明,别骚扰我,再发我投诉")
    await ward.contact_point.refresh_from_db()
    assert ward.contact_point.wrong_at is not None
    assert not await Consent.exclude(withdrawn_at=None).exists()
    assert not await Complaint.exists()
