"""What the staff group hears of an alert: raised, climbed, taken, given back, closed (T07)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from dialogs.levels import Level
from handlers.desk import Desk
from handlers.room.posts import DUE_AT, LEVEL, Post, post
from models.alert import Alert, AlertEntry, AlertLevel
from models.care import Encounter
from models.hospital import Department
from models.room import PostKind

# L3 waits for the digest of the morning
_RAISED: Final = {
    Level.L1: ("S-L1", PostKind.ALERT),
    Level.L2: ("S-L2", PostKind.ALERT),
    Level.Q: ("S-Q", PostKind.QUESTION),
    Level.DISP: ("S-DISP", PostKind.DISPUTE),
}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the ladder: which, how long nobody has taken it, whom it is told to, in words."""

    number: int
    minutes: int
    roles: Iterable[str]
    people: str


async def post_raised(desk: Desk, alert: Alert, now: datetime) -> None:
    """Tell of a new alert, in the transaction that raises it; a test alarm says it is one."""
    message, kind = _RAISED.get(Level(alert.level), ("", PostKind.ALERT))
    if alert.drill:
        message = "S-DRILL"
    if message:
        await _post(alert, kind, message, f"raised:{alert.id}", now, link=link_of(desk, alert))


async def post_climbed(desk: Desk, alert: Alert, step: Step, now: datetime) -> None:
    """Tell that nobody has taken an alert, and who is asked now."""
    values = {"min": str(step.minutes), "role": step.people, "link": link_of(desk, alert)}
    once = f"climbed:{alert.id}:{step.number}"
    await _post(alert, PostKind.ESCALATION, "S-ESC", once, now, roles=step.roles, **values)


async def post_entry(
    alert: Alert, entry: AlertEntry, kind: PostKind, message: str, now: datetime, **values: str
) -> None:
    """Tell in a line what an entry of an alert's history says; lesser alerts stay quiet."""
    if not alert.drill and Level(alert.level) in _RAISED:
        await _post(alert, kind, message, f"entry:{entry.id}", now, **values)


async def ward_of(alert: Alert) -> str:
    """Name the ward of an alert as the board does."""
    department = await Department.get_or_none(id=alert.department_id)
    if department is not None:
        return department.name
    encounter = await Encounter.get_or_none(id=alert.encounter_id)
    return encounter.ward or "" if encounter else ""


async def _post(
    alert: Alert,
    kind: PostKind,
    message: str,
    occurrence: str,
    now: datetime,
    *,
    roles: Iterable[str] = (),
    **values: str,
) -> None:
    known = {
        "alert": alert.number,
        "no": alert.number,
        "ward": await ward_of(alert),
        LEVEL: AlertLevel(alert.level).value,
        "rule": alert.rule,
        DUE_AT: alert.due_at.isoformat(),
    }
    said = Post(
        kind,
        message,
        {**known, **values},
        occurrence,
        department_id=alert.department_id,
        roles=roles,
        alert_id=alert.id,
    )
    await post(said, now)


def link_of(desk: Desk, alert: Alert) -> str:
    """Return the address of an alert's card."""
    return f"{desk.public_url.rstrip('/')}/staff/alerts/{alert.number}"
