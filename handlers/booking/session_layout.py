"""How a session's bookable places lie over its slots: even, the earlier ones first; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

Span = tuple[datetime, datetime]


def grid(starts: datetime, ends: datetime, minutes: int) -> list[Span]:
    """Cut hours into slots of so many minutes; the last one ends when the session does (R112)."""
    step = timedelta(minutes=minutes)
    spans = []
    while starts < ends:
        spans.append((starts, min(starts + step, ends)))
        starts += step
    return spans


def spread(total: int, slots: int) -> list[int]:
    """Share places out over slots; what does not divide goes to the earlier ones."""
    each, rest = divmod(total, slots)
    return [each + (place < rest) for place in range(slots)]


def around(total: int, booked: Sequence[int]) -> list[int]:
    """Share places out over slots, none getting fewer than are booked in it already.

    What that costs is taken from free places, those of the latest slots first. The sum is `total`,
    or the number of booked ones where that is more.
    """
    shares = [max(pair) for pair in zip(spread(total, len(booked)), booked, strict=True)]
    surplus = sum(shares) - max(total, sum(booked))
    for place in reversed(range(len(shares))):
        taken = min(surplus, shares[place] - booked[place])
        shares[place] -= taken
        surplus -= taken
    return shares
