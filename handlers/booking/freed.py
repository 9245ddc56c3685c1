"""A place that became free: the waiting list is asked first (R121)."""

from __future__ import annotations

from datetime import datetime

from handlers.desk import Desk
from models.booking import Place


async def place_freed(desk: Desk, place: Place, now: datetime) -> None:
    """Offer a freed place to whoever waits for it, in order."""
    from handlers.booking.waiting import offer_freed  # noqa: PLC0415 - it books and moves itself

    await offer_freed(desk, place, now)
