"""By which address a person is written to first, and by which one next (R042, R125, R228)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from handlers.accounts import is_silent
from handlers.desk import Desk
from models.people import ContactPoint, ContactStatus, System

# what comes to the person by itself first; the web chat waits until somebody looks
_IN_TURN: Final = (System.WECHAT, System.TELEGRAM, System.PHONE, System.WEB)
_ACCOUNTS: Final = (System.WECHAT, System.TELEGRAM)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


async def addresses_of(
    desk: Desk, respondent_ids: Collection[UUID], now: datetime, *, must_arrive: bool = False
) -> list[ContactPoint]:
    """Return where these people may be written to, best first.

    An account must be proven, and have been used within 180 days (T05); a telephone number on the
    hospital's file need not be, since nothing of an illness is said there before somebody proved
    who reads it. Who wants no messages is still told what must arrive.
    """
    points = ContactPoint.filter(respondent_id__in=list(respondent_ids), wrong_at__isnull=True)
    if not must_arrive:
        points = points.filter(opted_out_at__isnull=True)
    return in_turn([point for point in await points if await _is_usable(desk, point, now)])


async def _is_usable(desk: Desk, point: ContactPoint, now: datetime) -> bool:
    """Tell whether an address can be written to by a channel that runs here."""
    if point.system.channel not in desk.channels:
        return False
    if point.system is System.PHONE and point.status is ContactStatus.OK:
        return True
    if point.system in _ACCOUNTS:
        return not await is_silent(point, now)
    return point.verified_at is not None


def in_turn(points: Iterable[ContactPoint]) -> list[ContactPoint]:
    """Put addresses in the order in which they are tried."""
    latest = sorted(points, key=lambda point: point.verified_at or _NEVER, reverse=True)
    return sorted(latest, key=lambda p: (not p.preferred, _IN_TURN.index(p.system)))


def next_one(points: Iterable[ContactPoint], tried: Collection[str]) -> ContactPoint | None:
    """Return the first address on a channel not tried yet; the web chat is nobody's way out."""
    fresh = (p for p in points if p.system is not System.WEB and p.system.channel not in tried)
    return next(fresh, None)
