"""Test alarms: does everybody see and hear a red alert, and who has said so?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dialogs.levels import Level
from handlers.alerts import RaisedAlert, note, raise_alert
from handlers.desk import Desk
from models.alert import Alert, AlertEvent, AlertStatus, DrillAcknowledgement
from models.audit import append_entry
from models.hospital import StaffMember
from models.once import insert_once
from models.unit import lock_row, unit_of_work

RULE = "DRILL"


@dataclass(frozen=True, slots=True)
class Seen:
    """One person who saw a test alarm, and when."""

    name: str
    role: str
    at: datetime


async def raise_drill(desk: Desk, staff: StaffMember, now: datetime) -> Alert:
    """Raise a test alarm that everybody sees and no report counts; one a minute at most."""
    minute = f"drill:{now:%Y%m%dT%H%M}"
    finding = RaisedAlert(Level.L1, RULE, minute, drill=True)

    async def work() -> Alert:
        alert = await raise_alert(desk, finding, now)
        await append_entry(
            now, staff.username, "drill.raised", subject_type="alert", subject=alert.id
        )
        return alert

    return await unit_of_work(work)


async def acknowledge(alert_id: UUID, staff: StaffMember, now: datetime) -> bool:
    """Record that somebody saw a test alarm; False when that is on record or it is no test."""
    alert = await Alert.get_or_none(id=alert_id, drill=True)
    if alert is None:
        return False
    row = DrillAcknowledgement(alert_id=alert.id, staff_id=staff.id, at=now)
    return await unit_of_work(lambda: insert_once(row))


async def seen_by(alert_id: UUID) -> list[Seen]:
    """List who has seen a test alarm, the first one first."""
    rows = DrillAcknowledgement.filter(alert_id=alert_id).order_by("at").prefetch_related("staff")
    return [Seen(row.staff.name, row.staff.role, row.at) for row in await rows]


async def end_drill(alert_id: UUID, staff: StaffMember, now: datetime) -> bool:
    """End a test alarm; False when it has ended or is no test."""

    async def work() -> bool:
        alert = await lock_row(await Alert.get(id=alert_id))
        if not alert.drill or alert.status == AlertStatus.CLOSED:
            return False
        alert.status, alert.closed_at, alert.closed_by_id = AlertStatus.CLOSED, now, staff.id
        await alert.save(update_fields=["status", "closed_at", "closed_by_id"])
        await note(alert, AlertEvent.CLOSED, now, staff_id=staff.id)
        return True

    return await unit_of_work(work)
