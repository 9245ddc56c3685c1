"""What providers push is written down first, many at a time, and dealt with afterwards (F10)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import Final
from uuid import UUID

from tortoise.expressions import F

from handlers.event_answers import NONCE
from models.channel import ChannelEvent, Pushed
from models.once import insert_new
from models.seal import blind_index
from models.unit import lock, unit_of_work

# a process says again that it is there well before this is over
HELD_FOR: Final = timedelta(seconds=20)
MOST_TRIES: Final = 20
_AT_ONCE: Final = 200


class Entry(StrEnum):
    """What became of writing a push down."""

    NEW = "new"
    # the same is being dealt with
    COPY = "copy"
    # its nonce has served another body
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Push:
    """A proven push: its dedupe key, whom it is from, its content, and the request it came in.

    `nonce` holds the timestamp as well, `digest` is the SHA-256 of the body in hex.
    """

    external_id: str
    address: str = field(repr=False)
    raw: str = field(repr=False)
    nonce: str
    digest: str


@dataclass(frozen=True, slots=True)
class Written:
    """Where a push stands; `row_id` only of a new one, with the instant it stands under."""

    entry: Entry
    at: datetime
    row_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """A push another process left undone."""

    row_id: UUID
    raw: str = field(repr=False)
    received_at: datetime


async def write_down(
    channel: str, pushes: Sequence[Push], done: Sequence[UUID], holder: str, now: datetime
) -> list[Written]:
    """Write pushes down for this holder and cross out what is done, in one transaction."""

    async def work() -> list[Written]:
        if done:
            await Pushed.filter(id__in=list(done)).delete()
        admitted = await _admitted(channel, pushes, now)
        # each its own instant, so that those written down together keep their order
        instants = (now + timedelta(microseconds=place) for place in count())
        rows = [_row(channel, push, holder, at) for push, at in zip(pushes, instants, strict=False)]
        pairs = zip(rows, pushes, strict=True)
        wanted = [row for row, push in pairs if (push.nonce, push.digest) in admitted]
        new = await insert_new(_first_of_each(wanted))
        known = {row.id for row in wanted}
        return [_written(row, known, new) for row in rows]

    return await unit_of_work(work)


async def hold_on(channel: str, holder: str, now: datetime) -> None:
    """Say that this process is there and deals with what it holds."""
    await Pushed.filter(channel=channel, holder=holder).update(held_until=now + HELD_FOR)


async def take_up(channel: str, holder: str, now: datetime) -> list[Left]:
    """Take over what nobody deals with any longer, the oldest first; some at a time."""

    async def work() -> list[Left]:
        rows = Pushed.filter(channel=channel, held_until__lt=now, tries__lt=MOST_TRIES)
        left = await lock(rows.order_by("received_at").limit(_AT_ONCE), skip_locked=True)
        await Pushed.filter(id__in=[row.id for row in left]).update(
            holder=holder, held_until=now + HELD_FOR, tries=F("tries") + 1
        )
        return [Left(row.id, row.content, row.received_at) for row in left]

    left = Pushed.filter(channel=channel, held_until__lt=now, tries__lt=MOST_TRIES)
    return await unit_of_work(work) if await left.exists() else []


async def let_go(row_ids: Sequence[UUID], again_at: datetime) -> None:
    """Let pushes that could not be dealt with be taken up later, by whoever comes first."""
    if row_ids:
        await Pushed.filter(id__in=list(row_ids)).update(holder="", held_until=again_at)


async def elsewhere(channel: str, holder: str, since: Mapping[str, datetime]) -> set[str]:
    """Tell of which people another process still deals with what they wrote before an instant.

    What failed there waits to be tried again, and nobody waits for that: danger may follow it.
    """
    known = {blind_index(channel, address): address for address in since}
    theirs = Pushed.filter(channel=channel, person__in=list(known), tries__lt=MOST_TRIES)
    rows = await theirs.exclude(holder__in=[holder, ""]).values_list("person", "received_at")
    return {known[person] for person, at in rows if at < since[known[person]]}


async def _admitted(
    channel: str, pushes: Sequence[Push], now: datetime
) -> Collection[tuple[str, str]]:
    """Return nonces with the one body each may serve, whether it came now or before."""
    events = {
        push.nonce: ChannelEvent(
            channel=channel,
            external_id=f"{NONCE}:{push.nonce}",
            kind=NONCE,
            result=push.digest,
            received_at=now,
        )
        for push in pushes
    }
    new = await insert_new(list(events.values()))
    known = {nonce: event.result for nonce, event in events.items() if event.id in new}
    if len(new) < len(events):
        seen = [event.external_id for event in events.values() if event.id not in new]
        for row in await ChannelEvent.filter(channel=channel, external_id__in=seen):
            known[row.external_id.removeprefix(f"{NONCE}:")] = row.result
    return known.items()


def _row(channel: str, push: Push, holder: str, now: datetime) -> Pushed:
    return Pushed(
        channel=channel,
        external_id=push.external_id,
        person=blind_index(channel, push.address),
        content=push.raw,
        received_at=now,
        holder=holder,
        held_until=now + HELD_FOR,
    )


def _first_of_each(rows: Sequence[Pushed]) -> list[Pushed]:
    return list({row.external_id: row for row in reversed(rows)}.values())


def _written(row: Pushed, admitted: Collection[UUID], new: Collection[UUID]) -> Written:
    if row.id in new:
        return Written(Entry.NEW, row.received_at, row.id)
    entry = Entry.COPY if row.id in admitted else Entry.REFUSED
    return Written(entry, row.received_at)
