"""One channel's lane of the outbox: its flow, its pauses, and what its provider answered."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

import structlog

from bot.channel import Channel, Held, NotConnected, SendError, Throttled
from bot.flow import Flow
from bot.pace import Pace
from bot.parcel import Parcel, packed, shown
from bot.rendering import Bubble, render
from dialogs.wording import MissingValue
from handlers.channel_states import Standing, note_out, note_pause, note_trouble, standing
from handlers.delivery import WEB, Sending, claim_outgoing, note_accepted
from handlers.desk import Desk
from handlers.not_taken import Fault, leave_slow_channel, note_failed
from handlers.receipts import match_parked
from models.conversation import OutgoingStatus

_log = structlog.get_logger()
_BATCH: Final = 100
_ONE: Final = 1
# how often it is written down that a channel works
_NOTED_EVERY: Final = timedelta(seconds=5)
# what is wrong with the address or the channel, not with one message
_OF_ADDRESS: Final = frozenset({"config", "contact_stopped", "window_closed"})


@dataclass(frozen=True, slots=True)
class _Since:
    """When a drain began; `later` is now: a pause counts from the answer that asks for it."""

    began: datetime
    _ticks: float

    @classmethod
    def of(cls, now: datetime) -> _Since:
        return cls(now, asyncio.get_running_loop().time())

    @property
    def later(self) -> datetime:
        passed = asyncio.get_running_loop().time() - self._ticks
        return self.began + timedelta(seconds=passed)


class Lane:
    """Sends what is queued for one channel, in the order of each conversation."""

    def __init__(self, desk: Desk, channel: Channel) -> None:
        self._desk = desk
        self.channel = channel
        can = channel.capabilities
        self._flow = Flow(can.at_once, Pace(can.per_second))
        self._one_at_a_time = asyncio.Lock()
        self._noted: datetime | None = None
        self._rests_until: datetime | None = None

    @property
    def _batch(self) -> int:
        """How many are leased at once: what a process that dies held in hand is not sent again.

        So no more than can be on the way side by side; in the web chat nothing is lost by it.
        """
        return _BATCH if self._is_web else self._flow.at_once

    @property
    def _is_web(self) -> bool:
        """In our own web chat nothing leaves the house, so nothing can be down or too fast."""
        return self.channel.name == WEB

    async def drain(self, now: datetime) -> int:
        """Send everything that may go now; returns how many messages were taken."""
        async with self._one_at_a_time:
            since = _Since.of(now)
            taken = 0
            while limit := self._limit(state := await self._standing(since.later)):
                batch = await claim_outgoing(self._desk, now, limit, self.channel.name)
                taken += await self._send_all(batch, since)
                if len(batch) < limit or state.probing:
                    break
            return taken

    async def drain_conversation(self, conversation_id: UUID, now: datetime) -> int:
        """Send what waits for one conversation."""
        since = _Since.of(now)
        if not self._limit(await self._standing(now)):
            return 0
        name = self.channel.name
        batch = await claim_outgoing(self._desk, now, _BATCH, name, conversation_id)
        return await self._send_all(batch, since)

    async def _standing(self, now: datetime) -> Standing:
        """Ask whether the channel may be used; what must arrive leaves it while it is paused."""
        if self._is_web:
            return Standing()
        state = await standing(self.channel.name, now)
        if state.paused_until is not None:
            await leave_slow_channel(self._desk, self.channel.name, now)
        return state

    def _limit(self, state: Standing) -> int:
        """Say how many may be claimed: none while paused, one to ask whether it works again."""
        if state.paused_until is not None:
            return 0
        return _ONE if state.probing else self._batch

    async def _send_all(self, batch: list[Sending], since: _Since) -> int:
        """Send conversations side by side; in the web chat one note is enough for all of them."""
        if self._is_web:
            return await self._show(batch, since.began)
        talks = [list(group) for _, group in groupby(batch, key=lambda s: s.conversation_id)]
        counts = await asyncio.gather(*(self._send_talk(talk, since) for talk in talks))
        return sum(counts)

    async def _show(self, batch: list[Sending], now: datetime) -> int:
        sent = []
        for parcel in await self._parcels(batch, now, merged=False):
            provider_id = await self.channel.send(parcel.letter)
            sent.append((parcel, provider_id))
        return await self._note_sent(sent, now)

    async def _send_talk(self, talk: list[Sending], since: _Since) -> int:
        """Send one conversation in order; what holds for the address holds for all that follows."""
        now = since.began
        parcels = await self._parcels(talk, now, merged=self.channel.capabilities.merges)
        taken = 0
        for place, parcel in enumerate(parcels):
            fault = await self._send(parcel, since)
            if fault is None:
                taken += len(parcel.sendings)
                continue
            if fault.retries or fault.code in _OF_ADDRESS:
                await self._not_taken(parcels[place:], fault, now)
                break
            await self._not_taken([parcel], fault, now)
        return taken

    async def _not_taken(self, parcels: Sequence[Parcel], fault: Fault, now: datetime) -> None:
        pairs = [pair for one in parcels for pair in zip(one.sendings, one.bubbles, strict=True)]
        looks = {sending.row_id: shown(bubble) for sending, bubble in pairs}
        await note_failed(self._desk, [sending for sending, _ in pairs], fault, now, looks)

    async def _send(self, parcel: Parcel, since: _Since) -> Fault | None:
        async with self._flow.turn() as turn:
            if (rest := self._rest(since.later)) is not None:
                return rest
            try:
                provider_id = await self.channel.send(parcel.letter)
            except SendError as fault:
                await self._note_trouble(fault, turn, since.later)
                return _fault(fault)
            except Exception as fault:  # noqa: BLE001 - an adapter's own mistake must not stop the rest
                _log.error("send_failed", channel=self.channel.name, fault=type(fault).__name__)
                return Fault("unexpected", type(fault).__name__, OutgoingStatus.UNKNOWN)
        self._flow.took()
        await self._note_sent([(parcel, provider_id)], since.began)
        return None

    def _rest(self, now: datetime) -> Fault | None:
        """Hold back the others of a batch once the provider asked everybody to wait."""
        if self._rests_until is None or self._rests_until <= now:
            return None
        return _fault(Held("not called", after=self._rests_until - now))

    async def _note_sent(self, sent: Sequence[tuple[Parcel, str]], now: datetime) -> int:
        rows = [
            (sending, provider_id, shown(bubble))
            for parcel, provider_id in sent
            for sending, bubble in zip(parcel.sendings, parcel.bubbles, strict=True)
        ]
        if not rows:
            return 0
        await note_accepted(rows, now)
        if self.channel.capabilities.receipts and not self._is_web:
            await match_parked(self._desk, self.channel.name, {one for _, one in sent}, now)
        for conversation_id in {sending.conversation_id for sending, _, _ in rows}:
            await self.channel.announce(conversation_id)
        await self._note_working(now)
        return len(rows)

    async def _note_working(self, now: datetime) -> None:
        fresh = self._noted is not None and now - self._noted < _NOTED_EVERY
        if not self._is_web and not fresh:
            self._noted = now
            await note_out(self.channel.name, now)

    async def _note_trouble(self, fault: SendError, turn: int, now: datetime) -> None:
        if isinstance(fault, Held):
            return
        if isinstance(fault, Throttled) and fault.after is not None:
            self._flow.refused(turn)
            self._rests_until = max(now + fault.after, self._rests_until or now)
            await note_pause(self.channel.name, fault.said, self._rests_until, now)
        elif isinstance(fault, NotConnected):
            self._noted = None
            await note_trouble(self.channel.name, fault.said, now)

    async def _parcels(
        self, sendings: Iterable[Sending], now: datetime, *, merged: bool
    ) -> list[Parcel]:
        rendered = [(one, await self._rendered(one, now)) for one in sendings]
        return packed([(one, bubble) for one, bubble in rendered if bubble], merged=merged)

    async def _rendered(self, sending: Sending, now: datetime) -> Bubble | None:
        try:
            return render(sending.content.body, self._desk.catalog, sending.case, sending.values)
        except MissingValue as fault:
            lacking = Fault("template", f"template: {fault}", OutgoingStatus.FAILED)
            await note_failed(self._desk, [sending], lacking, now)
            return None


def _fault(fault: SendError) -> Fault:
    return Fault(
        fault.code,
        fault.said,
        fault.status,
        fault.retries,
        fault.elsewhere,
        fault.after,
        fault.called,
    )
