"""What came in and could not be dealt with however often: kept, told to IT, and tried again."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from tortoise.queryset import QuerySet

from dialogs.timing import local
from handlers.desk import Desk
from handlers.missing_list import TOLD
from handlers.pushes import MOST_TRIES
from handlers.room.posts import Post, post
from models.audit import append_entry
from models.channel import Pushed
from models.room import PostKind
from models.unit import unit_of_work

# where it is seen and tried again
PAGE: Final = "/staff/channels"


async def count_failed(channel: str, now: datetime) -> int:
    """Count what came in by a channel and failed so often that nobody tries any longer."""
    return await _failed(now).filter(channel=channel).count()


async def try_again(channel: str, actor: str, now: datetime) -> int:
    """Let what failed be dealt with from the start; returns how many messages."""

    async def work() -> int:
        count = await _failed(now).filter(channel=channel).update(tries=0, held_until=now)
        if count:
            await append_entry(now, actor, "pushes.tried_again", reason=f"{channel}: {count}")
        return count

    return await unit_of_work(work)


async def watch_pushes(desk: Desk, now: datetime) -> int:
    """Tell the group of IT that messages lie there unread, once for each hour more of them fail."""
    newest = await _failed(now).order_by("-held_until").first()
    if newest is None:
        return 0
    values = {"n": str(await _failed(now).count()), "link": f"{desk.public_url}{PAGE}"}
    once = f"failed-pushes:{local(newest.held_until):%Y-%m-%dT%H}"
    told = Post(PostKind.WARNING, "S-PUSHES-FAILED", values, once, roles=TOLD)
    return int(await post(told, now))


def _failed(now: datetime) -> QuerySet[Pushed]:
    return Pushed.filter(tries__gte=MOST_TRIES, held_until__lt=now)
