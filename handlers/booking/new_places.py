"""Places a list has brought: who waited for one is asked before anybody else finds it (R121)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from handlers.booking.waiting import offer_freed
from handlers.desk import Desk
from models.booking import Place, Slot, WaitingEntry, WaitingStatus


async def offer_new_places(desk: Desk, places: Sequence[Place], now: datetime) -> None:
    """Offer new places in order of their hour; called in the unit of work that made them."""
    waiting = await WaitingEntry.filter(status=WaitingStatus.WAITING).only("id", "clinic_id")
    if not waiting or not places:
        return
    of_slot: dict[UUID, list[Place]] = defaultdict(list)
    for place in places:
        of_slot[place.slot_id].append(place)
    slots = Slot.filter(
        id__in=list(of_slot),
        session__clinic_id__in={entry.clinic_id for entry in waiting},
        starts_at__gt=now,
    )
    for slot in await slots.order_by("starts_at", "id"):
        for place in of_slot[slot.id]:
            if await offer_freed(desk, place, now) is None:
                break
