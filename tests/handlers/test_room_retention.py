"""Posts, their deliveries and orders go after half a year, and nothing else does."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers.room.deliveries import plan_deliveries
from handlers.room.groups import Group
from handlers.room.retention import KEPT_FOR, forget_old_posts
from models.alert import Alert, AlertEntry
from models.channel import GroupDelivery
from models.room import GroupPost, RoomCommand
from tests.handlers.test_alerts import an_alert


async def an_order(now: datetime, once: str) -> None:
    """An order somebody wrote."""
    await RoomCommand.create(occurrence=once, verb="who", result="done", at=now)


async def test_after_half_a_year_posts_and_orders_are_forgotten_but_alerts_stay(
    database: str, now: datetime
) -> None:
    assert database
    for days in (200, 181, 179, 0):
        at = now - timedelta(days=days)
        await an_alert(at, once=str(days))
        await plan_deliveries([Group("心内科", "wecom", "K")], at)
        await an_order(at, str(days))
    assert await GroupDelivery.all().count() == 4
    assert await forget_old_posts(now) == 4
    counts = [await table.all().count() for table in (GroupPost, GroupDelivery, RoomCommand)]
    assert counts == [2, 2, 2]
    assert await Alert.all().count() == await AlertEntry.all().count() == 4
    assert await forget_old_posts(now) == 0


async def test_many_are_forgotten_in_one_go(sqlite_database: str, now: datetime) -> None:
    assert sqlite_database
    old = now - KEPT_FOR - timedelta(days=1)
    rows = [RoomCommand(occurrence=str(one), result="done", at=old) for one in range(1201)]
    await RoomCommand.bulk_create(rows)
    assert await forget_old_posts(now) == 1201
