"""The outbox at work: claim, render, send, note; each channel's answer is told as it is."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

from bot.channel import Channel, Delivered, SendError
from bot.rendering import Bubble, render
from dialogs.wording import MissingValue, numbers
from handlers.delivery import (
    LEASE,
    Sending,
    claim_outgoing,
    note_accepted,
    note_failed,
    release_lost,
)
from handlers.desk import Desk
from models.conversation import OutgoingStatus

BATCH: Final = 100


class Outbox:
    """Sends what is queued; one drain at a time in a process, any number of processes."""

    def __init__(self, desk: Desk, channels: Mapping[str, Channel]) -> None:
        self._desk = desk
        self._channels = channels
        self._one_at_a_time = asyncio.Lock()
        self._recovered = datetime.min.replace(tzinfo=UTC)

    async def drain(self, now: datetime) -> int:
        """Send everything that may go now; returns how many messages were taken."""
        async with self._one_at_a_time:
            await self._recover(now)
            taken = 0
            while batch := await claim_outgoing(self._desk, now, BATCH):
                taken += await self._send_all(batch, now)
                if len(batch) < BATCH:
                    break
            return taken

    async def _recover(self, now: datetime) -> None:
        """Look for lost leases now and then; they matter only after they have run out."""
        if now - self._recovered < LEASE / 3:
            return
        self._recovered = now
        await release_lost(now)

    async def _send_all(self, batch: list[Sending], now: datetime) -> int:
        sent: list[tuple[Sending, str, dict[str, Any]]] = []
        for sending in batch:
            accepted = await self._send(sending, now)
            if accepted is not None:
                sent.append((sending, accepted.provider_id, accepted.shown))
        await note_accepted(sent, now)
        for sending, _, _ in sent:
            await self._channels[sending.channel].announce(sending.conversation_id)
        return len(sent)

    async def _send(self, sending: Sending, now: datetime) -> Delivered | None:
        channel = self._channels.get(sending.channel)
        if channel is None:
            await note_failed(self._desk, sending, OutgoingStatus.FAILED, "no channel", now)
            return None
        try:
            bubble = self._render(sending)
            provider_id = await channel.send(sending.address, bubble)
        except MissingValue as fault:
            await note_failed(self._desk, sending, OutgoingStatus.FAILED, f"template: {fault}", now)
            return None
        except SendError as fault:
            await note_failed(self._desk, sending, fault.status, fault.code, now)
            return None
        return Delivered(provider_id, shown(bubble))

    def _render(self, sending: Sending) -> Bubble:
        catalog = self._desk.catalog
        return render(sending.content.body, catalog, sending.case, sending.values)


def shown(bubble: Bubble) -> dict[str, Any]:
    """Return a bubble as it is stored and sent to a page."""
    raw = asdict(bubble)
    pairs = zip(numbers(bubble.options), bubble.options, strict=True)
    raw["options"] = [{"key": o.key, "label": o.label, "number": n} for n, o in pairs]
    return raw
