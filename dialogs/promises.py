"""What a message may promise: the time by which somebody answers."""

from __future__ import annotations

from datetime import datetime, timedelta

from dialogs.actions import Alert
from dialogs.timing.alerts import alert_due
from dialogs.timing.calendar import WorkingCalendar
from dialogs.timing.staffed import StaffedHours


def due_of(alert: Alert, at: datetime, calendar: WorkingCalendar, hours: StaffedHours) -> datetime:
    """Return when an alert must be dealt with (UTC); a rule may want it sooner than its level."""
    due = alert_due(alert.level.value, at, calendar, hours)
    if not alert.within_minutes:
        return due
    return min(due, at + timedelta(minutes=alert.within_minutes))
