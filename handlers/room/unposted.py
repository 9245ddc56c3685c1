"""Posts a group did not take: again, to the group that stands in, or to the duty phone (2.2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tortoise.queryset import QuerySet

from handlers.not_taken import Fault
from handlers.room.deliveries import NEWS_FOR, WITH_CASE, hand_on
from handlers.room.groups import Group
from handlers.room.posting import Claimed, hold_state
from handlers.room.urgency import is_urgent
from models.alert import AlertLevel, AlertStatus
from models.channel import GroupDelivery
from models.conversation import OutgoingStatus
from models.unit import lock, unit_of_work

_TRIES: Final = 4
_FIRST_PAUSE: Final = timedelta(seconds=5)
# one message each half minute asks whether the provider is back (F16)
_LONGEST_PAUSE: Final = timedelta(seconds=30)
_LOST: Final = Fault("unknown", "unknown: lost", OutgoingStatus.UNKNOWN)
_UNSURE: Final = ("unknown", "unparseable", "unexpected")
_WITH_POST: Final = tuple(f"post__{name}" for name in WITH_CASE)
_UNDER_WAY: Final = (OutgoingStatus.QUEUED, OutgoingStatus.SENDING)
_MISSED: Final = (OutgoingStatus.FAILED, OutgoingStatus.UNKNOWN, OutgoingStatus.QUEUED)


async def note_unposted(
    claimed: Claimed, groups: Sequence[Group], fault: Fault, now: datetime
) -> None:
    """Note that a group was not told, leave it in peace for a while, and see to each post.

    What is urgent goes to the backup at once: told twice is better than told late. The rest is
    tried again first. What the group may have got after all is posted once more only if urgent.
    """

    async def work() -> None:
        again_at = await _pause(claimed.group, fault, now)
        for row in await claimed.still_leased().prefetch_related(*_WITH_POST):
            await _see_to(row, claimed.group, groups, fault, again_at, now)

    await unit_of_work(work)


async def release_lost_posts(groups: Sequence[Group], now: datetime) -> int:
    """Take back the leases of processes that died; their posts may or may not be there."""
    lost = GroupDelivery.filter(status=OutgoingStatus.SENDING, lease_until__lt=now)

    async def work() -> int:
        known = {group.name: group for group in groups}
        rows = await lock(lost, skip_locked=True)
        await GroupDelivery.fetch_for_list(rows, *_WITH_POST)
        for row in rows:
            group = known.get(row.group, Group(row.group, row.channel, ""))
            await _see_to(row, group, groups, _LOST, now, now)
        return len(rows)

    return await unit_of_work(work) if await lost.exists() else 0


def may_be_known(row: GroupDelivery) -> bool:
    """Tell whether the group may have got a post already, which is then said beside it."""
    return row.error.startswith(_UNSURE)


async def unheard_alerts(now: datetime) -> set[UUID]:
    """List the open red and orange alerts that no group could be told of, and none will be soon.

    Without any group there is the staff room alone, and nothing has failed.
    """
    missed = GroupDelivery.filter(
        status__in=_MISSED,
        not_before__gt=now - NEWS_FOR,
        post__alert__status=AlertStatus.OPEN,
        post__alert__level__in=(AlertLevel.L1, AlertLevel.L2),
        post__alert__drill=False,
    ).exclude(error="")
    ids = await _alerts_of(missed)
    if not ids:
        return ids
    ways = GroupDelivery.filter(post__alert_id__in=list(ids))
    told = ways.filter(status=OutgoingStatus.ACCEPTED)
    soon = ways.filter(status__in=_UNDER_WAY, error="")
    return ids - await _alerts_of(told) - await _alerts_of(soon)


async def _alerts_of(rows: QuerySet[GroupDelivery]) -> set[UUID]:
    ids = await rows.distinct().values_list("post__alert_id", flat=True)
    return {UUID(str(one)) for one in ids}


async def _pause(group: Group, fault: Fault, now: datetime) -> datetime:
    """Say when the group is tried again: as the provider wishes, or ever later up to a limit."""
    state = await hold_state(group)
    usual = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(state.failures, 10))
    state.failures += 1
    state.paused_until = now + (usual if fault.after is None else fault.after)
    state.error, state.error_at = fault.said[:255], now
    await state.save(update_fields=["failures", "paused_until", "error", "error_at"])
    return state.paused_until


async def _see_to(
    row: GroupDelivery,
    group: Group,
    groups: Sequence[Group],
    fault: Fault,
    again_at: datetime,
    now: datetime,
) -> None:
    row.error, row.lease_until, row.status = fault.said[:255], None, fault.status
    handed_on = _may_leave(row, fault) and await hand_on(row.post, group, groups, now)
    if not handed_on and _may_repeat(row, fault):
        row.status, row.not_before = OutgoingStatus.QUEUED, again_at
    await row.save(update_fields=["error", "lease_until", "status", "not_before"])


def _may_leave(row: GroupDelivery, fault: Fault) -> bool:
    if is_urgent(row.post):
        return True
    surely_not = fault.status is not OutgoingStatus.UNKNOWN
    return surely_not and (not fault.retries or row.attempt >= _TRIES)


def _may_repeat(row: GroupDelivery, fault: Fault) -> bool:
    once_more = fault.status is OutgoingStatus.UNKNOWN and row.attempt == 1
    return fault.retries or (once_more and is_urgent(row.post))
