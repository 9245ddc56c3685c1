"""Climbing the ladder of alerts nobody has taken (content 1, F34)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from dialogs.timing import EscalationStep, escalation_steps
from handlers.alerts import next_step, note
from handlers.desk import Desk
from handlers.duty import duties_of
from handlers.room.alert_posts import Step, post_climbed
from handlers.staff_words import staff_words
from models.alert import Alert, AlertEvent, AlertLevel, AlertStatus
from models.unit import lock, unit_of_work

BATCH: Final = 100
# putting off again and again does not hold a ladder for ever
_HELD_AT_MOST: Final = timedelta(hours=1)


async def escalate_due(desk: Desk, now: datetime, limit: int = BATCH) -> int:
    """Take every step of the ladder that is due and return how many were taken.

    Safe to call on every tick and from several processes: a step is written with the alert that
    remembers it. An alert that has waited long takes all its steps at once, in order.
    """
    return await unit_of_work(lambda: _escalate(desk, now, limit))


async def next_instants(now: datetime) -> datetime | None:
    """Return when the next alert will climb, for a clock that is run from event to event."""
    waiting = _waiting().filter(escalate_at__gt=now).order_by("escalate_at")
    first = await waiting.first()
    return None if first is None else first.escalate_at


def _waiting() -> QuerySet[Alert]:
    return Alert.filter(status=AlertStatus.OPEN, escalate_at__not_isnull=True)


def _due(now: datetime) -> QuerySet[Alert]:
    """An alert that was put off is left in peace for a while, unless it is a red one."""
    loud = Q(level=AlertLevel.L1) | Q(snoozed_until=None) | Q(snoozed_until__lte=now)
    waited = Q(escalate_at__lte=now - _HELD_AT_MOST)
    return _waiting().filter(loud | waited, escalate_at__lte=now)


async def _escalate(desk: Desk, now: datetime, limit: int) -> int:
    due = _due(now).order_by("escalate_at", "id").limit(limit)
    taken = 0
    for alert in await lock(due, skip_locked=True):
        taken += await _climb(desk, alert, now)
    return taken


async def _climb(desk: Desk, alert: Alert, now: datetime) -> int:
    steps = escalation_steps(alert.level)
    first = alert.step
    while alert.escalate_at is not None and alert.escalate_at <= now:
        await _tell(desk, alert, steps[alert.step], now)
        alert.step += 1
        alert.escalate_at = next_step(alert)
    await alert.save(update_fields=["step", "escalate_at"])
    return alert.step - first


async def _tell(desk: Desk, alert: Alert, step: EscalationStep, now: datetime) -> None:
    """Write whom a step is told to: the roles, and by name who is on duty for them."""
    words = staff_words(desk.language)
    duties = await duties_of(step.roles, alert.department_id, now)
    people = words.room["comma"].join(duty.told(words) for duty in duties)
    await note(alert, AlertEvent.ESCALATED, now, detail=people)
    minutes = int((now - alert.raised_at).total_seconds() // 60)
    await post_climbed(desk, alert, Step(alert.step, minutes, step.roles, people), now)
