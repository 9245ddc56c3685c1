"""The access token of a channel, one for all processes, fetched anew by one of them at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from models.channel import ChannelToken
from models.once import insert_once
from models.unit import lock, unit_of_work

# a token is given out no longer than until so long before its end
EARLY: Final = timedelta(minutes=3)
# longer than a provider may take to answer; whoever died fetching is waited for no longer
_LEASE: Final = timedelta(seconds=15)
_LOOK: Final = 0.1

Refresh = Callable[[], Awaitable[tuple[str, timedelta]]]


@dataclass(frozen=True, slots=True)
class _Lease:
    """Who holds the row named after a channel's refresh fetches; `since` tells holders apart."""

    name: str
    since: datetime


async def shared_token(channel: str, now: datetime, refresh: Refresh, *, stale: str = "") -> str:
    """Return a token that is not `stale` (one the provider refused), fetching it if need be.

    `refresh` returns a token and how long it lives; it is awaited outside of any transaction, by
    one caller of all processes at a time, while the others wait for what it brings. What it
    raises is raised here; the next waiting caller then tries for itself.
    """
    loop = asyncio.get_running_loop()
    begun = loop.time()
    while True:
        at = now + timedelta(seconds=loop.time() - begun)
        token = await _valid(channel, at, stale)
        if token:
            return token
        lease = await _take(channel, at)
        if lease is not None:
            return await _fetch(channel, lease, refresh, stale)
        await asyncio.sleep(_LOOK)


async def _valid(channel: str, at: datetime, stale: str) -> str:
    row = await ChannelToken.get_or_none(channel=channel)
    if row is None or row.expires_at - EARLY <= at or row.token == stale:
        return ""
    return row.token


async def _fetch(channel: str, lease: _Lease, refresh: Refresh, stale: str) -> str:
    """Fetch, unless another did between our look and our lease."""
    try:
        known = await _valid(channel, lease.since, stale)
        if known:
            return known
        token, lives = await refresh()
        await unit_of_work(lambda: _keep(channel, token, lease.since, lives))
        return token
    finally:
        await _give_back(lease)


async def _keep(channel: str, token: str, at: datetime, lives: timedelta) -> None:
    new = ChannelToken(channel=channel, token=token, expires_at=at + lives, refreshed_at=at)
    if await insert_once(new):
        return
    row = await lock(ChannelToken.filter(channel=channel)).get()
    row.token, row.expires_at, row.refreshed_at = token, at + lives, at
    await row.save(update_fields=["token", "expires_at", "refreshed_at"])


async def _take(channel: str, at: datetime) -> _Lease | None:
    """Take the lease, a row of its own: the token stays readable while its successor is fetched."""
    lease = _Lease(f"{channel}.refresh", at)
    free = ChannelToken.filter(channel=lease.name, expires_at__lte=at)
    held = {"expires_at": at + _LEASE, "refreshed_at": at}
    if await free.update(**held):
        return lease
    return lease if await insert_once(ChannelToken(channel=lease.name, **held)) else None


async def _give_back(lease: _Lease) -> None:
    mine = ChannelToken.filter(channel=lease.name, refreshed_at=lease.since)
    await mine.update(expires_at=lease.since)
