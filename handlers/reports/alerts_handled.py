"""Alerts of a period: who took each after how long, what came of it, how often it was right (R8).

Accuracy is M15: alerts a clinician confirmed among those judged. Drills count nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import median
from uuid import UUID

from tortoise.queryset import QuerySet

from dialogs.timing.spans import local
from handlers.masking import mask_name
from handlers.reports.period import Period
from handlers.scope import WIDE, may_open, visible_alerts
from models.alert import Alert, AlertEntry, AlertEvent
from models.hospital import StaffMember
from models.people import Patient

CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One alert; `day` counts from the discharge, `minutes` from the alert to the first claim."""

    number: str
    level: str
    rule: str
    department: str
    patient: str = field(repr=False)
    day: int | None
    words: str = field(repr=False)
    raised_at: datetime
    due_at: datetime
    taken_by: str
    minutes: float | None
    steps: int
    verdict: str
    outcome: str
    closed_at: datetime | None

    @property
    def late(self) -> bool:
        """Tell whether it was closed after its clock had run out."""
        return self.closed_at is not None and self.closed_at > self.due_at


@dataclass(frozen=True, slots=True)
class LevelFigures:
    """One level; `accuracy` in percent, `median_minutes` to the first claim, None without any."""

    level: str
    raised: int
    taken: int
    judged: int
    confirmed: int
    climbed: int
    median_minutes: float | None

    @property
    def accuracy(self) -> float | None:
        """M15."""
        return 100 * self.confirmed / self.judged if self.judged else None


@dataclass(frozen=True, slots=True)
class AlertsReport:
    """Every alert of the period, the figures of each level, and those nobody has taken."""

    period: Period
    made_at: datetime
    lines: tuple[AlertLine, ...]
    levels: tuple[LevelFigures, ...]

    @property
    def untaken(self) -> tuple[AlertLine, ...]:
        """The alerts that nobody has ever taken."""
        return tuple(line for line in self.lines if line.minutes is None)


async def report_alerts(
    period: Period, now: datetime, departments: Sequence[str] = ()
) -> AlertsReport:
    """Report on a period, for some departments by code, or for the whole house."""
    rows = Alert.all()
    if departments:
        rows = rows.filter(department__code__in=list(departments))
    return await _report(rows, period, now)


async def report_alerts_for(staff: StaffMember, period: Period, now: datetime) -> AlertsReport:
    """Report on what somebody may open: the levels of the role, the departments of the person."""
    rows = visible_alerts(staff) if reads_alerts(staff) else Alert.filter(id__in=[])
    return await _report(rows, period, now)


def reads_alerts(staff: StaffMember) -> bool:
    """Tell whether the report, which holds patients' words, is for somebody."""
    return may_open(staff) and (bool(staff.departments) or staff.role in WIDE)


async def _report(rows: QuerySet[Alert], period: Period, now: datetime) -> AlertsReport:
    rows = rows.filter(raised_at__gte=period.begins, raised_at__lt=period.ends, drill=False)
    alerts = await rows.order_by("raised_at", "number").prefetch_related("department", "encounter")
    claims = await _first_claims([alert.id for alert in alerts])
    names = await _names(alert.patient_id for alert in alerts)
    lines = tuple(_line(alert, claims.get(alert.id), names) for alert in alerts)
    return AlertsReport(period, now, lines, _by_level(lines))


async def _first_claims(alerts: list[UUID]) -> dict[UUID, tuple[str, datetime]]:
    entries = AlertEntry.filter(alert_id__in=alerts, event=AlertEvent.CLAIMED)
    found = await entries.order_by("at").only("alert_id", "staff_id", "at", "id")
    staff = {row.id: row.name for row in await StaffMember.all().only("id", "name")}
    first: dict[UUID, tuple[str, datetime]] = {}
    for entry in found:
        name = staff.get(entry.staff_id, "") if entry.staff_id else ""
        first.setdefault(entry.alert_id, (name, entry.at))
    return first


async def _names(patients: Iterable[UUID | None]) -> dict[UUID, str]:
    ids = {patient for patient in patients if patient is not None}
    return {row.id: mask_name(row.name) for row in await Patient.filter(id__in=list(ids))}


def _line(alert: Alert, claim: tuple[str, datetime] | None, names: Mapping[UUID, str]) -> AlertLine:
    stay = alert.encounter
    raised_on = local(alert.raised_at).date()
    return AlertLine(
        number=alert.number,
        level=alert.level.value,
        rule=alert.rule,
        department=alert.department.name if alert.department else "",
        patient=names.get(alert.patient_id, "") if alert.patient_id else "",
        day=(raised_on - stay.discharged_on).days if stay else None,
        words=alert.words,
        raised_at=alert.raised_at,
        due_at=alert.due_at,
        taken_by=claim[0] if claim else "",
        minutes=(claim[1] - alert.raised_at).total_seconds() / 60 if claim else None,
        steps=alert.step,
        verdict=alert.verdict,
        outcome=alert.outcome,
        closed_at=alert.closed_at,
    )


def _by_level(lines: Sequence[AlertLine]) -> tuple[LevelFigures, ...]:
    levels = dict.fromkeys(line.level for line in sorted(lines, key=lambda line: line.level))
    return tuple(_figures(level, [ln for ln in lines if ln.level == level]) for level in levels)


def _figures(level: str, lines: Sequence[AlertLine]) -> LevelFigures:
    minutes = [line.minutes for line in lines if line.minutes is not None]
    return LevelFigures(
        level=level,
        raised=len(lines),
        taken=len(minutes),
        judged=sum(bool(line.verdict) for line in lines),
        confirmed=sum(line.verdict == CONFIRMED for line in lines),
        climbed=sum(line.steps > 0 for line in lines),
        median_minutes=median(minutes) if minutes else None,
    )
