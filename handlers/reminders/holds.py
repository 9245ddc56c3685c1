"""Slots on offer are held for a short time; when nobody answers they are free again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from handlers.appointments.prompting import lapse
from handlers.desk import Desk
from handlers.reminders.visits import GONE
from handlers.timers import DueKind, Timer, set_timer
from models.timetable import Due


async def plan_lapse(dialog_id: UUID, turn: int, until: datetime) -> None:
    """Set the end of what a turn of the booking desk's dialog offered."""
    await set_timer(Timer(DueKind.LAPSE_HOLD, dialog_id, until, version=turn))


async def lapse_hold(desk: Desk, due: Due, now: datetime) -> str:
    """End an offer that was not answered; the timer's version is the turn it was made with."""
    return "lapsed" if await lapse(desk, due.subject, due.version, now) else GONE
