"""How each channel is doing: last in, last out, its troubles, and until when it is paused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tortoise.expressions import Q

from handlers.failed_pushes import count_failed
from models.channel import ChannelState, SendWindow
from models.conversation import Inbound, Outgoing, OutgoingStatus
from models.once import insert_once
from models.unit import lock, unit_of_work

# so many failures in a row, and the provider is taken to be down
BROKEN_AFTER: Final = 3
# then one message each half minute asks whether it is back (F16)
_PROBE_PAUSE: Final = timedelta(seconds=30)
# of a staff group, before its name
GROUP_PREFIX: Final = "group:"
_OPEN: Final = (OutgoingStatus.QUEUED, OutgoingStatus.SENDING)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a channel may be used: paused until then; `probing`: one message only."""

    paused_until: datetime | None = None
    probing: bool = False


async def standing(channel: str, now: datetime) -> Standing:
    """Read whether a channel is paused, or so shaky that a single message is to ask."""
    state = await ChannelState.get_or_none(channel=channel)
    if state is None:
        return Standing()
    paused = state.paused_until is not None and state.paused_until > now
    return Standing(state.paused_until if paused else None, state.failures >= BROKEN_AFTER)


async def note_in(channel: str, at: datetime) -> None:
    """Note that something came in."""
    await _note(channel, {"last_in_at": at})


async def note_out(channel: str, at: datetime) -> None:
    """Note that the provider took something: it is not down. A pause it asked for goes on."""
    await _note(channel, {"last_out_at": at, "failures": 0})


async def note_trouble(channel: str, said: str, now: datetime) -> None:
    """Note that the provider was not to be had; the third time in a row it is left in peace."""

    async def work() -> None:
        state = await _locked(channel)
        state.failures += 1
        state.error, state.error_at = said[:255], now
        if state.failures >= BROKEN_AFTER:
            state.paused_until = now + _PROBE_PAUSE
        await state.save(update_fields=["failures", "error", "error_at", "paused_until"])

    await unit_of_work(work)


async def note_pause(channel: str, said: str, until: datetime, now: datetime) -> None:
    """Note that the provider asked everybody to wait."""
    await _note(channel, {"paused_until": until, "error": said[:255], "error_at": now})


async def note_probe(channel: str, facts: Sequence[Mapping[str, Any]], now: datetime) -> None:
    """Keep what the provider said this account may do."""
    await _note(channel, {"probed": [dict(fact) for fact in facts], "probed_at": now})


@dataclass(frozen=True, slots=True)
class ChannelReport:
    """One channel as people see it; counts are of the last 24 hours.

    `unread` came in, ever, and could not be dealt with.
    """

    channel: str
    state: ChannelState | None
    waiting: int
    sent: int
    failed: int
    unknown: int
    received: int
    unread: int


async def report(channel: str, now: datetime) -> ChannelReport:
    """Say how a channel is doing."""
    day = now - timedelta(days=1)
    rows = Outgoing.filter(channel=channel)
    late = rows.filter(created_at__gte=day)
    return ChannelReport(
        channel,
        await ChannelState.get_or_none(channel=channel),
        waiting=await rows.filter(status__in=_OPEN).count(),
        sent=await rows.filter(sent_at__gte=day).count(),
        failed=await late.filter(status=OutgoingStatus.FAILED).count(),
        unknown=await late.filter(status=OutgoingStatus.UNKNOWN).count(),
        received=await Inbound.filter(channel=channel, received_at__gte=day).count(),
        unread=await count_failed(channel, now),
    )


async def group_states() -> list[ChannelState]:
    """Return how each staff group is doing that was ever posted to."""
    return await ChannelState.filter(channel__startswith=GROUP_PREFIX).order_by("channel")


async def open_windows(now: datetime) -> int:
    """Count the people WeChat lets us write to at this moment (R235)."""
    by_words = Q(closes_at__gt=now, left__gt=0)
    by_click = Q(click_closes_at__gt=now, click_left__gt=0)
    return await SendWindow.filter(by_words | by_click).count()


async def _note(channel: str, values: dict[str, Any]) -> None:
    if not await ChannelState.filter(channel=channel).update(**values):
        await insert_once(ChannelState(channel=channel))
        await ChannelState.filter(channel=channel).update(**values)


async def _locked(channel: str) -> ChannelState:
    await insert_once(ChannelState(channel=channel))
    return await lock(ChannelState.filter(channel=channel)).get()
