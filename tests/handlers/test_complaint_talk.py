"""The complaint desk in the chat, with the real office behind it."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest

from dialogs.complaints.events import Prompt
from dialogs.tagging.complaint import tag
from dialogs.tagging.own_words import read_own_words
from dialogs.timing.words import due_text
from handlers.casework.filing import Filing, file_complaint
from handlers.claims import Closing, close_alert
from handlers.complaints.prompting import prompt
from handlers.conversations import Subject, start_dialog
from models.alert import Alert, AlertEntry, AlertEvent, AlertLevel, AlertStatus
from models.complaint import (
    Complaint,
    ComplaintEntry,
    ComplaintEvent,
    ComplaintMode,
    ComplaintState,
    FiledBy,
    Opinion,
    OpinionStatus,
)
from models.conversation import Conversation, Dialog, DialogKind, Inbound
from models.people import ContactPoint
from models.response import Answer
from models.room import GroupPost, HumanTalk
from models.unit import unit_of_work
from tests.handlers.complaining import an_officer
from tests.handlers.visiting import Visiting, a_visit
from tests.handlers.ward import Ward, a_ward


@pytest.fixture
async def ward(database: str) -> Ward:
    """A ward whose patient has begun the third-day questions."""
    del database
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await ward.say("开始")
    await ward.say("1")
    assert (await ward.screen())[-1].startswith("< 出院后现在在哪里")
    return ward


async def said(ward: Ward, text: str) -> list[str]:
    """The patient writes; what the screen answers, with its buttons."""
    before = len(await ward.screen())
    await ward.say(text)
    return (await ward.screen())[before + 1 :]


def of(ward: Ward) -> dict[str, object]:
    """The stay a complaint is about."""
    return {
        "patient_id": ward.patient.id,
        "encounter_id": ward.encounter.id,
        "department_id": ward.encounter.department_id,
    }


async def test_a_plain_complaint_gets_its_number_and_the_question_is_asked_again(
    ward: Ward,
) -> None:
    """态度太差了我要投诉, in the midst of the questionnaire."""
    asked = (await ward.screen())[-1]
    told = await said(ward, "态度太差了我要投诉")
    case = await Complaint.get()
    assert case.number in told[0]
    assert told[-1] == asked
    assert (case.filed_by, case.mode) == (FiledBy.EXPLICIT, ComplaintMode.BACK_TO_BACK)
    assert {key: getattr(case, key) for key in of(ward)} == of(ward)
    assert (await Opinion.get()).status is OpinionStatus.FILED
    assert not await Alert.filter(level=AlertLevel.T).exists()


async def test_what_the_hospitals_own_words_say_is_part_of_the_case(ward: Ward) -> None:
    """What is filed is read as the message was."""
    own = read_own_words("夜猫子诊室 waiting high\n", ())
    ward.desk = replace(ward.desk, own_words=lambda: own)
    await said(ward, "我要投诉夜猫子诊室")
    case = await Complaint.get()
    assert (case.categories, case.severity) == (["waiting"], "high")


async def test_discontent_is_asked_about_once_and_filed_when_wanted(ward: Ward) -> None:
    """The digit answers the desk; then the question of the nurses comes back."""
    asked = (await ward.screen())[-1]
    told = await said(ward, "住院的时候按铃半天没人来")
    assert "要登记下来" in told[-1]
    assert not await Complaint.exists()
    assert (await Opinion.get()).status is OpinionStatus.ASKED
    filed = await said(ward, "1")
    case = await Complaint.get()
    assert (case.number in filed[0], filed[-1]) == (True, asked)
    assert case.filed_by is FiledBy.AGREED
    entry = await ComplaintEntry.get(event=ComplaintEvent.FILED)
    assert entry.detail == "住院的时候按铃半天没人来"


async def test_who_wants_nothing_made_of_it_is_left_alone(ward: Ward) -> None:
    """3 is noted; the same is not asked about again that day."""
    await said(ward, "等太久了")
    told = await said(ward, "3")
    assert "不登记" in told[0]
    again = await said(ward, "等得太久了")
    assert not any("要登记下来" in line for line in again)
    assert not await Complaint.exists()
    statuses = [opinion.status for opinion in await Opinion.all().order_by("at")]
    assert statuses == [OpinionStatus.DECLINED, OpinionStatus.OPINION]


async def test_a_question_nobody_answers_leaves_an_opinion(ward: Ward) -> None:
    """Two hours later it is one, nothing is filed, and nothing more is said."""
    await said(ward, "护士说话太冲了")
    before = len(await ward.screen())
    later = ward.now + timedelta(hours=2, minutes=1)
    await ward.until(f"{later.astimezone(ward.desk.staffed_hours.zone):%Y-%m-%dT%H:%M}")
    assert (await Opinion.get()).status is OpinionStatus.OPINION
    assert not await Complaint.exists()
    assert len(await ward.screen()) == before


async def test_danger_comes_first_and_the_complaint_is_not_lost(ward: Ward) -> None:
    """The safety text, the alert, and then the number."""
    told = await said(ward, "我现在胸口疼得喘不上气,我要投诉你们")
    assert "120" in told[0]
    assert await Alert.filter(level=AlertLevel.L1).exists()
    assert (await Complaint.get()).number in told[-1]


async def test_discontent_beside_danger_is_an_opinion_and_nothing_is_asked(ward: Ward) -> None:
    """A nurse calls; the question whether to file can wait."""
    told = await said(ward, "伤口流脓了,护士还爱理不理的")
    assert not any("要登记下来" in line for line in told)
    assert (await Opinion.get()).status is OpinionStatus.OPINION
    assert not await Complaint.exists()


async def test_a_dispute_without_danger_is_for_people_and_nothing_is_asked(ward: Ward) -> None:
    """D1 within half an hour; what is said later stands beside it."""
    told = await said(ward, "这事必须给我赔偿,不然找记者曝光")
    alert = await Alert.get(level=AlertLevel.DISP)
    assert alert.rule == "D1"
    assert (alert.due_at - alert.raised_at) == timedelta(minutes=30)
    assert not any("登记" in line for line in told)
    assert not await Complaint.exists()
    await said(ward, "律师我都找好了")
    assert await Alert.filter(level=AlertLevel.DISP).count() == 1


async def test_a_dispute_that_is_also_filed_is_a_grave_case(ward: Ward) -> None:
    """People take over, and the number comes all the same."""
    told = await said(ward, "我要投诉,治成这样必须赔偿,我要起诉")
    case = await Complaint.get()
    assert (case.dispute, case.grade, case.urgent) == (True, "A", True)
    assert case.number in told[-1]
    assert await Alert.filter(level=AlertLevel.DISP, rule="D1").exists()


async def test_the_same_complaint_five_times_is_one_case(ward: Ward) -> None:
    """One case, its number once, and that it was noted once."""
    for _ in range(5):
        await ward.say("我要投诉,等了三个小时")
    case = await Complaint.get()
    shown = "\n".join(await ward.shown())
    assert shown.count(f"编号:{case.number}") == 1
    assert shown.count(f"已记到{case.number}里") == 1
    added = await ComplaintEntry.filter(event=ComplaintEvent.PATIENT_ADDED).count()
    assert added == 4


async def test_the_same_message_twice_is_one_complaint(ward: Ward) -> None:
    """A bad network sends again."""
    again = uuid4().hex
    await ward.say("我要投诉", again)
    await ward.say("我要投诉", again)
    assert await Complaint.all().count() == 1


async def test_somebody_else_s_number_tells_nothing(ward: Ward) -> None:
    """Known or not, it is told the same."""
    other = await _somebody_else_s(ward)
    for number in (other.number, "TS-20260101-999"):
        told = await said(ward, number)
        assert "没有查到" in told[0]
        assert "核实" not in told[0].replace("核对", "")


async def _somebody_else_s(ward: Ward) -> Complaint:
    words = "食堂的饭是冷的"
    filing = Filing("elsewhere", FiledBy.EXPLICIT, words, tag(words))
    return await unit_of_work(lambda: file_complaint(ward.desk, filing, ward.now))


async def test_the_patient_asks_how_it_stands_and_takes_it_back(ward: Ward) -> None:
    """The number is read back before anything ends."""
    await said(ward, "我要投诉食堂,饭是冷的")
    case = await Complaint.get()
    assert case.number in (await said(ward, "我的投诉到哪一步了"))[0]
    assert "撤回" in (await said(ward, "不投诉了"))[0]
    assert (await Complaint.get()).closed_at is None
    assert "已撤回" in (await said(ward, "1"))[0]
    assert (await Complaint.get()).state is ComplaintState.CLOSED


async def test_an_option_of_the_form_is_no_complaint(database: str) -> None:
    """不满意 to a question about satisfaction is its answer."""
    ward = await _in_a_survey()
    told = await said(ward, "不满意")
    answer = await Answer.get(item="s1")
    assert answer.value == 2
    assert not await Opinion.exists()
    assert not any("登记" in line for line in told)


async def test_a_mild_word_in_a_survey_is_its_answer_and_unnamed(database: str) -> None:
    """The survey promised it: nothing is asked, and the opinion is kept without a name to show."""
    ward = await _in_a_survey()
    for _ in range(8):
        await ward.say("4")
    await ward.say("8")
    told = await said(ward, "饭菜有点咸")
    assert not any("要登记下来" in line for line in told)
    assert (await Answer.get(item="txt")).text == "饭菜有点咸"
    assert not await Opinion.filter(unnamed=False).exists()


async def test_a_low_mark_is_asked_whether_somebody_may_call(database: str) -> None:
    """Only who agrees is put before the complaint office, with four hours' time."""
    ward = await _in_a_survey()
    for mark in (*"44444442", "3"):
        await ward.say(mark)
    told = await said(ward, "无")
    assert "给您打个电话" in told[-1]
    assert not await Alert.filter(rule="survey_call").exists()
    await said(ward, "可以")
    alert = await Alert.get(rule="survey_call")
    assert (alert.level, alert.patient_id) == (AlertLevel.T, ward.patient.id)
    assert alert.due_at > ward.now


async def test_a_call_that_is_not_wanted_any_more_is_called_off(database: str) -> None:
    """Whoever has not taken it yet need not; what was written stands in its history."""
    ward = await _in_a_survey()
    for mark in (*"44444442", "3"):
        await ward.say(mark)
    await said(ward, "无")
    await said(ward, "可以")
    told = await said(ward, "不用打了")
    assert "不打扰您" in told[0]
    alert = await Alert.get(rule="survey_call")
    assert alert.status == AlertStatus.CLOSED
    wrote = await AlertEntry.get(alert_id=alert.id, event=AlertEvent.PATIENT_WROTE)
    assert wrote.detail == "不用打了"
    told_office = await GroupPost.get(message="S-CALL-OFF")
    assert (told_office.alert_id, told_office.roles) == (alert.id, ["complaint_office"])


async def test_who_waits_for_a_call_about_a_complaint_is_not_offered_another(
    database: str,
) -> None:
    """One thing, one call."""
    ward = await _in_a_survey()
    await said(ward, "我要投诉,护士态度太差")
    told = []
    for mark in (*"44444442", "3", "无"):
        told += await said(ward, mark)
    assert not any("给您打个电话" in line for line in told)


async def test_what_is_added_days_later_is_in_the_case(ward: Ward) -> None:
    """M-CMP1 invites additions and names no end."""
    await Dialog.filter(kind=DialogKind.QUESTIONNAIRE).update(status="closed")
    await said(ward, "我要投诉三楼的护士")
    await ward.until("2026-11-24T15:00")
    case = await Complaint.get()
    for words in ("补充:那天是11月18号晚上8点", "11床家属可以作证", "你们有监控,可以查"):
        await said(ward, words)
    added = ComplaintEntry.filter(complaint_id=case.id, event=ComplaintEvent.PATIENT_ADDED)
    assert [entry.detail for entry in await added.order_by("position")] == [
        "补充:那天是11月18号晚上8点",
        "11床家属可以作证",
        "你们有监控,可以查",
    ]


async def test_who_presses_is_told_how_it_stands_and_is_heard(ward: Ward) -> None:
    """The entry stands in the case, so that the office sees that the patient waits."""
    await Dialog.filter(kind=DialogKind.QUESTIONNAIRE).update(status="closed")
    await said(ward, "我要投诉三楼的护士")
    await ward.until("2026-11-24T15:00")
    told = await said(ward, "怎么还没人联系我")
    assert "联系您晚了" in told[0]
    added = await ComplaintEntry.get(event=ComplaintEvent.PATIENT_ADDED)
    assert added.detail == "怎么还没人联系我"
    assert await GroupPost.filter(message="S-CMP-URGED").count() == 1


async def _in_a_survey() -> Ward:
    ward = await a_ward(plan=False)
    await ward.until("2026-11-23T09:30")
    await ward.say("你好")
    await unit_of_work(lambda: _begin_survey(ward))
    await ward.tick()
    await ward.say("开始")
    return ward


async def _begin_survey(ward: Ward) -> None:
    conversation = await Conversation.get(respondent_id=ward.contact_point.respondent_id)
    subject = Subject(
        patient_id=ward.patient.id,
        forms=("sat-ip",),
        deadline_at=ward.now + timedelta(days=3),
        encounter_id=ward.encounter.id,
    )
    await start_dialog(ward.desk, conversation, ward.contact_point, subject, ward.now)


async def test_praise_is_kept_and_thanked_for_once_a_day(database: str) -> None:
    """Outside a question; the names are sealed with the row."""
    ward = await a_ward(plan=False)
    told = await said(ward, "李护士特别细心,真的很感谢她")
    assert "转告" in told[0]
    assert not any("转告" in line for line in await said(ward, "王医生医术高明,人也耐心"))
    assert await Opinion.filter(status=OpinionStatus.PRAISE).count() == 2


async def test_a_booking_wish_and_a_complaint_are_both_served(database: str) -> None:
    """The desk offers hours first; whether to file is asked when the visit is moved."""
    scene = await a_visit()
    await _open_friday(scene)
    offered = await said(scene.ward, "等太久了,帮我改到周五上午")
    assert "11月27日" in offered[-1]
    moved = await said(scene.ward, "1")
    assert "已改到" in moved[0]
    assert "要登记下来" in moved[-1]
    await said(scene.ward, "2")
    assert (await Opinion.get()).status is OpinionStatus.OPINION


async def test_a_question_of_the_booking_desk_comes_back(database: str) -> None:
    """Slots were offered; a complaint breaks in, is filed, and the slots are offered again."""
    scene = await a_visit()
    await _open_friday(scene)
    offered = await said(scene.ward, "改到周五上午")
    told = await said(scene.ward, "停车太难了,我要投诉")
    assert (await Complaint.get()).number in told[0]
    assert told[-1].split("[")[-1] == offered[-1].split("[")[-1]
    assert "已改到" in (await said(scene.ward, "1"))[0]


async def _open_friday(scene: Visiting) -> None:
    await scene.book.session(date(2026, 11, 27))


async def test_a_result_is_told_and_refused_in_the_patient_s_words(ward: Ward) -> None:
    """What is written is kept with the refusal, and somebody calls."""
    await said(ward, "我要投诉食堂,饭是冷的")
    case = await Complaint.get()
    await Complaint.filter(id=case.id).update(state=ComplaintState.ANSWERED)
    assert await _prompted(ward, case, Prompt.RESULT, fact="已核实", act="已改正")
    told = await said(ward, "不接受,没有一句道歉")
    assert "前有人给您打电话" in told[0]
    case = await Complaint.get()
    assert (case.state, case.patient_answer) == (ComplaintState.NEGOTIATING, "refuse")


async def test_an_unproven_address_is_told_no_result(ward: Ward) -> None:
    """Whoever holds that phone is not told what was found: a person calls."""
    await said(ward, "我要投诉食堂,饭是冷的")
    await ContactPoint.filter(id=ward.contact_point.id).update(verified_at=None)
    case = await Complaint.get()
    assert not await _prompted(ward, case, Prompt.RESULT, fact="已核实", act="已改正")


async def test_low_stars_open_a_closed_case_again(ward: Ward) -> None:
    """1 is not the end."""
    await said(ward, "我要投诉食堂,饭是冷的")
    case = await Complaint.get()
    await Complaint.filter(id=case.id).update(
        state=ComplaintState.CLOSED, closing="accepted", closed_at=ward.now
    )
    await case.refresh_from_db()
    assert await _prompted(ward, case, Prompt.RATE)
    assert "重新处理" in (await said(ward, "1"))[0]
    case = await Complaint.get()
    assert (case.satisfaction, case.reopened) == (1, 1)


async def _prompted(ward: Ward, case: Complaint, what: Prompt, **values: str) -> bool:
    done = await unit_of_work(lambda: prompt(ward.desk, case, what, values, ward.now))
    await ward.outbox.drain(ward.now)
    return done


async def test_rage_finds_a_person_and_nobody_is_blocked(ward: Ward) -> None:
    """One alert a day; a person leads the talk, and a complaint gets its number all the same."""
    told = await said(ward, "你们一群骗子,畜生")
    assert "我听到了" in told[0]
    await said(ward, "一帮畜生不如的东西")
    alert = await Alert.get(rule="abuse")
    assert (alert.level, alert.department_id) == (AlertLevel.T, None)
    assert due_text(alert.due_at, ward.now) in told[0]
    assert await AlertEntry.filter(alert_id=alert.id, event=AlertEvent.PATIENT_WROTE).exists()
    assert await HumanTalk.exists()
    told = await said(ward, "我要投诉收费处")
    assert (await Complaint.get()).number in told[0]


async def test_rage_after_its_alert_was_closed_is_put_before_people_again(ward: Ward) -> None:
    """What is written on a closed alert is in front of nobody."""
    await said(ward, "你们一群骗子,畜生")
    first = await Alert.get(rule="abuse")
    officer = await an_officer()
    done = Closing("confirmed", "called")
    assert await close_alert(first.id, officer, done, ward.now) is None
    await ward.tick()
    ward.now += timedelta(hours=1)
    await said(ward, "一帮畜生不如的东西")
    second = await Alert.get(rule="abuse", status=AlertStatus.OPEN)
    assert (second.words, second.department_id) == ("一帮畜生不如的东西", None)
    assert second.due_at > ward.now
    wrote = AlertEntry.filter(alert_id=first.id, event=AlertEvent.PATIENT_WROTE)
    assert not await wrote.exists()


async def test_more_words_after_filing_belong_to_the_case(ward: Ward) -> None:
    """No questionnaire waits, so they are nobody else's."""
    await Dialog.filter(kind=DialogKind.QUESTIONNAIRE).update(status="closed")
    await said(ward, "我要投诉")
    told = await said(ward, "就是昨天下午骨科那个大夫,说话很冲")
    case = await Complaint.get()
    assert f"已记到{case.number}里" in told[0]
    added = await ComplaintEntry.get(event=ComplaintEvent.PATIENT_ADDED)
    assert added.inbound_id == (await Inbound.all().order_by("-position").limit(1))[0].id
