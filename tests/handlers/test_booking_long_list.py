"""A long list of appointments, taken twice."""

from datetime import datetime, timedelta

import pytest

from handlers.booking.periods import Period
from models.booking import Appointment, Place
from models.people import Patient
from tests.handlers.booking_lists import DAY, appointment, session, take_sessions, take_visits

pytestmark = pytest.mark.usefixtures("sqlite_database")


async def test_five_thousand_rows_twice_make_five_thousand_visits(now: datetime) -> None:
    """The whole list is known again in seconds, and nothing of it is written anew."""
    days = [DAY + timedelta(days=n) for n in range(5)]
    await take_sessions(now, *(session(n, day=day, quota=1002) for n, day in enumerate(days, 2)))
    morning = {"clock": None, "period": Period.MORNING}
    entries = [
        appointment(n, day=days[n % 5], phone=f"139{n:08}", **morning) for n in range(2, 5002)
    ]
    first = await take_visits(now, *entries)
    assert (first.created, first.faulty) == (5000, 0)
    again = await take_visits(now, *entries)
    assert (again.unchanged, again.created, again.updated) == (5000, 0, 0)
    assert await Appointment.all().count() == await Patient.all().count() == 5000
    assert await Place.filter(appointment_id__not_isnull=True).count() == 5000
    assert len(set(await Appointment.all().values_list("number", flat=True))) == 5000
