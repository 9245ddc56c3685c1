"""Whether arrivals were registered at all: without them everybody would look like a no-show."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dialogs.timing.spans import local
from dialogs.timing.words import date_text
from handlers.booking.notices import notify
from models.booking import Appointment, AppointmentStatus, Clinic
from models.office import NoticeKind, OfficeDesk

# fewer may really all have stayed away
ENOUGH: Final = 5
_HERE: Final = (AppointmentStatus.ARRIVED, AppointmentStatus.FULFILLED)
_WAITED_FOR: Final = (*_HERE, AppointmentStatus.BOOKED, AppointmentStatus.NO_SHOW)


async def nobody_registered(appointment: Appointment) -> bool:
    """Tell whether a well-booked session has not a single arrival, nor a no-show marked by hand."""
    if appointment.session_id is None:
        return False
    visits = Appointment.filter(session_id=appointment.session_id)
    marked = (*_HERE, AppointmentStatus.NO_SHOW)
    if await visits.filter(status__in=marked).exists():
        return False
    return await visits.filter(status__in=_WAITED_FOR).count() >= ENOUGH


async def tell_unregistered(appointment: Appointment, now: datetime) -> None:
    """Ask guide desk and outpatient office, once a session, for the arrivals of that day."""
    day = local(appointment.starts_at).date()
    clinic = await Clinic.get(id=appointment.clinic_id)
    values = {"date": date_text(day), "dept": clinic.name, "doc": appointment.doctor}
    for office in (OfficeDesk.GUIDE_DESK, OfficeDesk.OUTPATIENT_OFFICE):
        await notify(
            office,
            NoticeKind.ARRIVALS,
            day,
            "S-ARRIVALS",
            values,
            occurrence=f"unregistered:{appointment.session_id}:{office.value}",
            now=now,
            doctor=appointment.doctor,
        )
