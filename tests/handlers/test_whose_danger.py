"""One phone for several patients: an alarm is for the patient whom the words are about."""

import pytest

from dialogs.state import Stage, from_json
from models.alert import Alert, AlertEntry, AlertEvent, AlertStatus
from models.conversation import Dialog, DialogStatus
from tests.handlers.households import a_household

pytestmark = pytest.mark.usefixtures("sqlite_database")


async def test_danger_to_the_father_is_his_alarm_although_his_grandchild_was_asked_about() -> None:
    """What was asked about the child waits; what is answered to the alarm is the father's."""
    home = await a_household(father_is_asked=False)
    await home.answers("1")
    shown = await home.answers("我爸胸口痛,喘不上气")
    assert len(shown) == 1
    assert "马上打120" in shown[0]
    assert await home.alarms() == [("王小明", "L1")]
    child = await Dialog.get(patient_id=home.child.id)
    assert (child.status, from_json(child.state).stage) == (DialogStatus.WAITING, Stage.NEW)
    assert "已再次催促值班" in (await home.answers("去不了"))[-1]
    assert not await home.until("2026-11-23T14:30")
    await Alert.all().update(status=AlertStatus.CLOSED, closed_at=home.father.now)
    later = await home.until("2026-11-24T16:00")
    assert "您是李小宝的联系人" in later[0]


async def test_a_childs_fever_is_the_childs_alarm_and_the_father_is_asked_on() -> None:
    home = await a_household(father_is_asked=True)
    for words in ("1", "2"):
        await home.answers(words)
    told, again = await home.answers("孩子烧到39度5了")
    assert "抽搐、叫不醒" in told
    assert "出院后现在在哪里" in again
    assert await home.alarms() == [("李小宝", "L2")]
    father = await Dialog.get(patient_id=home.father.patient.id)
    assert father.status is DialogStatus.ACTIVE


async def test_where_nobody_can_tell_all_are_named_and_one_is_asked_for_after_the_alarm() -> None:
    home = await a_household(father_is_asked=False)
    await home.answers("1")
    await home.answers("我爸胸口痛,喘不上气")
    shown = await home.answers("她喘不上气了")
    assert "120" in shown[0]
    assert "孩子" not in shown[0]
    assert shown[1] == "< 刚才说的是哪一位?"
    noted = [entry.detail for entry in await AlertEntry.filter(event=AlertEvent.NOTED)]
    assert len(noted) == 1
    assert "李小宝(8)" in noted[0]
    assert "孩子的情况需要马上看医生" in (await home.answers("是孩子"))[0]
    assert await home.alarms() == [("王小明", "L1"), ("李小宝", "L1")]


async def test_danger_said_anew_is_no_answer_to_the_question_whose_it_was() -> None:
    home = await a_household(father_is_asked=False)
    await home.answers("1")
    await home.answers("我喘不上气了")
    shown = await home.answers("孩子抽了,叫不醒")
    assert "孩子的情况需要马上看医生" in shown[0]
    assert ("李小宝", "L1") in await home.alarms()
