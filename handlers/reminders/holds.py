"""Slots on offer are held for a short time; when nobody answers they are free again."""

from __future__ import annotations

from datetime import datetime

from handlers.appointments.prompting import lapse
from handlers.desk import Desk
from handlers.reminders.visits import GONE
from models.timetable import Due


async def lapse_hold(desk: Desk, due: Due, now: datetime) -> str:
    """End an offer that was not answered; the timer's version is the turn it was made with."""
    return "lapsed" if await lapse(desk, due.subject, due.version, now) else GONE
