"""A question becomes a ticket where the ward is told of it: a number, a clock, a doctor (R157)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dialogs.answers import is_question
from dialogs.timing.spans import local
from handlers.duty import duty_of, liaisons_of
from models.alert import Alert, AlertLevel
from models.hospital import StaffMember, StaffRole
from models.timetable import next_number
from models.ward_week import QuestionTicket, TicketState

SERIES: Final = "question"
URGENT: Final = timedelta(minutes=30)
# the item at the end of a form where patients ask, and words that plainly ask
_ASKED_IN_FORM: Final = ".ask"
_ASKS: Final = ("question", "lexicon")
_MAY_ASK: Final = "message"


async def file_question(alert: Alert, now: datetime) -> QuestionTicket | None:
    """Make the ticket of an alert that is a patient's question; None for what is none.

    It goes to the doctor the department has named at once; where nobody is there to be named, it
    waits for whoever sends it on. The clock and the ladder are the alert's.
    """
    if not _is_question(alert) or alert.patient_id is None:
        return None
    doctor = await liaison_for(alert.department_id, now) if alert.department_id else None
    day = local(now).date()
    return await QuestionTicket.create(
        number=f"WT-{day:%Y%m%d}-{await next_number(SERIES, day):03}",
        patient_id=alert.patient_id,
        encounter_id=alert.encounter_id,
        task_id=alert.task_id,
        alert_id=alert.id,
        department_id=alert.department_id,
        words=alert.words,
        urgent=alert.due_at - now <= URGENT,
        state=TicketState.WITH_DEPARTMENT if doctor else TicketState.RECEIVED,
        liaison_id=doctor.id if doctor else None,
        asked_at=now,
        due_at=alert.due_at,
        passed_on_at=now if doctor else None,
    )


async def number_told(alert: Alert) -> str:
    """Return the number a patient is told: of the question, else of the alert."""
    if alert.level != AlertLevel.Q:
        return alert.number
    ticket = await QuestionTicket.get_or_none(alert_id=alert.id)
    return ticket.number if ticket else alert.number


async def liaison_for(department_id: UUID, now: datetime) -> StaffMember | None:
    """Choose the doctor a question goes to: a named one who is there, else who is on duty."""
    for doctor in await liaisons_of(department_id):
        duty = await duty_of(StaffRole(doctor.role), department_id, now)
        if not duty.rostered or any(one.id == doctor.id for one in duty.people):
            return doctor
    on_duty = await duty_of(StaffRole.DUTY_DOCTOR, department_id, now)
    return on_duty.people[0] if on_duty.people else None


def _is_question(alert: Alert) -> bool:
    if alert.level != AlertLevel.Q or alert.drill:
        return False
    asked = alert.rule in _ASKS or alert.rule.endswith(_ASKED_IN_FORM)
    return asked or (alert.rule == _MAY_ASK and is_question(alert.words))
