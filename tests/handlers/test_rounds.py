"""A round from its day to its end, on both databases, with a clock that is told what time it is."""

from datetime import date, datetime

import pytest

from handlers.inbound import InboundMessage, receive
from handlers.plans import release
from handlers.tasks import stop_plan
from models.alert import Alert
from models.care import FollowUpPlan, FollowUpTask, TaskStatus
from models.conversation import Outgoing, OutgoingStatus
from models.people import ContactPoint, RespondentRole
from models.response import Answer, Response, ResponseStatus
from scheduler.due import run_due
from tests.handlers.ward import Ward, a_ward, make_plan

pytestmark = pytest.mark.usefixtures("database")


async def answered(ward: Ward, *replies: str) -> list[str]:
    """Give the replies one after the other and return what the page shows."""
    for reply in replies:
        await ward.say(reply)
    return await ward.shown()


async def test_a_round_begins_on_the_third_day_within_the_morning_and_not_before() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T08:00")
    assert await ward.shown() == []
    await ward.until("2026-11-23T11:30")
    (opening,) = await ward.shown()
    assert opening.startswith("< 王小明您好!我是示例医院的自动随访助手,受心内科委托")


async def test_answers_are_stored_and_the_round_is_completed() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    shown = await answered(ward, "1", "1", "在家", "好多了", "9", "药吃着呢", "1", "1", "1", "无")
    assert shown[-1].startswith("< 谢谢您的回答")
    task = await ward.task(1)
    assert (task.status, task.outcome) == (TaskStatus.COMPLETED, "completed")
    response = await Response.get(task_id=task.id, form="fu-d3")
    assert response.status is ResponseStatus.COMPLETED
    answers = {a.item: a.value for a in await Answer.filter(response_id=response.id)}
    assert answers["feel"] == ["better"]
    assert answers["red"] == ["none"]
    assert answers["med"] == ["all"]


async def test_danger_raises_an_alert_before_the_safety_text_and_stops_the_questions() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    shown = await answered(ward, "1", "1", "1", "还行吧,就是胸闷")
    assert "请马上打120" in shown[-1]
    alert = await Alert.get(level="L1")
    assert alert.words == "还行吧,就是胸闷"
    assert (await ward.task(1)).phone_reason == "danger"


async def test_the_same_message_twice_has_one_effect() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    first = await ward.say("1", "same-id")
    again = await ward.say("1", "same-id")
    assert (first.repeated, again.repeated) == (False, True)
    assert first.position == again.position
    assert len(await ward.shown()) == 3


async def test_silence_is_asked_once_more_and_then_goes_to_the_phone_list() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await ward.until("2026-11-24T11:59")
    assert len(await ward.shown()) == 2
    await ward.until("2026-11-25T23:00")
    task = await ward.task(1)
    assert (task.status, task.phone_reason) == (TaskStatus.PHONE_LIST, "no_answer")


async def test_an_answer_after_the_phone_list_still_completes_the_round() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await ward.until("2026-11-25T15:00")
    assert (await ward.task(1)).status is TaskStatus.PHONE_LIST
    await answered(ward, "1", "1", "1", "1", "9", "1", "1", "1", "1", "无")
    assert (await ward.task(1)).status is TaskStatus.COMPLETED


async def test_a_break_is_apologised_for_the_next_day_and_nothing_is_asked_twice() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await answered(ward, "1", "1", "1")
    await ward.until("2026-11-24T11:59")
    shown = await ward.shown()
    assert "昨天聊到一半断了" in shown[-1]
    shown = await answered(ward, "继续")
    assert shown[-1].startswith("< 和出院那天比")


async def test_later_is_kept_and_the_chosen_time_wins() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await answered(ward, "等会儿", "明天晚上八点")
    assert "明天20:00" in (await ward.shown())[-1]
    await ward.until("2026-11-24T20:00")
    assert (await ward.shown())[-1].startswith("< 王小明您好")


async def test_a_patient_without_a_proven_address_goes_to_the_phone_list_with_the_reason() -> None:
    ward = await a_ward(bound=False)
    await ward.until("2026-11-23T11:30")
    task = await ward.task(1)
    assert (task.status, task.phone_reason) == (TaskStatus.PHONE_LIST, "no_phone")
    assert await Outgoing.all().count() == 0


async def test_nothing_is_sent_without_consent_or_legal_basis() -> None:
    ward = await a_ward(consent=False)
    await ward.until("2026-11-23T11:30")
    assert (await ward.task(1)).phone_reason == "no_consent"
    assert await Outgoing.all().count() == 0


async def test_opting_out_stops_everything_and_is_confirmed_once() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    shown = await answered(ward, "退订")
    assert "已停止" in shown[-1]
    tasks = await FollowUpTask.filter(encounter_id=ward.encounter.id).order_by("round")
    assert [(task.status, task.reason) for task in tasks] == [(TaskStatus.CLOSED, "F16")] * 3
    await ward.until("2026-12-10T11:00")
    assert len(await ward.shown()) == len(shown)


async def test_a_death_is_answered_once_and_then_there_is_silence() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    shown = await answered(ward, "他已经去世了")
    assert shown[-1] == "< 非常抱歉打扰您,请节哀。我们不会再发消息打扰。"
    await ward.until("2026-12-10T11:00")
    await ward.say("恢复")
    assert [line for line in await ward.shown() if line.startswith("<")][-1] == shown[-1]


async def test_a_wrong_number_is_not_written_to_again() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await answered(ward, "1", "打错了")
    point = await ContactPoint.get(id=ward.contact_point.id)
    assert point.wrong_at is not None
    await ward.until("2026-11-28T11:30")
    assert (await ward.task(2)).phone_reason == "wrong_number"


async def test_the_elderly_get_short_questions_in_their_window_and_a_call_in_the_third_round() -> (
    None
):
    ward = await a_ward(birth_date=date(1948, 3, 1))
    await ward.until("2026-11-23T10:59")
    assert (await ward.shown())[0] == "< 王小明,示例医院出院回访。1开始 2晚点 3不用"
    await ward.until("2026-12-18T23:00")
    assert (await ward.task(3)).phone_reason == "elderly_round"


async def test_leaving_against_advice_waits_for_a_nurse() -> None:
    ward = await a_ward(disposition="4")
    await ward.until("2026-11-23T11:30")
    assert (await ward.task(1)).status is TaskStatus.PLANNED
    assert await Outgoing.all().count() == 0


async def test_a_plan_nobody_releases_comes_to_the_phone_list_when_its_round_is_over() -> None:
    ward = await a_ward(disposition="4")
    await ward.until("2026-11-26T00:30")
    task = await ward.task(1)
    assert (task.status, task.phone_reason) == (TaskStatus.PHONE_LIST, "unreleased")
    assert task.forms == ["fu-d3"]
    assert await Outgoing.all().count() == 0


async def test_a_released_plan_begins() -> None:
    ward = await a_ward(disposition="4")
    assert ward.plan is not None
    assert await release(ward.plan.id, None, ward.now)
    await ward.until("2026-11-23T11:30")
    assert (await ward.task(1)).status is TaskStatus.CONTACTING


async def test_who_was_moved_to_another_house_is_called_once_the_plan_is_released() -> None:
    ward = await a_ward(disposition="2")
    assert ward.plan is not None
    assert await release(ward.plan.id, None, ward.now)
    await ward.until("2026-11-23T11:30")
    assert (await ward.task(1)).phone_reason == "transferred"
    assert await Outgoing.all().count() == 0


async def test_diabetes_and_an_operation_are_asked_in_the_same_talk() -> None:
    ward = await a_ward(diagnosis_code="E11.9", operation="胆囊切除术")
    await ward.until("2026-11-23T11:30")
    await answered(ward, "1", "1", "1", "1", "9")
    assert (await ward.task(1)).forms == ["fu-d3", "wound", "dm"]
    assert "伤口现在看起来怎么样" in (await ward.shown())[-1]


async def test_a_pressed_button_is_kept_with_the_words_on_it() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    message = InboundMessage("web", ward.contact_point.id, "press", key="start", turn=1)
    await receive(ward.desk, message, ward.now)
    await ward.outbox.drain(ward.now)
    assert (await ward.shown())[1] == "> 开始"
    assert "本人吗" in (await ward.shown())[2]


async def test_a_button_of_an_older_question_is_told_so_and_changes_nothing() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await answered(ward, "1")
    message = InboundMessage("web", ward.contact_point.id, "press", key="no", turn=1)
    await receive(ward.desk, message, ward.now)
    await ward.outbox.drain(ward.now)
    assert (await ward.shown())[-1].startswith("< 这个按钮是前面的问题的")
    assert (await ward.task(1)).status is TaskStatus.CONTACTING


async def test_a_corrected_answer_replaces_the_old_one_and_withdraws_what_hung_on_it() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await answered(ward, "1", "1", "1", "1", "5", "3", "上一题", "上一题", "9")
    standing = await Answer.filter(superseded_at__isnull=True)
    values = {answer.item: answer.value for answer in standing}
    assert values["red"] == ["none"]
    assert "nrs" not in values
    assert await Answer.filter(item="red").count() == 2


async def test_a_round_that_was_over_before_the_list_came_says_so_and_knows_its_form() -> None:
    ward = await a_ward(plan=False)
    ward.now = datetime.fromisoformat("2026-11-27T10:00+08:00")
    await make_plan(ward)
    await ward.tick()
    task = await ward.task(1)
    assert (task.phone_reason, task.forms) == ("never_sent", ["fu-d3"])


async def test_a_plan_that_is_stopped_asks_nothing_more_and_after_a_death_says_nothing() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await answered(ward, "1", "1")
    before = len(await ward.shown())
    assert ward.plan is not None
    await stop_plan(await FollowUpPlan.get(id=ward.plan.id), "F41", ward.now)
    await answered(ward, "1")
    assert len(await ward.shown()) == before + 1


async def test_a_relative_on_the_patients_own_phone_is_not_asked_about_the_illness() -> None:
    ward = await a_ward()
    await RespondentRole.filter(patient_id=ward.patient.id).update(authorised=True)
    await ward.until("2026-11-23T11:30")
    shown = await answered(ward, "1", "2", "1", "1", "4")
    assert "出院带的药" in shown[-1]


async def test_nothing_answers_an_opening_that_has_not_been_shown() -> None:
    ward = await a_ward()
    ward.now = datetime.fromisoformat("2026-11-23T11:30+08:00")
    await run_due(ward.desk, ward.now)
    await ward.say("好多了")
    opening, *_ = [line for line in await ward.shown() if line.startswith("<")]
    assert "现在方便吗" in opening
    assert not [line for line in await ward.shown() if "没看明白" in line]
    await ward.say("1")
    assert "本人吗" in (await ward.shown())[-1]


async def test_an_opening_that_reached_nobody_is_said_anew_to_whoever_writes() -> None:
    ward = await a_ward()
    ward.now = datetime.fromisoformat("2026-11-23T11:30+08:00")
    await run_due(ward.desk, ward.now)
    await Outgoing.all().update(status=OutgoingStatus.FAILED, rank=9, reason="window_closed")
    await ward.say("我回来了")
    assert "现在方便吗" in (await ward.shown())[-1]
