"""Groups that got a new address from their messenger; what stands in the list is the old one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from models.channel import ChannelState
from models.once import insert_once
from models.unit import lock, unit_of_work


async def moved_groups(channel: str) -> Mapping[str, str]:
    """Return the new address of each group that moved, by the one it was listed with."""
    state = await ChannelState.get_or_none(channel=_row(channel))
    return {fact["name"]: fact["value"] for fact in state.probed} if state else {}


async def note_moved(channel: str, old: str, new: str, now: datetime) -> None:
    """Keep a group's new address; a group that moves again is still found by the first one."""

    async def work() -> None:
        await insert_once(ChannelState(channel=_row(channel)))
        state = await lock(ChannelState.filter(channel=_row(channel))).get()
        moved = {fact["name"]: fact["value"] for fact in state.probed}
        moved = {name: new if value == old else value for name, value in moved.items()}
        moved[old] = new
        state.probed = [{"name": a, "value": b, "good": True} for a, b in moved.items()]
        state.probed_at = now
        await state.save(update_fields=["probed", "probed_at"])

    await unit_of_work(work)


def _row(channel: str) -> str:
    return f"{channel}_groups"
