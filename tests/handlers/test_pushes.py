"""Pushes written down: the order in which they are taken up, and who waits for whom."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from handlers.pushes import HELD_FOR, Push, elsewhere, let_go, take_up, write_down

pytestmark = pytest.mark.usefixtures("database")
NOW = datetime.fromisoformat("2026-11-23T09:30+08:00")
LATER = NOW + HELD_FOR + timedelta(seconds=1)


def a_push(number: int, address: str = "openid-of-the-tests") -> Push:
    """One push of somebody."""
    return Push(f"message:{number}", address, str(number), f"nonce{number}", "digest")


async def test_those_written_down_together_are_taken_up_in_their_order() -> None:
    await write_down("wechat", [a_push(number) for number in range(30)], [], "first", NOW)
    taken = await take_up("wechat", "next", LATER)
    assert [one.raw for one in taken] == [str(number) for number in range(30)]


async def test_a_person_waits_for_what_another_process_has_of_earlier_words_alone() -> None:
    await write_down("wechat", [a_push(1, "one"), a_push(2, "other")], [], "first", NOW)
    since = {"one": LATER, "other": NOW, "third": LATER}
    assert await elsewhere("wechat", "next", since) == {"one"}
    assert await elsewhere("wechat", "first", since) == set()
    assert await elsewhere("sms", "next", since) == set()


async def test_nobody_waits_for_what_failed() -> None:
    (written,) = await write_down("wechat", [a_push(1)], [], "first", NOW)
    assert written.row_id is not None
    await let_go([written.row_id], LATER)
    assert await elsewhere("wechat", "next", {"openid-of-the-tests": LATER}) == set()
