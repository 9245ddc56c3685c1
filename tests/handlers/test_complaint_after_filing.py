"""What is written after a complaint was filed, or beside a form, and whom it reaches."""

from datetime import date

import pytest

from handlers.casework.claims import claim_complaint
from handlers.casework.telling import tell_interim
from models.alert import Alert, AlertLevel
from models.complaint import Complaint, ComplaintEntry, ComplaintEvent, Opinion, OpinionStatus
from models.people import Consent
from models.room import HumanTalk
from tests.handlers.complaining import an_officer
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


async def test_a_nod_to_a_later_day_starts_no_questions(database: str) -> None:
    """好的 is for what the office has just told, not for yesterday's invitation."""
    ward = await a_ward()
    await ward.until("2026-11-23T09:30")
    await said(ward, "我要投诉,收费处乱收钱")
    await tell_a_later_day(ward, "2026-11-24T12:00")
    before = await ward.screen()
    assert "需要核实" in before[-1]
    assert await said(ward, "好的") == []
    assert await said(ward, "知道了,谢谢") == []
    assert not await Alert.exists()
    assert await said(ward, "开始")


async def test_a_nod_after_a_filing_brings_back_the_question_it_broke_into(ward: Ward) -> None:
    """The form was asked a minute ago, and is not answered by it."""
    question = (await ward.screen())[-1]
    await said(ward, "我要投诉,收费处乱收钱")
    await tell_a_later_day(ward, "2026-11-23T12:30")
    assert await said(ward, "好的") == [question]


async def test_a_complaint_after_a_death_gets_its_number_and_no_ward_reads_it(
    database: str,
) -> None:
    """The death was told yesterday; the word alone is enough."""
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await said(ward, "我爸走了,昨天去世的")
    known = await Alert.all().count()
    await ward.until("2026-11-24T10:00")
    told = await said(ward, "我要投诉")
    case = await Complaint.get()
    assert case.number in told[-1]
    assert "节哀" in told[-1]
    assert "评价" not in told[-1]
    assert await Alert.all().count() == known
    assert case.number in (await said(ward, case.number))[-1]


async def test_who_blames_us_for_a_death_told_earlier_is_heard_by_people_and_filed(
    database: str,
) -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await said(ward, "我爸走了,昨天去世的")
    await said(ward, "就是你们护士不管才走的,我要投诉")
    assert await Alert.filter(level=AlertLevel.DISP).exists()
    assert (await Complaint.get()).dispute


async def test_a_stranger_s_dispute_is_about_no_patient(database: str) -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await said(ward, "1")
    await said(ward, "打错了")
    await said(ward, "你们天天骚扰我,我找律师告你们,必须赔偿")
    alert = await Alert.get(level=AlertLevel.DISP)
    assert (alert.patient_id, alert.encounter_id, alert.department_id) == (None, None, None)
    assert (alert.task_id, alert.dialog_id) == (None, None)
    assert (await HumanTalk.get()).patient_id is None


async def test_an_unnamed_complainant_s_dispute_names_nobody(ward: Ward) -> None:
    """The director of the ward complained about reads disputes of the own ward."""
    await said(ward, "我想匿名投诉护士长打人,别让科室知道是我")
    await said(ward, "你们再不管,我找律师告你们,必须赔偿")
    alert = await Alert.get(level=AlertLevel.DISP)
    assert (alert.patient_id, alert.encounter_id, alert.department_id) == (None, None, None)


async def test_an_unnamed_complainant_s_rage_names_nobody(ward: Ward) -> None:
    await said(ward, "我想匿名投诉护士长打人,别让科室知道是我")
    await said(ward, "你们都是畜生")
    alert = await Alert.get(rule="abuse")
    assert (alert.patient_id, alert.encounter_id, alert.department_id) == (None, None, None)


async def test_a_named_dispute_is_still_about_its_patient(ward: Ward) -> None:
    await said(ward, "我要投诉,收费处乱收钱")
    await said(ward, "你们再不管,我找律师告你们,必须赔偿")
    assert (await Alert.get(level=AlertLevel.DISP)).patient_id == ward.patient.id


async def tell_a_later_day(ward: Ward, moment: str) -> None:
    """The office takes the case and tells a later day."""
    officer = await an_officer()
    case = await Complaint.get()
    await ward.until(moment)
    await claim_complaint(case.id, officer, ward.now)
    until = date(2026, 11, 28)
    why = "收费明细还在核对"
    assert await tell_interim(case.id, officer, until, why, ward.desk, ward.now) is None
    await ward.tick()
