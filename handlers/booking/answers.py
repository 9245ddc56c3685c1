"""Who has answered a change by the hospital, and who is to be phoned about it (R104)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from handlers.booking.consult import ANSWERED_WITHIN, consult
from handlers.desk import Desk
from models.booking import (
    Appointment,
    AppointmentEvent,
    AppointmentEventKind,
    AppointmentStatus,
    Session,
)
from models.office import ConsultReason, ConsultTask

ANSWERS: Final = (AppointmentEventKind.SUBSTITUTE_ACCEPTED, AppointmentEventKind.CONFIRMED)


async def unanswered(session: Session) -> list[Appointment]:
    """List the visits whose patients have not said what they want since the change.

    Who moved is in another session by now, who gave up is no longer booked.
    """
    rows = Appointment.filter(
        session_id=session.id,
        status=AppointmentStatus.BOOKED,
        hospital_changed_at__not_isnull=True,
    )
    visits = await rows.order_by("starts_at", "number").prefetch_related("patient", "clinic")
    ids = [visit.id for visit in visits]
    events = await AppointmentEvent.filter(appointment_id__in=ids, kind__in=list(ANSWERS))
    said = [(event.appointment_id, event.at) for event in events]
    return [visit for visit in visits if not _answered(visit, said)]


async def phone_about_change(desk: Desk, visit: Appointment, now: datetime) -> ConsultTask:
    """Make the consult room's task about a visit the hospital changed, once a change."""
    staffed = desk.staffed_hours.add(now, ANSWERED_WITHIN, desk.calendar)
    return await consult(
        desk,
        ConsultReason.CLINIC_STOPPED,
        occurrence=f"changed:{visit.id}:{visit.version}",
        now=now,
        due_at=max(now, min(staffed, visit.starts_at)),
        patient_id=visit.patient_id,
        appointment_id=visit.id,
    )


def _answered(visit: Appointment, said: Sequence[tuple[UUID, datetime]]) -> bool:
    changed = visit.hospital_changed_at
    return changed is None or any(who == visit.id and at >= changed for who, at in said)
