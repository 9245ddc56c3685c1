"""An alert sent on to another department, or put off for a while; its clock never moves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from handlers.alerts import note
from handlers.claims import Refusal
from handlers.desk import Desk
from handlers.room.alert_posts import link_of, post_entry
from handlers.scope import may_open_alert
from handlers.silence import give_to_all
from models.alert import Alert, AlertEvent, AlertStatus
from models.hospital import Department, StaffMember
from models.room import PostKind
from models.unit import lock_row, unit_of_work

# minutes one may put an alert off
PUT_OFF: Final = (10, 30, 60)


async def move_alert(
    alert_id: UUID, staff: StaffMember, department: Department, desk: Desk, now: datetime
) -> Refusal | None:
    """Send an alert to another department, open to all there; what somebody else has stays."""

    async def work() -> Refusal | None:
        alert = await lock_row(await Alert.get(id=alert_id))
        if (refusal := _not_mine(alert, staff)) is not None:
            return refusal
        if alert.department_id == department.id:
            return Refusal.SAME_DEPARTMENT
        alert.department_id = department.id
        await give_to_all(alert)
        entry = await note(alert, AlertEvent.MOVED, now, staff_id=staff.id, detail=department.name)
        link = link_of(desk, alert)
        await post_entry(alert, entry, PostKind.ALERT, "S-MOVED", now, link=link)
        return None

    return await unit_of_work(work)


async def snooze(alert_id: UUID, staff: StaffMember, minutes: int, now: datetime) -> Refusal | None:
    """Quiet the group about an alert for a while: the clock goes on, a red ladder does too."""

    async def work() -> Refusal | None:
        alert = await lock_row(await Alert.get(id=alert_id))
        if (refusal := _not_mine(alert, staff)) is not None:
            return refusal
        alert.snoozed_until = now + timedelta(minutes=minutes)
        await alert.save(update_fields=["snoozed_until"])
        await note(alert, AlertEvent.SNOOZED, now, staff_id=staff.id, detail=str(minutes))
        return None

    return Refusal.TOO_LONG if minutes not in PUT_OFF else await unit_of_work(work)


async def other_departments(alert: Alert) -> list[Department]:
    """List where an alert can be sent on to."""
    return await Department.filter(active=True).exclude(id=alert.department_id).order_by("code")


def _not_mine(alert: Alert, staff: StaffMember) -> Refusal | None:
    if not may_open_alert(staff, alert):
        return Refusal.NOT_ALLOWED
    if alert.status == AlertStatus.CLOSED:
        return Refusal.CLOSED
    taken = alert.status == AlertStatus.CLAIMED and alert.claimed_by_id != staff.id
    return Refusal.TAKEN if taken else None
