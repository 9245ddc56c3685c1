"""What waits for a group, leased to one process at a time and at a pace robots bear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from tortoise.expressions import F
from tortoise.queryset import QuerySet

from handlers.channel_states import GROUP_PREFIX
from handlers.room.deliveries import NEWS_FOR, WITH_CASE, hand_on
from handlers.room.groups import Group
from handlers.room.urgency import is_over, is_urgent
from models.channel import ChannelState, GroupDelivery
from models.conversation import OutgoingStatus
from models.once import insert_once
from models.unit import lock, unit_of_work

# 20 a minute is what robots bear; a little slower, so that no minute ever holds 21
PACE: Final = timedelta(seconds=3.2)
LEASE: Final = timedelta(seconds=30)
_MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class Claimed:
    """What was leased of a group's posts under one token; each row came with its post."""

    group: Group
    token: str = ""
    rows: Sequence[GroupDelivery] = ()

    def still_leased(self) -> QuerySet[GroupDelivery]:
        """Select the rows this process still has; a lost lease notes nothing."""
        ids = [row.id for row in self.rows]
        leased = GroupDelivery.filter(id__in=ids, status=OutgoingStatus.SENDING)
        return leased.filter(lease_token=self.token)


async def claim_posts(group: Group, groups: Sequence[Group], now: datetime) -> Claimed:
    """Lease all that waits for a group, once in `PACE` whatever the number of processes.

    What nobody has to hear any more ends here. While the group is in trouble, what is urgent goes
    to its backup instead.
    """
    return await unit_of_work(lambda: _claim(group, groups, now))


async def waiting_groups(now: datetime) -> set[str]:
    """Name the groups something waits for; where nothing does, this is one read."""
    queued = GroupDelivery.filter(status=OutgoingStatus.QUEUED, not_before__lte=now)
    return {str(name) for name in await queued.distinct().values_list("group", flat=True)}


async def note_posted(claimed: Claimed, provider_id: str, now: datetime) -> None:
    """Note that the group has been told."""

    async def work() -> None:
        state = await hold_state(claimed.group)
        state.last_out_at, state.failures = now, 0
        await state.save(update_fields=["last_out_at", "failures"])
        await claimed.still_leased().update(
            status=OutgoingStatus.ACCEPTED,
            provider_id=provider_id[:128],
            sent_at=now,
            lease_until=None,
        )

    await unit_of_work(work)


async def hold_state(group: Group) -> ChannelState:
    """Lock how a group is doing; who holds it speaks to that group alone."""
    name = f"{GROUP_PREFIX}{group.name}"
    await insert_once(ChannelState(channel=name))
    return await lock(ChannelState.filter(channel=name)).get()


def _waiting(group: Group, now: datetime) -> QuerySet[GroupDelivery]:
    queued = GroupDelivery.filter(group=group.name, status=OutgoingStatus.QUEUED)
    return queued.filter(not_before__lte=now)


async def _claim(group: Group, groups: Sequence[Group], now: datetime) -> Claimed:
    state = await hold_state(group)
    with_case = [f"post__{name}" for name in WITH_CASE]
    rows = await _waiting(group, now).order_by("created_at", "id").limit(_MOST)
    await GroupDelivery.fetch_for_list(rows, *with_case)
    if state.paused_until is not None and state.paused_until > now:
        if state.failures:
            await _leave(group, groups, rows, now)
        return Claimed(group)
    wanted = [row for row in rows if not await _ended(row, now)]
    if not wanted:
        return Claimed(group)
    state.paused_until = now + PACE
    await state.save(update_fields=["paused_until"])
    return await _lease(group, wanted, now)


async def _leave(
    group: Group, groups: Sequence[Group], rows: Iterable[GroupDelivery], now: datetime
) -> None:
    """Let what is urgent go another way while a group cannot be told."""
    for row in rows:
        if not is_urgent(row.post) or row.error:
            continue
        handed_on = await hand_on(row.post, group, groups, now)
        row.error = "handed on" if handed_on else "waits"
        row.status = OutgoingStatus.FAILED if handed_on else OutgoingStatus.QUEUED
        await row.save(update_fields=["status", "error"])


async def _ended(row: GroupDelivery, now: datetime) -> bool:
    """End what is old news, or asks for what has been done."""
    if row.created_at <= now - NEWS_FOR:
        row.status, row.error = OutgoingStatus.EXPIRED, "old"
    elif is_over(row.post):
        row.status, row.error = OutgoingStatus.SUPPRESSED, "closed"
    else:
        return False
    await row.save(update_fields=["status", "error"])
    return True


async def _lease(group: Group, rows: Sequence[GroupDelivery], now: datetime) -> Claimed:
    token = uuid4().hex
    await GroupDelivery.filter(id__in=[row.id for row in rows]).update(
        status=OutgoingStatus.SENDING,
        attempt=F("attempt") + 1,
        lease_until=now + LEASE,
        lease_token=token,
    )
    return Claimed(group, token, tuple(rows))
