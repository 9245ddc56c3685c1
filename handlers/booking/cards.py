"""The booking card that goes to the guide desk at once (R086): number and hour, never a name."""

from __future__ import annotations

from datetime import datetime

from dialogs.timing.spans import local
from dialogs.timing.words import date_text, weekday_text
from handlers.booking.notices import notify
from models.booking import Appointment, Clinic
from models.office import NoticeKind, OfficeDesk

MESSAGE = "M-CARD"


async def tell_guide_desk(
    kind: NoticeKind, appointment: Appointment, clinic: Clinic, now: datetime
) -> None:
    """Tell the guide desk what was booked, moved or cancelled, once a version."""
    wall = local(appointment.starts_at)
    values = {
        "no": appointment.number,
        "date": date_text(wall.date()),
        "dow": weekday_text(wall.date()),
        "time": f"{wall:%H:%M}",
        "dept": clinic.name,
        "doc": appointment.doctor,
        "vtype": appointment.visit_kind.value,
        "link": "",
    }
    await notify(
        OfficeDesk.GUIDE_DESK,
        kind,
        wall.date(),
        MESSAGE,
        values,
        occurrence=f"card:{kind.value}:{appointment.id}:{appointment.version}",
        now=now,
        appointment_id=appointment.id,
        doctor=appointment.doctor,
    )
