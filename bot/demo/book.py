"""The demo's book: four weeks of sessions, and one visit booked by phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from bot.booking_entries import session_entry
from bot.booking_lists import take_clinic_list
from bot.import_lists import ListFile
from bot.intake.sessions import read_sessions
from dialogs.timing.spans import local
from handlers.booking.actor import Actor
from handlers.booking.bookings import Order, book
from handlers.booking.session_entry import SessionEntry
from handlers.booking.session_import import SessionList, import_sessions
from handlers.desk import Desk
from handlers.discharges import Source
from models.booking import BookingSource, Slot
from models.care import Encounter

# the Monday of the week that examples/sessions.csv shows
WEEK: Final = date(2026, 11, 30)
_WEEKS: Final = 4
_VISIT_IN: Final = timedelta(days=2)
_REGISTRATION: Final = Actor("demo", "phone")


async def open_book(desk: Desk, examples: Path, now: datetime) -> None:
    """Take the example clinics, and their week four times over, from this week on."""
    clinics = ListFile("clinics.csv", (examples / "clinics.csv").read_bytes())
    await take_clinic_list(clinics, now, dry_run=False)
    read = read_sessions((examples / "sessions.csv").read_bytes(), "sessions.csv", today=WEEK)
    week = [session_entry(row) for row in read.rows]
    monday = local(now).date() - timedelta(days=local(now).weekday())
    shifts = [monday - WEEK + timedelta(weeks=number) for number in range(_WEEKS)]
    entries = [_moved(entry, shift) for shift in shifts for entry in week]
    coming = [entry for entry in entries if entry.starts_at > now]
    source = Source("sessions.csv", actor="demo")
    await import_sessions(desk, SessionList(coming, source, whole=True), now)


def _moved(entry: SessionEntry, by: timedelta) -> SessionEntry:
    return replace(
        entry, day=entry.day + by, starts_at=entry.starts_at + by, ends_at=entry.ends_at + by
    )


async def book_visit(desk: Desk, encounter_id: UUID, now: datetime) -> None:
    """Book the first place from the day after tomorrow on for the patient of a stay, by phone."""
    stay = await Encounter.get(id=encounter_id)
    slots = Slot.filter(starts_at__gt=now + _VISIT_IN, session__clinic__code="XN01")
    slot = await slots.order_by("starts_at").first()
    if slot is None:
        return
    order = Order(
        stay.patient_id,
        slot.id,
        source=BookingSource.PHONE,
        actor=_REGISTRATION,
        encounter_id=stay.id,
        staff=True,
    )
    await book(desk, order, now)
