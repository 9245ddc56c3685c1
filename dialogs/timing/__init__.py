"""When things are due: working days, contact hours, rounds, attempts and alert clocks."""

from dialogs.timing.alerts import (
    CONTACT_AFTER,
    DEFAULT_CLOCKS,
    AlertClock,
    AlertClocks,
    EscalationStep,
    Since,
    alert_due,
    escalate_at,
    escalation_steps,
    silent_at,
)
from dialogs.timing.attempts import Attempt, AttemptKind, AttemptTiming, attempts, may_start
from dialogs.timing.calendar import CalendarEntry, WorkingCalendar
from dialogs.timing.contact import ContactHours
from dialogs.timing.rounds import (
    Offset,
    OffsetUnit,
    RoundTiming,
    Schedule,
    day_number,
    schedule,
)
from dialogs.timing.spans import HOSPITAL_ZONE, Span, local, moment
from dialogs.timing.staffed import StaffedHours, staffed
from dialogs.timing.words import date_text, due_text, offset_text, promise_text, weekday_text

__all__ = [
    "CONTACT_AFTER",
    "DEFAULT_CLOCKS",
    "HOSPITAL_ZONE",
    "AlertClock",
    "AlertClocks",
    "Attempt",
    "AttemptKind",
    "AttemptTiming",
    "CalendarEntry",
    "ContactHours",
    "EscalationStep",
    "Offset",
    "OffsetUnit",
    "RoundTiming",
    "Schedule",
    "Since",
    "Span",
    "StaffedHours",
    "WorkingCalendar",
    "alert_due",
    "attempts",
    "date_text",
    "day_number",
    "due_text",
    "escalate_at",
    "escalation_steps",
    "local",
    "may_start",
    "moment",
    "offset_text",
    "promise_text",
    "schedule",
    "silent_at",
    "staffed",
    "weekday_text",
]
