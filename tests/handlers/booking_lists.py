"""Sessions and appointments for the tests of their import; nobody in them is real."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from dialogs.timing.spans import local, moment
from handlers.booking.appointment_entry import AppointmentEntry
from handlers.booking.appointment_import import import_appointments
from handlers.booking.session_entry import SessionEntry, SessionReport
from handlers.booking.session_import import SessionList, import_sessions
from handlers.desk import Desk
from handlers.discharge_entry import NumberEntry, PatientEntry
from handlers.discharges import Source
from handlers.import_report import ImportReport
from models.booking import Appointment, AppointmentStatus, Place
from models.people import ResponderRole

DESK = Desk(hospital="示例医院")
# the Monday eight days after the tests' present
DAY = date(2026, 11, 30)
SOURCE = Source("list.csv")
_PATIENT = {"name", "mrn", "id_no", "id_type", "birth_date"}


def session(line: int = 2, **said: Any) -> SessionEntry:
    """Doctor Li's morning in the skin clinic: eight places to book, one or two a slot."""
    day = said.get("day", DAY)
    starts, ends = said.pop("starts", time(8)), said.pop("ends", time(12))
    known = SessionEntry(
        line=line,
        clinic="皮肤科",
        doctor="李示例",
        day=day,
        starts_at=moment(day, starts),
        ends_at=moment(day, ends),
        quota=10,
        walk_in=2,
        room="205",
    )
    return replace(known, **said)


def appointment(line: int = 2, **said: Any) -> AppointmentEntry:
    """A visit to Doctor Li at half past eight; `said` names fields of patient or entry."""
    person = {name: said.pop(name) for name in _PATIENT & said.keys()}
    phone = said.pop("phone", f"139000{line:05}")
    number = NumberEntry(ResponderRole.SELF, phone)
    known = AppointmentEntry(
        line=line,
        number=f"A{line}",
        status=AppointmentStatus.BOOKED,
        patient=replace(PatientEntry(name=f"测试{line}"), **person),
        numbers=(number,),
        clinic="皮肤科",
        doctor="李示例",
        day=DAY,
        clock=time(8, 30),
    )
    return replace(known, **said)


async def take_sessions(
    now: datetime, *entries: SessionEntry, desk: Desk = DESK, **options: Any
) -> SessionReport:
    """Import these sessions."""
    whole = options.pop("whole", True)
    return await import_sessions(desk, SessionList(entries, SOURCE, whole), now, **options)


async def take_visits(
    now: datetime, *entries: AppointmentEntry, desk: Desk = DESK, **options: Any
) -> ImportReport:
    """Import these appointments."""
    return await import_appointments(desk, entries, SOURCE, now, **options)


async def the_visit(number: str = "A2") -> Appointment:
    """The appointment with this number of the hospital's."""
    return await Appointment.get(external_no=number)


async def places_by_hour() -> dict[str, tuple[int, int]]:
    """How many places each slot has, and how many of them are booked, by the hour in Shanghai."""
    counts: dict[str, tuple[int, int]] = {}
    for place in await Place.all().prefetch_related("slot"):
        hour = f"{local(place.slot.starts_at):%H:%M}"
        total, booked = counts.get(hour, (0, 0))
        counts[hour] = (total + 1, booked + (place.appointment_id is not None))
    return dict(sorted(counts.items()))
