"""What a provider tells besides messages, written down once; and whose an address is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tortoise.expressions import Q

from handlers.event_answers import NONCE
from models.channel import AddressClaim, ChannelEvent, PageCode
from models.once import insert_once
from models.people import ContactPoint, System
from models.seal import blind_index
from models.unit import unit_of_work

_ID_WIDTH: Final = 160
_REPEATED_WITHIN: Final = timedelta(days=2)
_KEPT: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class EventSeen:
    """An event to be taken once; `kind` as ChannelEvent.kind says."""

    channel: str
    external_id: str
    kind: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class EventDone:
    """What was answered to an event at once, and whether it had come before."""

    reply: str
    repeated: bool


async def point_at(system: System, address: str) -> ContactPoint | None:
    """Find whose an address is; None for one we do not know, or that has proven to be wrong."""
    index = blind_index(system.value, address)
    point = await ContactPoint.filter(value_index=index, system=system).first()
    return None if point is None or point.wrong_at is not None else point


async def once(
    seen: EventSeen, effect: Callable[[], Awaitable[str]], now: datetime, *, result: str = "taken"
) -> EventDone:
    """Have an effect once an event, in one transaction with its record.

    `effect` returns what is answered; a copy of the event gets the same answer and has none.
    """

    async def work() -> EventDone:
        row = _row(seen, result, now)
        if not await insert_once(row):
            first = await ChannelEvent.get(channel=row.channel, external_id=row.external_id)
            return EventDone(first.reply or "", repeated=True)
        row.reply = await effect()
        await row.save(update_fields=["reply"])
        return EventDone(row.reply, repeated=False)

    return await unit_of_work(work)


async def done_before(seen: EventSeen) -> EventDone | None:
    """Return what an event of this kind was answered when it came first; None when it is new."""
    first = await ChannelEvent.get_or_none(
        channel=seen.channel, external_id=seen.external_id[:_ID_WIDTH], kind=seen.kind
    )
    return EventDone(first.reply or "", repeated=True) if first is not None else None


def _row(seen: EventSeen, result: str, now: datetime) -> ChannelEvent:
    return ChannelEvent(
        channel=seen.channel,
        external_id=seen.external_id[:_ID_WIDTH],
        kind=seen.kind[:32],
        address=seen.address,
        result=result,
        received_at=now,
    )


async def no_effect() -> str:
    """Do nothing: the event is only recorded."""
    return ""


async def forget_events(now: datetime) -> int:
    """Let go of what is no longer needed to know a copy or a replay; returns how many rows.

    A provider repeats within two days at most; what was told of a person is kept a month.
    """
    nonces = Q(kind=NONCE, received_at__lt=now - _REPEATED_WITHIN)
    gone = await ChannelEvent.filter(nonces | Q(received_at__lt=now - _KEPT)).delete()
    for kind in (AddressClaim, PageCode):
        gone += await kind.filter(expires_at__lt=now - _REPEATED_WITHIN).delete()
    return gone


async def leave(contact_point_id: UUID, now: datetime) -> str:
    """Write no more to an account whose owner unfollowed or blocked us."""
    left = ContactPoint.filter(id=contact_point_id, opted_out_at__isnull=True)
    await left.update(opted_out_at=now)
    return ""


async def come_back(contact_point_id: UUID) -> str:
    """Write again to an account whose owner followed us again.

    What somebody asked in words not to get stands in the consents, which this does not touch.
    """
    await ContactPoint.filter(id=contact_point_id).update(opted_out_at=None)
    return ""
