"""What groups were told and what was ordered there is kept for half a year."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from models.channel import GroupDelivery
from models.room import GroupPost, RoomCommand
from models.unit import unit_of_work

# Cybersecurity Law 21: logs for six months at least; PIPL 19: no longer than is needed. What
# happened to a case stays in its own history.
KEPT_FOR: Final = timedelta(days=180)
_AT_ONCE: Final = 500


async def forget_old_posts(now: datetime) -> int:
    """Delete posts with their deliveries, and orders, of more than 180 days ago.

    A few hundred at a time, so that nobody waits for the hourly job; returns how many went.
    """
    before, gone = now - KEPT_FOR, 0
    while count := await unit_of_work(lambda: _forget(before)):
        gone += count
    return gone


async def _forget(before: datetime) -> int:
    posts = await GroupPost.filter(at__lt=before).limit(_AT_ONCE).values_list("id", flat=True)
    orders = await RoomCommand.filter(at__lt=before).limit(_AT_ONCE).values_list("id", flat=True)
    if posts:
        await GroupDelivery.filter(post_id__in=list(posts)).delete()
        await GroupPost.filter(id__in=list(posts)).delete()
    if orders:
        await RoomCommand.filter(id__in=list(orders)).delete()
    return len(posts) + len(orders)
