"""By which address a person is written to first, and by which one next (R042, R125, R228)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from handlers.desk import Desk
from models.people import ContactPoint, ContactStatus, System

# what comes to the person by itself first; the web chat waits until somebody looks
_IN_TURN: Final = (System.WECHAT, System.TELEGRAM, System.PHONE, System.WEB)
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


async def addresses_of(
    desk: Desk, respondent_ids: Collection[UUID], *, must_arrive: bool = False
) -> list[ContactPoint]:
    """Return where these people may be written to, best first.

    An account must be proven; a telephone number on the hospital's file need not be, since nothing
    of an illness is said there before somebody proved who reads it. Who wants no messages is still
    told what must arrive.
    """
    points = ContactPoint.filter(respondent_id__in=list(respondent_ids), wrong_at__isnull=True)
    if not must_arrive:
        points = points.filter(opted_out_at__isnull=True)
    return in_turn(point for point in await points if usable(desk, point))


def usable(desk: Desk, point: ContactPoint) -> bool:
    """Tell whether an address can be written to by a channel that runs here."""
    on_file = point.system is System.PHONE and point.status is ContactStatus.OK
    proven = on_file or point.verified_at is not None
    return proven and point.system.channel in desk.channels


def in_turn(points: Iterable[ContactPoint]) -> list[ContactPoint]:
    """Put addresses in the order in which they are tried."""
    latest = sorted(points, key=lambda point: point.verified_at or _NEVER, reverse=True)
    return sorted(latest, key=lambda p: (not p.preferred, _IN_TURN.index(p.system)))


def next_one(points: Iterable[ContactPoint], tried: Collection[str]) -> ContactPoint | None:
    """Return the first address on a channel not tried yet; the web chat is nobody's way out."""
    fresh = (p for p in points if p.system is not System.WEB and p.system.channel not in tried)
    return next(fresh, None)
