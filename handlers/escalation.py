"""Climbing the ladder of alerts nobody has taken (content 1, F34)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from tortoise.queryset import QuerySet

from dialogs.timing import escalate_at, escalation_steps
from handlers.alerts import note
from handlers.desk import Desk
from models.alert import Alert, AlertEvent, AlertStatus
from models.unit import lock, unit_of_work

BATCH: Final = 100


async def escalate_due(desk: Desk, now: datetime, limit: int = BATCH) -> int:
    """Take every step of the ladder that is due and return how many were taken.

    Safe to call on every tick and from several processes: a step is written with the alert that
    remembers it. An alert that has waited long takes all its steps at once, in order.
    """
    del desk
    return await unit_of_work(lambda: _escalate(now, limit))


async def next_instants(now: datetime) -> datetime | None:
    """Return when the next alert will climb, for a clock that is run from event to event."""
    waiting = _waiting().filter(escalate_at__gt=now).order_by("escalate_at")
    first = await waiting.first()
    return None if first is None else first.escalate_at


def _waiting() -> QuerySet[Alert]:
    return Alert.filter(status=AlertStatus.OPEN, escalate_at__not_isnull=True)


async def _escalate(now: datetime, limit: int) -> int:
    due = _waiting().filter(escalate_at__lte=now).order_by("escalate_at", "id").limit(limit)
    taken = 0
    for alert in await lock(due, skip_locked=True):
        taken += await _climb(alert, now)
    return taken


async def _climb(alert: Alert, now: datetime) -> int:
    steps = escalation_steps(alert.level)
    first = alert.step
    while alert.escalate_at is not None and alert.escalate_at <= now:
        await note(alert, AlertEvent.ESCALATED, now, detail=",".join(steps[alert.step].roles))
        alert.step += 1
        alert.escalate_at = escalate_at(alert.level, alert.raised_at, alert.step)
    await alert.save(update_fields=["step", "escalate_at"])
    return alert.step - first
