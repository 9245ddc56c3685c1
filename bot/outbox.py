"""The outbox at work: claim, render, send, note; each channel's answer is told as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from bot.channel import Channel
from bot.lane import Lane
from handlers.delivery import LEASE, claim_outgoing, release_lost, strays
from handlers.desk import Desk
from handlers.not_taken import Fault, note_failed
from models.conversation import OutgoingStatus

_NO_CHANNEL: Final = Fault("config", "no channel", OutgoingStatus.FAILED, elsewhere=True)
_BATCH: Final = 100


class Outbox:
    """Sends what is queued, a lane for each channel; any number of processes side by side."""

    def __init__(self, desk: Desk, channels: Mapping[str, Channel]) -> None:
        self._desk = desk
        self.lanes: dict[str, Lane] = {}
        for channel in channels.values():
            self.add(channel)
        self._recovered = datetime.min.replace(tzinfo=UTC)

    def add(self, channel: Channel) -> None:
        """Open a lane for a channel."""
        self.lanes[channel.name] = Lane(self._desk, channel)

    async def drain(self, now: datetime) -> int:
        """Send everything that may go now by any channel; returns how many messages were taken."""
        await self.recover(now)
        taken = await self._drain_all(now)
        # what one channel did not take may go by another one at once
        return taken + (await self._drain_all(now) if len(self.lanes) > 1 else 0)

    async def _drain_all(self, now: datetime) -> int:
        return sum(await asyncio.gather(*(lane.drain(now) for lane in self.lanes.values())))

    async def drain_channel(self, name: str, now: datetime) -> int:
        """Send what may go now by one channel: a slow one holds no other back."""
        lane = self.lanes.get(name)
        return await lane.drain(now) if lane else 0

    async def drain_conversation(self, name: str, conversation_id: UUID, now: datetime) -> int:
        """Send what waits for one conversation, without waiting for the others of its channel."""
        lane = self.lanes.get(name)
        return await lane.drain_conversation(conversation_id, now) if lane else 0

    async def recover(self, now: datetime) -> int:
        """Look now and then for lost leases, and for what no channel of ours would ever take."""
        if now - self._recovered < LEASE / 3:
            return 0
        self._recovered = now
        await release_lost(now)
        for channel in await strays(tuple(self.lanes), now):
            lost = await claim_outgoing(self._desk, now, _BATCH, channel)
            await note_failed(self._desk, lost, _NO_CHANNEL, now)
        return 0
