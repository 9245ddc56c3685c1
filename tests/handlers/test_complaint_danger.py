"""Danger and complaints in one talk: what is written while an alarm stands reaches the alarm."""

from datetime import timedelta

import pytest

from models.alert import Alert, AlertEntry, AlertEvent, AlertLevel, AlertStatus
from models.complaint import Complaint, ComplaintEntry, ComplaintEvent
from tests.handlers.ward import Ward, a_ward

_PAIN = "胸口疼喘不上气"


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


async def at_the_alarm() -> list[str]:
    """What the patient wrote, as it stands beside the alarm."""
    alarm = await Alert.get(level=AlertLevel.L1)
    written = AlertEntry.filter(alert_id=alarm.id, event=AlertEvent.PATIENT_WROTE)
    return [entry.detail for entry in await written.order_by("at")]


@pytest.mark.parametrize(
    "words",
    ["到底来不来", "等了半天没人打电话", "没人管我", "护士都不理我", "你们电话打不通", "1"],
)
async def test_what_is_written_after_the_safety_text_stands_at_the_alarm(
    ward: Ward, words: str
) -> None:
    """It is answered by the nurses' side, and nobody is asked whether to file it."""
    await said(ward, _PAIN)
    told = await said(ward, words)
    assert await at_the_alarm() == [words]
    assert told
    assert not any("要登记" in line for line in told)
    assert not await Complaint.exists()


async def test_the_digit_after_a_discontent_answers_the_safety_text(ward: Ward) -> None:
    """1 is that 120 was called, and files nothing."""
    await said(ward, _PAIN)
    await said(ward, "等了半天没人打电话")
    told = await said(ward, "1")
    assert any("身边请不要离人" in line for line in told)
    assert await at_the_alarm() == ["等了半天没人打电话", "1"]
    assert not await Complaint.exists()


async def test_the_digit_is_heard_where_the_number_of_the_case_came_last(ward: Ward) -> None:
    told = await said(ward, f"我妈{_PAIN},我要投诉你们不管")
    assert (await Complaint.get()).number in told[-1]
    told = await said(ward, "1")
    assert any("身边请不要离人" in line for line in told)
    assert await at_the_alarm() == ["1"]


async def test_who_cannot_go_urges_the_alarm_although_a_case_was_filed(ward: Ward) -> None:
    """Typed as pressed, the next step is due at once; the case may have the words as well."""
    await said(ward, f"我妈{_PAIN},我要投诉你们不管")
    told = await said(ward, "去不了,没人接")
    alarm = await Alert.get(level=AlertLevel.L1)
    assert alarm.escalate_at is not None
    assert alarm.escalate_at <= ward.now
    assert await at_the_alarm() == ["去不了,没人接"]
    assert not any("已记到" in line for line in told)


async def test_who_cannot_go_urges_the_alarm_and_no_later_alert(ward: Ward) -> None:
    """A dispute was raised since; the alarm is what climbs."""
    await said(ward, _PAIN)
    await said(ward, "你们等着,我找律师告你们,必须赔偿")
    assert await Alert.filter(level=AlertLevel.DISP).exists()
    assert len(await at_the_alarm()) == 1
    await said(ward, "去不了")
    alarm = await Alert.get(level=AlertLevel.L1)
    assert alarm.escalate_at is not None
    assert alarm.escalate_at <= ward.now
    assert "去不了" in await at_the_alarm()


async def test_a_complaint_in_despair_is_filed_and_stands_at_the_alarm(ward: Ward) -> None:
    """The nurse who calls reads all of it; later words go to both."""
    await said(ward, "活着没意思了")
    told = await said(ward, "我要投诉")
    case = await Complaint.get()
    assert case.number in told[-1]
    await said(ward, "没人管我")
    await said(ward, "护士都不理我")
    assert await at_the_alarm() == ["我要投诉", "没人管我", "护士都不理我"]
    added = ComplaintEntry.filter(complaint_id=case.id, event=ComplaintEvent.PATIENT_ADDED)
    assert [entry.detail for entry in await added.order_by("position")] == [
        "没人管我",
        "护士都不理我",
    ]


async def test_how_a_case_stands_is_told_in_danger_too(ward: Ward) -> None:
    await said(ward, f"{_PAIN},我要投诉")
    told = await said(ward, "到哪一步了")
    assert (await Complaint.get()).number in told[0]


async def test_the_alarm_hears_what_is_said_to_a_person_who_leads(ward: Ward) -> None:
    """The talk has an alert of its own; the alarm must not miss the words."""
    await said(ward, "人工")
    await said(ward, _PAIN)
    await said(ward, "我在三楼,门开着")
    assert await at_the_alarm() == ["我在三楼,门开着"]


async def test_a_secret_complaint_is_not_shown_to_the_ward_by_the_alarm(ward: Ward) -> None:
    """The alarm is the ward's; the complaint is about it."""
    await said(ward, _PAIN)
    told = await said(ward, "我想匿名投诉护士长打人,别让科室知道是我")
    assert (await Complaint.get()).number in told[0]
    assert await at_the_alarm() == []


async def test_a_check_for_danger_comes_before_the_complaint_desk(ward: Ward) -> None:
    """While it is asked whether it hurts now, nobody is asked whether to file."""
    asked = await said(ward, "以前胸口疼过")
    assert "现在" in asked[-1]
    told = await said(ward, "护士都不理我")
    assert not any("要登记" in line for line in told)


async def test_when_the_alarm_is_closed_discontent_is_asked_about_again(ward: Ward) -> None:
    await said(ward, _PAIN)
    await Alert.filter(level=AlertLevel.L1).update(status=AlertStatus.CLOSED)
    ward.now += timedelta(hours=3)
    told = await said(ward, "等了半天没人打电话")
    assert "要登记" in told[-1]


async def test_what_an_unnamed_complainant_adds_stays_from_the_alarm(ward: Ward) -> None:
    """The ward complained about reads the alarm; that nobody comes it must know all the same."""
    await said(ward, "我想匿名投诉护士长打人,别让科室知道是我")
    await said(ward, _PAIN)
    assert await said(ward, "补充:护士长姓李,当时同屋的人都看到了") != []
    await said(ward, "护士长态度恶劣,骂我妈")
    assert await at_the_alarm() == []
    added = ComplaintEntry.filter(event=ComplaintEvent.PATIENT_ADDED).order_by("position")
    assert [entry.detail for entry in await added] == [
        "补充:护士长姓李,当时同屋的人都看到了",
        "护士长态度恶劣,骂我妈",
    ]
    await said(ward, "等了半天没人打电话")
    assert await at_the_alarm() == ["等了半天没人打电话"]


async def test_what_an_unnamed_complainant_says_in_a_talk_is_not_the_ward_s(ward: Ward) -> None:
    """However long after the filing: the nurse who leads the talk may be the one it is about."""
    await said(ward, "我想匿名投诉护士长打人,别让科室知道是我")
    await ward.until("2026-11-24T15:00")
    await said(ward, "人工")
    await said(ward, "护士长态度恶劣,又骂我妈")
    asked = await Alert.get(rule="human:asked")
    assert not await AlertEntry.filter(alert_id=asked.id, event=AlertEvent.PATIENT_WROTE).exists()
    added = await ComplaintEntry.get(event=ComplaintEvent.PATIENT_ADDED)
    assert added.detail == "护士长态度恶劣,又骂我妈"
