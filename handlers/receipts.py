"""What providers report of messages: the rank never falls, early reports wait (reliability F12)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tortoise.expressions import Q

from handlers.delivery import RANK
from handlers.desk import Desk
from handlers.not_taken import give_up
from handlers.reroute import reroute
from models.channel import Receipt
from models.conversation import Outgoing, OutgoingStatus
from models.once import insert_once
from models.unit import lock, unit_of_work

PARKED: Final = timedelta(hours=24)
_KEPT: Final = timedelta(days=30)
_LONGEST_CODE: Final = 64


async def note_receipt(
    desk: Desk,
    channel: str,
    provider_id: str,
    status: OutgoingStatus,
    code: str,
    happened_at: datetime,
    now: datetime,
) -> str:
    """Take a receipt once; returns `repeated`, `parked`, `late` or what the message became.

    `provider_id` is the provider's id of the message, or our own key where that came back. One
    that comes before we know the id, or while the message is still being handed over, is parked
    for 24 hours. A failure sends the message to the person's next address, else a person calls.
    """
    receipt = Receipt(
        occurrence=f"{channel}:{provider_id}:{status}",
        channel=channel,
        provider_id=provider_id,
        status=status,
        code=code[:_LONGEST_CODE],
        happened_at=happened_at,
        received_at=now,
    )

    async def work() -> str:
        if not await insert_once(receipt):
            return "repeated"
        row = await _message_of(receipt)
        return "parked" if row is None else await _match(desk, receipt, row, now)

    return await unit_of_work(work)


async def match_parked(
    desk: Desk, channel: str, provider_ids: Collection[str], now: datetime
) -> int:
    """Match what was parked with messages whose id has just been learnt; returns how many.

    To be called once `note_accepted` has committed; a receipt may carry our key instead.
    """
    if not provider_ids:
        return 0

    async def work() -> int:
        rows = Outgoing.filter(channel=channel, provider_id__in=list(provider_ids))
        keys = [str(key) for key in await rows.values_list("id", flat=True)]
        waiting = Receipt.filter(
            channel=channel,
            provider_id__in=[*provider_ids, *keys],
            matched_at__isnull=True,
            received_at__gte=now - PARKED,
        )
        found = await lock(waiting.order_by("received_at", "id"))
        return sum([await _match_if_known(desk, receipt, now) for receipt in found])

    return await unit_of_work(work)


async def forget_receipts(now: datetime) -> int:
    """Let go of receipts nobody waits for: unmatched after a day, all after thirty."""
    lost = Q(matched_at__isnull=True, received_at__lt=now - PARKED)
    return await Receipt.filter(lost | Q(received_at__lt=now - _KEPT)).delete()


async def _match_if_known(desk: Desk, receipt: Receipt, now: datetime) -> bool:
    row = await _message_of(receipt)
    if row is None:
        return False
    await _match(desk, receipt, row, now)
    return True


async def _message_of(receipt: Receipt) -> Outgoing | None:
    """Find and lock the message a receipt is about, once it has been handed over.

    Of a message that has gone another way since, what this channel still says means nothing: it
    is found by nobody, as its channel is another one.
    """
    named = Q(provider_id=receipt.provider_id)
    key = _key(receipt.provider_id)
    if key is not None:
        named |= Q(id=key)
    rows = Outgoing.filter(named, channel=receipt.channel)
    handed_over = rows.exclude(status__in=(OutgoingStatus.QUEUED, OutgoingStatus.SENDING))
    return await lock(handed_over).first()


async def _match(desk: Desk, receipt: Receipt, row: Outgoing, now: datetime) -> str:
    await Receipt.filter(id=receipt.id).update(matched_at=now)
    if RANK[receipt.status] <= row.rank:
        return "late"
    if receipt.status is OutgoingStatus.FAILED:
        return await _failed(desk, receipt, row, now)
    row.status, row.rank = receipt.status, RANK[receipt.status]
    row.sent_at = row.sent_at or receipt.happened_at
    if receipt.status in (OutgoingStatus.DELIVERED, OutgoingStatus.READ):
        row.delivered_at = row.delivered_at or receipt.happened_at
    if receipt.status is OutgoingStatus.READ:
        row.read_at = receipt.happened_at
    await row.save(update_fields=["status", "rank", "sent_at", "delivered_at", "read_at"])
    return row.status.value


async def _failed(desk: Desk, receipt: Receipt, row: Outgoing, now: datetime) -> str:
    """Send it to the next address of the person; where there is none its matter is called about."""
    row.error = f"receipt: {receipt.code}"
    await row.save(update_fields=["error"])
    if await reroute(desk, row, now):
        return "rerouted"
    await give_up(desk, row, OutgoingStatus.FAILED, "undelivered", now)
    return row.status.value


def _key(provider_id: str) -> UUID | None:
    try:
        return UUID(provider_id)
    except ValueError:
        return None
