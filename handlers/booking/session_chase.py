"""After a session was changed: who does not answer is phoned, and a stopped one is closed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from handlers.booking.actor import HOSPITAL, Actor
from handlers.booking.answers import phone_about_change, unanswered
from handlers.booking.cancellations import cancel
from handlers.booking.consult import ANSWERED_WITHIN
from handlers.desk import Desk
from handlers.timers import DueKind, Timer, set_timer
from models.booking import Appointment, AppointmentStatus, Session, SessionStatus
from models.timetable import Due

STOPPED: Final = "stopped"


async def plan_chase(desk: Desk, session: Session, now: datetime) -> None:
    """Set when silence is followed up: after four staffed hours, or half way to the session."""
    staffed = desk.staffed_hours.add(now, ANSWERED_WITHIN, desk.calendar)
    half_way = now + (session.starts_at - now) / 2
    occurrence = now.isoformat()
    chase = Timer(
        DueKind.CHASE_SESSION_CHANGE,
        session.id,
        max(now, min(staffed, half_way)),
        occurrence,
        stops_at=session.ends_at,
    )
    await set_timer(chase)
    if session.status is SessionStatus.STOPPED:
        closing = Timer(DueKind.CLOSE_STOPPED_SESSION, session.id, session.ends_at, occurrence)
        await set_timer(closing)


async def chase_session_change(desk: Desk, due: Due, now: datetime) -> str:
    """Put everybody who has not answered before the consult room."""
    session = await Session.get_or_none(id=due.subject)
    if session is None:
        return "no such session"
    return f"{await hand_over_unanswered(desk, session, now)} to be phoned"


async def close_stopped_session(desk: Desk, due: Due, now: datetime) -> str:
    """Cancel for the hospital what was neither moved nor given up by the end of its hours."""
    left = Appointment.filter(session_id=due.subject, status=AppointmentStatus.BOOKED)
    visits = await left.order_by("id").only("id")
    for visit in visits:
        await cancel(desk, visit.id, Actor(HOSPITAL), now, reason=STOPPED, by_hospital=True)
    return f"{len(visits)} cancelled"


async def hand_over_unanswered(desk: Desk, session: Session, now: datetime) -> int:
    """Make a task of the consult room for everybody who has not answered; returns how many."""
    waiting = await unanswered(session)
    for visit in waiting:
        await phone_about_change(desk, visit, now)
    return len(waiting)
