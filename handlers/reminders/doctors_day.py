"""Each morning at 07:30 every doctor's list of the day, and the guide desk's (R088)."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, time

from dialogs.timing.spans import local
from handlers.booking.notices import notify
from handlers.booking.rules import rules_of
from handlers.desk import Desk
from handlers.reminders.day_listing import ListedVisit, list_day
from models.booking import Clinic
from models.office import NoticeKind, OfficeDesk
from models.timetable import Due


async def list_doctors_day(desk: Desk, due: Due, now: datetime) -> str:
    """Tell each doctor who is expected today: counts and hours; the sheet has the rest."""
    del desk
    day = local(due.due_at).date()
    listing = await list_day(day, now)
    by_doctor: dict[str, list[ListedVisit]] = defaultdict(list)
    for session in listing.sessions:
        by_doctor[session.doctor].extend(session.visits)
    report_by = await _report_by({session.clinic for session in listing.sessions})
    for doctor, visits in sorted(by_doctor.items()):
        values = {
            "doc": doctor,
            "n": str(len(visits)),
            "list": _hours(visits),
            "sub_by": report_by,
        }
        for office in (OfficeDesk.DOCTOR, OfficeDesk.GUIDE_DESK):
            await notify(
                office,
                NoticeKind.DOCTOR_DAY,
                day,
                "S-DOC",
                values,
                occurrence=f"doctor_day:{day}:{doctor}:{office.value}",
                now=now,
                doctor=doctor,
            )
    return f"{len(by_doctor)} doctors"


def _hours(visits: list[ListedVisit]) -> str:
    """Say how many come when, without a name: 08:30×2 09:00×1."""
    counts = Counter(f"{local(visit.line.starts_at):%H:%M}" for visit in visits)
    return " ".join(f"{clock}×{count}" for clock, count in sorted(counts.items()))


async def _report_by(clinic_names: set[str]) -> str:
    """By when a doctor has to say that tomorrow he cannot come: the earliest of the clinics'."""
    clinics = await Clinic.filter(name__in=list(clinic_names))
    limits: list[time] = [rules_of(clinic).substitution_notice for clinic in clinics]
    return f"{min(limits):%H:%M}" if limits else ""
