"""What was said before 投诉 belongs to the case that is filed with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.complaint import Complaint, ComplaintEntry, ComplaintEvent, Opinion, OpinionStatus
from models.hospital import StaffRole
from tests.handlers.ward import Ward, a_ward

THREAT = "我已经找了律师,这事必须给我赔偿"


@pytest.fixture
async def ward(database: str) -> Ward:
    """A ward whose patient has begun the third-day questions."""
    del database
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await ward.say("开始")
    await ward.say("1")
    return ward


async def _words_of(case: Complaint) -> str:
    entry = await ComplaintEntry.get(complaint_id=case.id, event=ComplaintEvent.FILED)
    return entry.detail


async def test_a_dispute_said_first_makes_the_complaint_after_it_grave(ward: Ward) -> None:
    """Medical affairs owns it, with half an hour, and reads both sentences."""
    await ward.say(THREAT)
    await ward.say("我要投诉")
    case = await Complaint.get()
    assert (case.grade, case.dispute, case.urgent) == ("A", True, True)
    assert case.owner_role is StaffRole.MEDICAL_AFFAIRS
    assert case.contact_due_at - case.received_at == timedelta(minutes=30)
    assert await _words_of(case) == f"{THREAT}\n我要投诉"
    assert {o.status for o in await Opinion.all()} == {OpinionStatus.FILED}


async def test_what_was_said_a_day_ago_is_another_story(ward: Ward) -> None:
    """Older words stay the opinion they were."""
    await ward.say(THREAT)
    ward.now += timedelta(hours=25)
    await ward.say("我要投诉食堂,饭是冷的")
    case = await Complaint.get()
    assert THREAT not in await _words_of(case)
    assert not case.dispute


async def test_what_was_declined_is_not_filed_with_something_else(ward: Ward) -> None:
    """Who wanted nothing made of it is believed."""
    await ward.say("护士说话太冲了")
    await ward.say("3")
    await ward.say("我要投诉食堂,饭是冷的")
    assert await _words_of(await Complaint.get()) == "我要投诉食堂,饭是冷的"


async def test_a_complaint_at_the_end_of_a_long_story_is_found_and_kept_whole(ward: Ward) -> None:
    """Twenty thousand characters, none of them lost."""
    story = "我妈住院的时候按铃半天没人来,问谁都说不知道。" * 900
    words = f"{story[:19_990]}。我要投诉收费乱"
    await ward.say(words)
    assert await _words_of(await Complaint.get()) == words
