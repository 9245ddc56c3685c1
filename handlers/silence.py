"""A claim nothing is heard of goes back to all by itself (F34)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from dialogs.timing import silent_at
from handlers.alerts import next_step, note
from handlers.desk import Desk
from handlers.room.alert_posts import link_of, post_entry
from handlers.timers import DueKind, Timer, occurrence_of, set_timer
from models.alert import Alert, AlertEntry, AlertEvent, AlertStatus
from models.room import PostKind
from models.timetable import Due
from models.unit import lock

# the patient has heard from us
_HEARD: Final = (AlertEvent.CALLED, AlertEvent.REPLIED)


async def watch_claim(
    desk: Desk, alert: Alert, claimed_at: datetime, promise_at: datetime | None
) -> None:
    """Set the time at which a claim is looked at; the caller is inside a unit of work."""
    at = silent_at(alert.level, claimed_at, promise_at, desk.calendar, desk.staffed_hours)
    if at is not None and not alert.drill:
        await set_timer(Timer(DueKind.RETURN_ALERT, alert.id, at, _mark(claimed_at)))


async def return_alert(desk: Desk, due: Due, now: datetime) -> str:
    """Give a claimed alert back to all when nobody has called or answered the patient.

    A call that did not get through is a try: the time begins anew. The ladder goes on from where
    it stood, at once where its next step is over.
    """
    alert = await lock(Alert.filter(id=due.subject)).get()
    claimed_at = alert.claimed_at
    mark = occurrence_of(due).partition("/")[0]
    if alert.status != AlertStatus.CLAIMED or claimed_at is None or _mark(claimed_at) != mark:
        return "claimed anew"
    if await _heard(alert, claimed_at):
        return "heard of"
    if await _tried(desk, alert, claimed_at, now):
        return "tried"
    silent = alert.claimed_by_id
    await give_to_all(alert)
    entry = await note(alert, AlertEvent.RETURNED, now, staff_id=silent)
    link = link_of(desk, alert)
    await post_entry(alert, entry, PostKind.ALERT, "S-SILENT", now, link=link)
    return "returned"


async def give_to_all(alert: Alert) -> None:
    """Open a claimed alert to everybody again; the caller has locked it."""
    alert.status, alert.claimed_at, alert.promise_at = AlertStatus.OPEN, None, None
    alert.claimed_by_id = None
    alert.escalate_at = next_step(alert)
    await alert.save()


async def _heard(alert: Alert, claimed_at: datetime) -> bool:
    since = AlertEntry.filter(alert_id=alert.id, at__gte=claimed_at, event__in=_HEARD)
    return await since.exists()


async def _tried(desk: Desk, alert: Alert, claimed_at: datetime, now: datetime) -> bool:
    """Tell whether somebody tried to call so lately that the claim keeps its time, set anew."""
    tries = AlertEntry.filter(
        alert_id=alert.id, at__gte=claimed_at, event=AlertEvent.UNREACHED
    ).order_by("-at")
    last = await tries.first()
    if last is None:
        return False
    at = silent_at(alert.level, last.at, None, desk.calendar, desk.staffed_hours)
    if at is None or at <= now:
        return False
    mark = f"{_mark(claimed_at)}/{_mark(last.at)}"
    await set_timer(Timer(DueKind.RETURN_ALERT, alert.id, at, mark))
    return True


def _mark(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
