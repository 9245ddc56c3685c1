"""A promise of the complaint office that is not kept: the patient is told, once a clock."""

from __future__ import annotations

import pytest

from tests.handlers.ward import Ward, a_ward

LATE_CALL = "说好的时间没有人联系您"
LATE = "说好的时间没有答复您"


@pytest.fixture
async def ward(sqlite_database: str) -> Ward:
    """A patient who has filed a complaint on a Monday morning, with no word of what it is about."""
    assert sqlite_database
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await ward.say("我要投诉")
    return ward


async def heard(ward: Ward, words: str) -> int:
    """How often the screen says so."""
    return sum(words in line for line in await ward.screen())


async def test_what_happened_is_asked_with_the_number_and_added(ward: Ward) -> None:
    assert await heard(ward, "是什么事") == 1
    await ward.say("昨天夜里按铃一个小时没有人来")
    assert await heard(ward, "已记到TS-20261123-001里") == 1


async def test_nobody_calls_in_time_and_the_patient_is_told_once(ward: Ward) -> None:
    await ward.until("2026-11-24T08:29")
    assert await heard(ward, LATE_CALL) == 0
    await ward.until("2026-11-24T09:00")
    assert await heard(ward, LATE_CALL) == 1
    await ward.until("2026-11-25T12:00")
    assert await heard(ward, LATE_CALL) == 1


async def test_a_result_that_is_late_at_midnight_is_told_in_the_morning(ward: Ward) -> None:
    await ward.until("2026-11-27T05:00")
    assert await heard(ward, LATE) == 0
    await ward.until("2026-11-27T10:00")
    assert await heard(ward, LATE) == 1
    assert await heard(ward, LATE_CALL) == 0  # one word for both, where both are late
