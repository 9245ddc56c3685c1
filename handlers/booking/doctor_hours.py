"""A doctor's other hours: nobody sees patients in two rooms at once."""

from __future__ import annotations

from datetime import datetime

from tortoise.expressions import Q

from models.booking import Session, SessionStatus


async def other_hours(
    doctor: str, starts_at: datetime, ends_at: datetime, besides: Session
) -> Session | None:
    """Return a session in which the doctor sees patients then, with its clinic; None if free.

    Whoever a substitute stands in for is free; a session that is stopped binds nobody.
    """
    if not doctor:
        return None
    sees = Q(doctor=doctor, substitute="") | Q(substitute=doctor)
    rows = Session.filter(sees, starts_at__lt=ends_at, ends_at__gt=starts_at)
    held = rows.exclude(id=besides.id).exclude(status=SessionStatus.STOPPED)
    return await held.order_by("starts_at").prefetch_related("clinic").first()
