"""What came in and fails time and again: it is kept, IT is told, and it can be tried again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from handlers.channel_events import forget_events
from handlers.desk import Desk
from handlers.failed_pushes import count_failed, try_again, watch_pushes
from handlers.pushes import HELD_FOR, MOST_TRIES, Push, let_go, take_up, write_down
from handlers.room.feed import feed
from models.audit import AuditEntry
from models.channel import Pushed
from models.hospital import StaffMember
from models.room import GroupPost

pytestmark = pytest.mark.usefixtures("database")
NOW = datetime.fromisoformat("2026-11-23T09:30+08:00")
DESK = Desk("示例医院", public_url="https://sf.hospital.example")
A_WHILE = timedelta(seconds=30)


async def fails(number: int, at: datetime) -> datetime:
    """Something comes in that ends every process which begins with it; when nobody tries more."""
    push = Push(f"message:{number}", "openid-of-the-tests", "{}", f"nonce{number}", "digest")
    (written,) = await write_down("wechat", [push], [], "first", at)
    assert written.row_id is not None
    for _ in range(MOST_TRIES - 1):
        await let_go([written.row_id], at)
        at += A_WHILE
        assert [one.row_id for one in await take_up("wechat", "next", at)] == [written.row_id]
    return at + HELD_FOR + A_WHILE


async def lines(now: datetime) -> list[str]:
    """What IT reads in the room."""
    it = await StaffMember.create(username="it", name="王样例", role="it", created_at=NOW)
    return [line.line for line in await feed(it, now)]


async def test_what_fails_so_often_is_kept_counted_and_told_once_an_hour() -> None:
    now = await fails(1, NOW)
    assert await take_up("wechat", "next", now) == []
    assert await count_failed("wechat", now) == 1
    assert await count_failed("sms", now) == 0
    assert await watch_pushes(DESK, now) == 1
    assert await watch_pushes(DESK, now + timedelta(minutes=1)) == 0
    later = await fails(2, now + timedelta(hours=1))
    assert await watch_pushes(DESK, later) == 1
    assert await watch_pushes(DESK, later + timedelta(hours=3)) == 0
    told = await lines(later)
    assert ["有1条" in told[-1], "有2条" in told[0]] == [True, True]
    await forget_events(later + timedelta(days=60))
    assert await Pushed.all().count() == 2


async def test_while_it_is_tried_for_the_last_time_nobody_is_told() -> None:
    now = await fails(1, NOW)
    assert await count_failed("wechat", now - A_WHILE - HELD_FOR) == 0


async def test_nothing_failed_and_nobody_is_told() -> None:
    assert await watch_pushes(DESK, NOW) == 0
    assert not await GroupPost.exists()


async def test_tried_again_it_is_taken_up_and_who_asked_is_written_down() -> None:
    now = await fails(1, NOW)
    assert await try_again("sms", "it", now) == 0
    assert await try_again("wechat", "it", now) == 1
    assert await count_failed("wechat", now) == 0
    assert len(await take_up("wechat", "next", now + A_WHILE)) == 1
    assert [(one.actor, one.action) for one in await AuditEntry.all()] == [
        ("it", "pushes.tried_again")
    ]
