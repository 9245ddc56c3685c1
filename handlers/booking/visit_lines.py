"""One visit as a line of the book: masked, with where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from dialogs.timing.spans import local
from handlers.booking.standing import Standing, standings
from handlers.masking import mask_name
from models.booking import Appointment, AppointmentStatus

CANCELLED: Final = (
    AppointmentStatus.CANCELLED_BY_PATIENT,
    AppointmentStatus.CANCELLED_BY_HOSPITAL,
)


class VisitState(StrEnum):
    """Where a visit stands, as the desks say it: more than its status."""

    BOOKED = "booked"
    NO_ANSWER = "no_answer"
    CONFIRMED = "confirmed"
    MOVING = "moving"
    ON_THE_WAY = "on_the_way"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    NO_SHOW = "no_show"
    CANCELLED_BY_PATIENT = "cancelled_by_patient"
    CANCELLED_BY_HOSPITAL = "cancelled_by_hospital"


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit, masked; `order` is its place in the session's queue, 0 when it has none (R095)."""

    number: str
    version: int
    order: int
    starts_at: datetime
    check_in_by: datetime
    name: str
    phone: str
    visit_kind: str
    source: str
    state: VisitState
    breaches: int
    suspended: bool
    needs: tuple[str, ...]
    key_patient: bool
    excused: bool
    arrived_at: datetime | None

    @property
    def cancelled(self) -> bool:
        """Tell whether nobody is expected any more."""
        return self.state in (VisitState.CANCELLED_BY_PATIENT, VisitState.CANCELLED_BY_HOSPITAL)

    def is_due(self, now: datetime) -> bool:
        """Tell whether the day has come on which somebody can arrive."""
        return day_has_come(self.starts_at, now)


def day_has_come(starts_at: datetime, now: datetime) -> bool:
    """Tell whether it is the day of a visit at the hospital, or later."""
    return local(starts_at).date() <= local(now).date()


async def visit_line(appointment: Appointment, now: datetime) -> VisitLine:
    """Describe one visit, with its place in the queue."""
    row = await Appointment.get(id=appointment.id).prefetch_related("patient", "clinic")
    line = (await visit_lines([row], now))[row.id]
    queue = Appointment.filter(session_id=row.session_id).exclude(status__in=CANCELLED)
    ids = [one.id for one in await queue.order_by("starts_at", "number").only("id")]
    known = row.session_id is not None and row.id in ids
    return replace(line, order=ids.index(row.id) + 1) if known else line


async def visit_lines(visits: Sequence[Appointment], now: datetime) -> dict[UUID, VisitLine]:
    """Describe visits whose patient and clinic are loaded, by id; none has an order yet."""
    known = await standings(visits, now)
    return {visit.id: _line(visit, known[visit.id]) for visit in visits}


def _line(visit: Appointment, standing: Standing) -> VisitLine:
    return VisitLine(
        number=visit.number,
        version=visit.version,
        order=0,
        starts_at=visit.starts_at,
        check_in_by=visit.check_in_by,
        name=mask_name(visit.patient.name),
        phone=standing.phone,
        visit_kind=visit.visit_kind,
        source=visit.source,
        state=state_of(visit, asked=standing.asked),
        breaches=standing.breaches,
        suspended=standing.suspended,
        needs=tuple(visit.patient.needs),
        key_patient=visit.key_patient,
        excused=visit.hospital_changed_at is not None,
        arrived_at=visit.arrived_at,
    )


def state_of(visit: Appointment, *, asked: bool) -> VisitState:
    """Say where a visit stands; `asked`: the request to confirm went out for this version."""
    if visit.status is not AppointmentStatus.BOOKED:
        return VisitState(visit.status.value)
    if visit.moving:
        return VisitState.MOVING
    if visit.on_the_way_at is not None:
        return VisitState.ON_THE_WAY
    if visit.confirmed_at is not None:
        return VisitState.CONFIRMED
    return VisitState.NO_ANSWER if asked else VisitState.BOOKED
