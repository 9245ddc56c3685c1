"""Places that a new list does not have any more: only free ones go, and nobody waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from models.booking import BookingRequest, Place, Slot, WaitingEntry, WaitingStatus


async def remove_places(places: Sequence[Place], count: int, now: datetime) -> None:
    """Remove so many free places, those kept for somebody only where nothing else is left."""
    free = [place for place in places if place.appointment_id is None]
    free.sort(key=lambda place: (_is_held(place, now), -place.number))
    ids = [place.id for place in free[:count]]
    if ids:
        await _withdraw_offers(ids)
        # a place that was taken meanwhile stays
        await Place.filter(id__in=ids, appointment_id__isnull=True).delete()


async def remove_place_of(appointment_id: UUID) -> None:
    """Remove the place somebody has: it is not there for anybody else either."""
    places = await Place.filter(appointment_id=appointment_id)
    await _withdraw_offers([place.id for place in places])
    await Place.filter(appointment_id=appointment_id).delete()


async def remove_slots(slots: Sequence[Slot]) -> None:
    """Remove slots without places; a wish for one of them stays a wish without an hour."""
    ids = [slot.id for slot in slots]
    if not ids:
        return
    taken = set(await Place.filter(slot_id__in=ids).values_list("slot_id", flat=True))
    gone = [slot_id for slot_id in ids if slot_id not in taken]
    await BookingRequest.filter(slot_id__in=gone).update(slot_id=None)
    await Slot.filter(id__in=gone).delete()


async def _withdraw_offers(place_ids: Sequence[UUID]) -> None:
    """Put whoever was offered one of these places back into the line."""
    for entry in await WaitingEntry.filter(place_id__in=list(place_ids)):
        entry.place_id = None
        if entry.status is WaitingStatus.OFFERED:
            entry.status = WaitingStatus.WAITING
            entry.offered_at = entry.offer_until = None
            entry.version += 1
        await entry.save()


def _is_held(place: Place, now: datetime) -> bool:
    return place.held_until is not None and place.held_until > now
