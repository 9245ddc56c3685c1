"""The staff room's board: what waits, for how long, and who has it; nothing of the patient."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tortoise.functions import Count, Max
from tortoise.queryset import QuerySet

from dialogs.levels import Level
from dialogs.timing import escalation_steps
from handlers.human_talk import talks_version
from handlers.scope import may_open_alert, visible_alerts
from models.alert import Alert, AlertEntry, AlertEvent, AlertStatus, DrillAcknowledgement
from models.hospital import StaffMember
from models.room import GroupPost

RECENT: Final = timedelta(hours=24)
MOST_CLOSED: Final = 50
# named, so that the index finds them: there are few, and ever more that are closed
_IN_HAND: Final = (AlertStatus.OPEN, AlertStatus.CLAIMED)


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One alert as everybody signed in may see it: number, ward, level, rule and times (T07)."""

    id: UUID
    number: str
    level: str
    status: str
    rule: str
    ward: str
    raised_at: datetime
    due_at: datetime
    holder: str
    mine: bool
    promise_at: datetime | None
    called: bool
    escalated_to: tuple[str, ...]
    seen: int
    drill: bool
    seen_by_me: bool
    may_open: bool
    outcome: str = ""

    def waits(self, now: datetime) -> timedelta:
        """How long it has stood there."""
        return now - self.raised_at

    def overdue(self, now: datetime) -> bool:
        """Tell whether the clock ran out with nobody having called or closed it."""
        return self.status != AlertStatus.CLOSED and not self.called and now > self.due_at

    def promise_broken(self, now: datetime) -> bool:
        """Tell whether the patient was promised a call that has not come."""
        late = self.promise_at is not None and now > self.promise_at
        return late and self.status == AlertStatus.CLAIMED and not self.called


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many alerts of a level nobody has taken, and how long the oldest has waited."""

    level: str
    unclaimed: int
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Board:
    """Alerts in hand, gravest and nearest first; those closed lately; the waiting times."""

    rows: tuple[BoardRow, ...]
    closed: tuple[BoardRow, ...]
    waiting: tuple[Waiting, ...]

    @property
    def unclaimed_red(self) -> bool:
        """Tell whether a red alert, or a test of one, rings for the reader."""
        return any(_rings(row) for row in self.rows)


async def board(staff: StaffMember, now: datetime) -> Board:
    """Read the board as a member of staff may see it."""
    seen = visible_alerts(staff)
    open_ones = await board_rows(seen.filter(status__in=_IN_HAND), staff)
    closed = seen.filter(status=AlertStatus.CLOSED, closed_at__gte=now - RECENT)
    ordered = sorted(open_ones, key=lambda row: (_rank(row), row.due_at, row.number))
    lately = await board_rows(closed.order_by("-closed_at").limit(MOST_CLOSED), staff)
    return Board(tuple(ordered), tuple(lately), waiting_times(ordered, now))


async def board_row(alert: Alert, staff: StaffMember) -> BoardRow:
    """Read one alert as the board shows it."""
    (row,) = await board_rows(Alert.filter(id=alert.id), staff)
    return row


def waiting_times(rows: Iterable[BoardRow], now: datetime) -> tuple[Waiting, ...]:
    """Sum up what nobody has taken, level by level, gravest first."""
    waits: dict[str, list[timedelta]] = {}
    for row in rows:
        if row.status == AlertStatus.OPEN and not row.drill:
            waits.setdefault(row.level, []).append(row.waits(now))
    return tuple(
        Waiting(level.value, len(waits[level]), max(waits[level]))
        for level in Level
        if level in waits
    )


async def board_version() -> str:
    """Return a word that changes whenever anything on the board does; cheap enough to poll."""
    in_hand = Alert.filter(status__in=_IN_HAND)
    alerts = await in_hand.order_by("id").values_list("id", "status", "step", "promise_at")
    # by their alerts: a join would read every line there has ever been
    ids = [row[0] for row in alerts]
    entries = await _latest(AlertEntry.filter(alert_id__in=ids))
    acknowledged = await _latest(DrillAcknowledgement.filter(alert_id__in=ids))
    seen = (alerts, entries, acknowledged, await talks_version(), await _newest_post())
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


async def _newest_post() -> object:
    """Say which posts are the newest; two of one instant are told apart by their number."""
    last = await GroupPost.all().order_by("-at").first()
    return (last.at, await GroupPost.filter(at__gte=last.at).count()) if last else None


async def _latest(rows: QuerySet[AlertEntry] | QuerySet[DrillAcknowledgement]) -> object:
    return await rows.annotate(n=Count("id"), last=Max("at")).values_list("n", "last")


async def board_rows(alerts: QuerySet[Alert], staff: StaffMember) -> list[BoardRow]:
    """Read the alerts of a query as the board shows them."""
    found = await alerts.prefetch_related("department", "encounter", "claimed_by", "closed_by")
    ids = [alert.id for alert in found]
    called = await _called(ids)
    seen = await _acknowledged(ids)
    return [_row(alert, staff, alert.id in called, seen.get(alert.id, set())) for alert in found]


async def _called(ids: Collection[UUID]) -> set[UUID]:
    entries = AlertEntry.filter(alert_id__in=list(ids), event=AlertEvent.CALLED)
    return {entry.alert_id for entry in await entries.only("id", "alert_id")}


async def _acknowledged(ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    for row in await DrillAcknowledgement.filter(alert_id__in=list(ids)):
        found.setdefault(row.alert_id, set()).add(row.staff_id)
    return found


def _row(alert: Alert, staff: StaffMember, called: bool, seen: set[UUID]) -> BoardRow:  # noqa: FBT001 - private, one caller
    return BoardRow(
        id=alert.id,
        number=alert.number,
        level=alert.level,
        status=alert.status,
        rule=alert.rule,
        ward=_ward(alert),
        raised_at=alert.raised_at,
        due_at=alert.due_at,
        holder=_holder(alert),
        mine=alert.claimed_by_id == staff.id,
        promise_at=alert.promise_at,
        called=called,
        escalated_to=escalated_to(alert),
        seen=len(seen),
        drill=alert.drill,
        seen_by_me=staff.id in seen,
        may_open=may_open_alert(staff, alert),
        outcome=alert.outcome,
    )


def _holder(alert: Alert) -> str:
    """Who has it, or who closed it without having claimed it."""
    holder = alert.claimed_by or alert.closed_by
    return holder.name if holder else ""


def escalated_to(alert: Alert) -> tuple[str, ...]:
    """List the roles of the last step the alert has climbed."""
    return escalation_steps(alert.level)[alert.step - 1].roles if alert.step else ()


def _ward(alert: Alert) -> str:
    if alert.department is not None:
        return alert.department.name
    return alert.encounter.ward if alert.encounter is not None else ""


def _rank(row: BoardRow) -> int:
    return tuple(Level).index(Level(row.level))


def _rings(row: BoardRow) -> bool:
    if row.drill:
        return not row.seen_by_me
    return row.level in (Level.L1, Level.DISP) and row.status == AlertStatus.OPEN
