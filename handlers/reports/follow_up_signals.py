"""Alerts and complaints of a month: what is counted of them, and each one by its number (R1).

Alerts are those raised in the month, no drills. Complaints are those that came out of a talk with
a patient; what was registered twice counts once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from handlers.masking import mask_name
from handlers.reports.follow_up_rows import Signals
from handlers.reports.period import Period
from handlers.reports.places import in_departments
from models.alert import Alert, AlertLevel
from models.complaint import Complaint, ComplaintClosing
from models.people import Patient

COMPLAINTS: Final = "complaints"
LEVELS: Final = {"red": AlertLevel.L1, "orange": AlertLevel.L2}


@dataclass(frozen=True, slots=True)
class SignalLine:
    """One alert, or one complaint: of whom it is, a complaint does not tell here."""

    number: str
    department: str
    at: datetime
    state: str
    patient: str = field(default="", repr=False)


async def count_signals(period: Period, departments: Sequence[str] | None) -> dict[str, Signals]:
    """Count the alerts and complaints of each department by its code."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    alerts = _alerts(period, departments, tuple(LEVELS.values()))
    for code, level in await alerts.values_list("department__code", "level"):
        counts[code or ""][str(level)] += 1
    for code in await _complaints(period, departments).values_list("department__code", flat=True):
        counts[str(code or "")][COMPLAINTS] += 1
    return {
        code: Signals(found[AlertLevel.L1], found[AlertLevel.L2], found[COMPLAINTS])
        for code, found in counts.items()
    }


async def list_signals(
    figure: str, period: Period, departments: Sequence[str] | None
) -> list[SignalLine] | None:
    """List what such a figure counts, oldest first; None for a figure of another kind."""
    if figure in LEVELS:
        return await _alert_lines(_alerts(period, departments, (LEVELS[figure],)))
    if figure == COMPLAINTS:
        rows = (
            await _complaints(period, departments)
            .order_by("received_at", "number")
            .values_list("number", "department__name", "received_at", "state")
        )
        return [SignalLine(number, name or "", at, str(state)) for number, name, at, state in rows]
    return None


def _alerts(
    period: Period, departments: Sequence[str] | None, levels: Sequence[AlertLevel]
) -> QuerySet[Alert]:
    return Alert.filter(
        in_departments(departments),
        raised_at__gte=period.begins,
        raised_at__lt=period.ends,
        drill=False,
        level__in=levels,
    )


def _complaints(period: Period, departments: Sequence[str] | None) -> QuerySet[Complaint]:
    return Complaint.filter(
        in_departments(departments),
        Q(closing__isnull=True) | Q(closing__not=ComplaintClosing.DUPLICATE),
        received_at__gte=period.begins,
        received_at__lt=period.ends,
        conversation_id__isnull=False,
    )


async def _alert_lines(alerts: QuerySet[Alert]) -> list[SignalLine]:
    rows = await alerts.order_by("raised_at", "number").values_list(
        "number", "department__name", "raised_at", "status", "patient_id"
    )
    names = await _masked(key for *_, key in rows if key is not None)
    return [
        SignalLine(number, name or "", at, str(status), names.get(key, ""))
        for number, name, at, status, key in rows
    ]


async def _masked(ids: Iterable[UUID]) -> dict[UUID, str]:
    people = await Patient.filter(id__in=list(set(ids))).only("id", "name")
    return {row.id: mask_name(row.name) for row in people}
