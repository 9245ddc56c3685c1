"""Who asked for silence is offered nothing for being cross; what names a fault is heard."""

import pytest

from tests.handlers.ward import Ward, a_ward


@pytest.fixture
async def ward(sqlite_database: str) -> Ward:
    """A patient who has just asked for silence."""
    assert sqlite_database
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await ward.say("别再发了")
    return ward


@pytest.mark.parametrize("words", ["烦死了", "烦死人了"])
async def test_crossness_after_a_stop_is_offered_no_complaint(ward: Ward, words: str) -> None:
    before = len(await ward.screen())
    await ward.say(words)
    said = [line for line in (await ward.screen())[before:] if line.startswith("<")]
    assert not any("登记" in line for line in said), said


async def test_a_fault_named_after_a_stop_is_still_offered_to_be_registered(ward: Ward) -> None:
    await ward.say("你们那个打针的护士把我骂哭了")
    assert "登记" in (await ward.screen())[-1]
