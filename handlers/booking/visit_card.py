"""One visit opened: where it stands, what happened to it, what was asked of the hospital."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from handlers.booking.excuses import is_excused
from handlers.booking.rules import rules_of
from handlers.booking.taken_back import may_take_back
from handlers.booking.visit_lines import VisitLine, visit_line
from handlers.scope import visible_appointments
from models.booking import (
    Appointment,
    AppointmentEvent,
    AppointmentStatus,
    BookingRequest,
    BookKeeper,
    Breach,
    BreachKind,
)
from models.hospital import StaffMember
from models.office import ConsultTask


@dataclass(frozen=True, slots=True)
class VisitCard:
    """A visit with its history; `names` are the colleagues behind user names.

    `late`: moving it or giving it up now would count as a breach. `mark_of_today`: who is looking
    may take back that somebody came, or did not.
    """

    visit: Appointment
    line: VisitLine
    events: tuple[AppointmentEvent, ...]
    breaches: tuple[Breach, ...]
    requests: tuple[BookingRequest, ...]
    tasks: tuple[ConsultTask, ...]
    names: dict[str, str]
    late: bool
    mark_of_today: bool = False

    @property
    def coming(self) -> bool:
        """Tell whether the visit can still be confirmed, moved or given up."""
        return self.visit.status is AppointmentStatus.BOOKED

    @property
    def ours(self) -> bool:
        """Tell whether we give the places of this clinic."""
        return self.visit.clinic.keeper is BookKeeper.OURS


async def open_visit(number: str, staff: StaffMember, now: datetime) -> VisitCard | None:
    """Open a visit, masked; None for what this person may not know of."""
    rows = visible_appointments(staff).filter(number=number).distinct()
    visit = await rows.first().prefetch_related("patient", "clinic", "session")
    if visit is None:
        return None
    events = await AppointmentEvent.filter(appointment_id=visit.id).order_by("-at", "-id")
    people = StaffMember.filter(username__in=[event.by for event in events])
    return VisitCard(
        visit=visit,
        line=await visit_line(visit, now),
        events=tuple(events),
        breaches=tuple(await Breach.filter(appointment_id=visit.id).order_by("at")),
        requests=tuple(await BookingRequest.filter(appointment_id=visit.id).order_by("-asked_at")),
        tasks=tuple(await ConsultTask.filter(appointment_id=visit.id).order_by("-raised_at")),
        names={one.username: one.name for one in await people},
        late=await _is_late(visit, now),
        mark_of_today=await may_take_back(visit, staff, now),
    )


async def _is_late(visit: Appointment, now: datetime) -> bool:
    """Tell it as it would be judged: nobody is warned of a breach that is excused (R097)."""
    if visit.status is not AppointmentStatus.BOOKED or now < visit.free_until:
        return False
    rules = rules_of(visit.clinic)
    return not await is_excused(visit, visit.patient, BreachKind.LATE_CANCEL, now, rules)
