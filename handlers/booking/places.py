"""Places: one row is one place; it is taken, held and freed by conditional updates (F08, F09).

Whoever needs one place of several takes it with SKIP LOCKED and waits for nobody; known places
are locked in order of their id. Thus nobody waits for somebody who waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from tortoise.expressions import Q
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from models.booking import Place, SessionStatus, Slot
from models.unit import lock

_FREED: Final = {"appointment_id": None, "held_by": None, "held_until": None}


def open_to(holder: UUID | None, now: datetime) -> Q:
    """Match places that are free now, or kept for `holder`; holds end by time alone."""
    unheld = Q(held_by__isnull=True) | Q(held_until__lte=now)
    for_holder = unheld if holder is None else unheld | Q(held_by=holder)
    return Q(appointment_id__isnull=True) & for_holder


async def hold(
    slot_ids: Iterable[UUID], holder: UUID, until: datetime, now: datetime
) -> list[UUID]:
    """Keep one place of each slot for `holder`; returns the slots in which that succeeded."""
    held = []
    for slot_id in slot_ids:
        place = await _first_open(slot_id, holder, now)
        if place is not None and await hold_place(place, holder, until, now):
            held.append(slot_id)
    return held


async def hold_place(place: Place, holder: UUID, until: datetime, now: datetime) -> bool:
    """Keep this very place for `holder`, unless somebody else has it."""
    free = Place.filter(open_to(holder, now), id=place.id)
    return bool(await free.update(held_by=holder, held_until=until))


async def let_go(holder: UUID) -> None:
    """Give back everything that is kept for `holder`."""
    kept = Place.filter(held_by=holder, appointment_id__isnull=True)
    await kept.update(held_by=None, held_until=None)


async def left_in(
    slot_ids: Sequence[UUID], now: datetime, holder: UUID | None = None
) -> dict[UUID, int]:
    """Count the places that can be had in each slot, `holder`'s own among them (C19)."""
    rows = Place.filter(open_to(holder, now), slot_id__in=list(slot_ids))
    counted = await rows.annotate(n=Count("id")).group_by("slot_id").values_list("slot_id", "n")
    found = {UUID(str(slot_id)): int(n) for slot_id, n in counted}
    return {slot_id: found.get(slot_id, 0) for slot_id in slot_ids}


async def any_left(slot_id: UUID, holder: UUID | None, now: datetime) -> bool:
    """Tell whether a place of the slot can be had; no lock, so only a no is certain."""
    return await _candidates(slot_id, holder, now).exists()


async def choose(slot: Slot, holder: UUID | None, now: datetime) -> Place | None:
    """Lock a place of the slot that can be had; None when all are taken.

    The slot is looked at once more under the lock: None as well when it was stopped or moved
    since the caller saw it.
    """
    place = await _first_open(slot.id, holder, now)
    return place if place is not None and await _is_as_seen(slot) else None


async def occupy(place: Place, appointment_id: UUID, holder: UUID | None, now: datetime) -> bool:
    """Give a place to an appointment that has none; the conditional update decides."""
    open_place = Place.filter(open_to(holder, now), id=place.id)
    taken = {**_FREED, "appointment_id": appointment_id}
    return bool(await open_place.update(**taken))


async def swap(slot: Slot, appointment_id: UUID, holder: UUID | None, now: datetime) -> bool:
    """Give an appointment a place of this slot and free its old one, or change nothing.

    Old and new place are locked in order of their id; a candidate that was lost meanwhile is
    followed by the next, and each loss is somebody else's gain, so that this ends.
    """
    old = await place_of(appointment_id)
    if old is None:
        found = await choose(slot, holder, now)
        return found is not None and await occupy(found, appointment_id, holder, now)
    while (place := await _peek(slot.id, holder, now)) is not None:
        await lock(Place.filter(id__in=[old.id, place.id]).order_by("id"))
        if not await _is_as_seen(slot):
            return False
        if await _candidates(slot.id, holder, now).filter(id=place.id).exists():
            await Place.filter(id=old.id, appointment_id=appointment_id).update(**_FREED)
            return await occupy(place, appointment_id, holder, now)
    return False


async def free(appointment_id: UUID) -> Place | None:
    """Take an appointment's place away; returns the place that is free now."""
    place = await lock(Place.filter(appointment_id=appointment_id)).first()
    if place is not None:
        await Place.filter(id=place.id, appointment_id=appointment_id).update(**_FREED)
    return place


async def place_of(appointment_id: UUID) -> Place | None:
    """Return the place an appointment has."""
    return await Place.get_or_none(appointment_id=appointment_id)


def _candidates(slot_id: UUID, holder: UUID | None, now: datetime) -> QuerySet[Place]:
    return Place.filter(open_to(holder, now), slot_id=slot_id).order_by("number")


async def _is_as_seen(slot: Slot) -> bool:
    """Who stops or moves a session locks its places first, so that nobody slips in between."""
    same = Slot.filter(id=slot.id, starts_at=slot.starts_at)
    return await same.exclude(session__status=SessionStatus.STOPPED).exists()


async def _peek(slot_id: UUID, holder: UUID | None, now: datetime) -> Place | None:
    """Look for a place, the one that is kept for the holder first."""
    rows = _candidates(slot_id, holder, now)
    own = await rows.filter(held_by=holder).first() if holder is not None else None
    return own or await rows.first()


async def _first_open(slot_id: UUID, holder: UUID | None, now: datetime) -> Place | None:
    """Lock a place nobody else is just taking; when all are, wait for what becomes of them."""
    rows = _candidates(slot_id, holder, now).limit(1)
    if holder is not None and (own := await lock(rows.filter(held_by=holder)).first()):
        return own
    return await lock(rows, skip_locked=True).first() or await lock(rows).first()
