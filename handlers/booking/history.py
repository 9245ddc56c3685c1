"""What happened to an appointment: rows that are only ever added (R109)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from handlers.booking.actor import Actor
from models.booking import Appointment, AppointmentEvent, AppointmentEventKind


async def note_event(
    appointment: Appointment,
    kind: AppointmentEventKind,
    at: datetime,
    actor: Actor,
    **known: Any,
) -> AppointmentEvent:
    """Add what happened at the appointment's present version.

    `known`: from_at, to_at, late, note.
    """
    return await AppointmentEvent.create(
        appointment_id=appointment.id,
        kind=kind,
        at=at,
        by=actor.name,
        channel=actor.channel,
        version=appointment.version,
        **known,
    )
