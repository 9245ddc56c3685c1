"""What patients write when nothing was asked: before the first round, and after the last word."""

import pytest

from models.alert import Alert
from models.care import FollowUpTask, TaskStatus
from models.conversation import Inbound
from tests.handlers.ward import a_ward

pytestmark = pytest.mark.usefixtures("database")


async def test_danger_before_any_round_is_answered_at_once_and_raises_an_alert() -> None:
    ward = await a_ward()
    await ward.say("我爸现在胸口像压了块石头")
    assert "马上打120" in (await ward.shown())[-1]
    alert = await Alert.get()
    assert (alert.level.value, alert.patient_id) == ("L1", ward.patient.id)
    assert alert.encounter_id == ward.encounter.id
    assert alert.department_id == ward.encounter.department_id


async def test_a_question_out_of_the_blue_reaches_the_ward_and_is_acknowledged() -> None:
    ward = await a_ward()
    await ward.say("昨天那个药还要吃吗")
    assert (await Alert.get()).level.value == "Q"
    assert (await ward.shown())[-1].startswith("< 您好,我是示例医院的自动随访助手")


async def test_further_words_go_to_the_alert_that_is_open_and_are_acknowledged_once() -> None:
    ward = await a_ward()
    await ward.say("昨天那个药还要吃吗")
    await ward.say("是白色的那种")
    await ward.say("一天两片")
    assert await Alert.all().count() == 1
    noted = [line for line in await ward.shown() if line.startswith("< 收到,已一并转给护士")]
    assert len(noted) == 1


async def test_stopping_works_before_any_round() -> None:
    ward = await a_ward()
    await ward.say("退订")
    tasks = await FollowUpTask.all()
    assert {task.status for task in tasks} == {TaskStatus.CLOSED}
    await ward.until("2026-11-23T11:30")
    assert not any("方便吗" in line for line in await ward.shown())


async def test_danger_weeks_after_the_end_is_heard() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    for reply in ("1", "1", "1", "1", "9", "1", "1", "1", "1", "无"):
        await ward.say(reply)
    await ward.until("2026-11-26T20:00")
    await ward.say("喘不上气")
    assert "马上打120" in (await ward.shown())[-1]
    assert (await Alert.get(level="L1")).words == "喘不上气"


@pytest.mark.parametrize(
    "text", ["", "\x00", "\ud800", "😀😀", "<script>alert(1)</script>", "天" * 20001]
)
async def test_whatever_is_typed_is_stored_and_answered(text: str) -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await ward.say(text)
    stored = (await Inbound.get()).text
    assert len(stored) <= 20_000
    assert "\x00" not in stored
    assert (await ward.shown())[-1].startswith("< ")


async def test_two_signs_of_danger_in_one_sentence_are_one_alert_with_the_whole_sentence() -> None:
    ward = await a_ward()
    await ward.say("胸口像压了块石头,喘不上气")
    alert = await Alert.get(level="L1")
    assert alert.words == "胸口像压了块石头,喘不上气"
