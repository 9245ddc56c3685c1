"""Posts on their way to groups: who gets which, and who instead when a group cannot be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from tortoise.queryset import QuerySet

from dialogs.timing import local
from handlers.room.groups import Group, accused_accounts, groups_for, is_told
from handlers.room.urgency import is_digest
from models.channel import GroupDelivery
from models.conversation import OutgoingStatus
from models.hospital import StaffMember
from models.once import insert_once
from models.room import GroupPost
from models.unit import unit_of_work

# what could not be said for so long is no news any more; the board shows what still waits
NEWS_FOR: Final = timedelta(hours=12)
# what `groups_for` reads of a post
WITH_CASE: Final = ("department", "alert__department", "complaint")
_PLANNED_AT_ONCE: Final = 200
# Feishu drops posts of the full and the half hour, when all the world posts its digests
_CROWDED: Final = "feishu"
_AFTER_THE_CROWD: Final = timedelta(minutes=2)


async def plan_deliveries(groups: Sequence[Group], now: datetime) -> int:
    """Queue new posts for the groups that are told of them; returns how many were planned.

    A post that is for none of them is marked so, or it would be looked at again and again.
    """
    if not groups or not await _unplanned(now).exists():
        return 0
    return await unit_of_work(lambda: _plan(groups, now))


async def hand_on(post: GroupPost, group: Group, groups: Sequence[Group], now: datetime) -> bool:
    """Queue a post for the group that stands in for another; False: there is none left to tell."""
    backup = next((one for one in groups if one.name == group.backup), None)
    if backup is None or not is_told(backup, post, await _accused_in(post)):
        return False
    return await insert_once(_delivery(post, backup, now, now))


def _unplanned(now: datetime) -> QuerySet[GroupPost]:
    return GroupPost.filter(at__gt=now - NEWS_FOR, deliveries__id__isnull=True)


async def _plan(groups: Sequence[Group], now: datetime) -> int:
    rows = _unplanned(now).order_by("at", "id").limit(_PLANNED_AT_ONCE)
    posts = await rows.prefetch_related(*WITH_CASE)
    for post in posts:
        told = groups_for(groups, post, await _accused_in(post))
        for group in told:
            await insert_once(_delivery(post, group, _not_before(post, group, now), now))
        if not told:
            await insert_once(_for_nobody(post, now))
    return len(posts)


async def _accused_in(post: GroupPost) -> list[StaffMember]:
    names = accused_accounts(post.complaint)
    return await StaffMember.filter(username__in=names) if names else []


def _delivery(post: GroupPost, group: Group, at: datetime, now: datetime) -> GroupDelivery:
    return GroupDelivery(
        post_id=post.id, group=group.name, channel=group.channel, not_before=at, created_at=now
    )


def _for_nobody(post: GroupPost, now: datetime) -> GroupDelivery:
    return GroupDelivery(
        post_id=post.id,
        group="",
        channel="",
        status=OutgoingStatus.SUPPRESSED,
        not_before=now,
        created_at=now,
    )


def _not_before(post: GroupPost, group: Group, now: datetime) -> datetime:
    crowded = group.channel == _CROWDED and local(now).minute in (0, 30)
    return now + _AFTER_THE_CROWD if crowded and is_digest(post) else now
