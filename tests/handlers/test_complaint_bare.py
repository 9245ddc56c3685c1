"""Where only 投诉 is said it is asked what happened, and what was open waits for that."""

import pytest

from handlers.timers import DueKind
from models.complaint import Complaint, ComplaintEntry, ComplaintEvent
from models.timetable import Due
from tests.handlers.ward import Ward, a_ward

# a day in it would be a wish for another time, if the opening heard it
STORY = "明天复查的单子,上周三在收费处排了两小时没人给办"


async def _opened() -> Ward:
    """A ward whose patient has just been asked whether now is a good time."""
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    return ward


async def _answers(ward: Ward, text: str) -> list[str]:
    before = len(await ward.screen())
    await ward.say(text)
    return (await ward.screen())[before + 1 :]


async def _added() -> list[str]:
    entries = await ComplaintEntry.filter(event=ComplaintEvent.PATIENT_ADDED).order_by("at")
    return [entry.detail for entry in entries]


async def test_the_opening_waits_until_it_was_told_what_happened(database: str) -> None:
    """The story goes to the case, whatever day it names; then the opening is asked again."""
    del database
    ward = await _opened()
    [receipt] = await _answers(ward, "我要投诉")
    assert (await Complaint.get()).number in receipt
    assert "是什么事" in receipt
    told = await _answers(ward, STORY)
    assert await _added() == [STORY]
    assert told[-1].startswith("< 现在方便回答几个问题吗")
    assert not await Due.filter(kind=DueKind.RESUME_DIALOG).exists()


async def test_a_question_of_a_form_waits_as_well(database: str) -> None:
    del database
    ward = await _opened()
    await ward.say("开始")
    await ward.say("1")
    asked = (await ward.screen())[-1]
    assert len(await _answers(ward, "我要投诉")) == 1
    told = await _answers(ward, "收费处把我的单子弄丢了,让我跑了三趟")
    assert told[-1] == asked


@pytest.mark.parametrize("words", ["开始", "1"])
async def test_who_would_rather_begin_begins(database: str, words: str) -> None:
    """An answer to the opening is none to what happened."""
    del database
    ward = await _opened()
    await ward.say("我要投诉")
    told = await _answers(ward, words)
    assert told
    assert await _added() == []
    assert not any("已记到" in line for line in told)


async def test_a_nod_neither_begins_nor_is_put_into_the_case(database: str) -> None:
    """好的, 我想想: nothing is answered by it."""
    del database
    ward = await _opened()
    await ward.say("我要投诉")
    assert await _answers(ward, "好的") == []
    assert await _added() == []


async def test_danger_is_heard_before_the_story(database: str) -> None:
    del database
    ward = await _opened()
    await ward.say("我要投诉")
    told = await _answers(ward, "我现在胸口疼得喘不上气,昨天在你们那里开的药")
    assert "120" in told[0]


async def test_two_hours_later_words_are_no_story_any_more(database: str) -> None:
    """The opening takes a wish for another time again."""
    del database
    ward = await _opened()
    await ward.say("我要投诉")
    await ward.until("2026-11-23T14:31")
    await ward.say("明天上午十点再问吧")
    assert await _added() == []
    assert await Due.filter(kind=DueKind.RESUME_DIALOG).exists()
