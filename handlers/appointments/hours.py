"""出诊表: the next sessions of a clinic with the true number of places (R103, C19)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Final
from uuid import UUID

from dialogs.appointments.events import FoundHours
from dialogs.appointments.facts import Hours
from handlers.booking.places import left_in
from models.booking import Session, SessionStatus, Slot

_MOST: Final = 12


async def find_hours(clinic: str, doctor: str, now: datetime) -> FoundHours:
    """Look up the next sessions of a clinic, or of one doctor in it; stopped ones are left out."""
    coming = Session.filter(clinic_id=UUID(clinic), starts_at__gt=now)
    if doctor:
        coming = coming.filter(doctor=doctor)
    held = coming.exclude(status=SessionStatus.STOPPED).order_by("starts_at", "doctor")
    sessions = await held.limit(_MOST)
    left = await _left(sessions, now)
    hours = tuple(
        Hours(each.starts_at, each.ends_at, each.substitute or each.doctor, left[each.id])
        for each in sessions
    )
    return FoundHours(now, clinic, hours)


async def _left(sessions: list[Session], now: datetime) -> Counter[UUID]:
    slots = await Slot.filter(session_id__in=[each.id for each in sessions], starts_at__gt=now)
    free = await left_in([slot.id for slot in slots], now)
    counted: Counter[UUID] = Counter()
    for slot in slots:
        counted[slot.session_id] += free.get(slot.id, 0)
    return counted
