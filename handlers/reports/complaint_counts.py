"""Counting a month's complaints: by tag and department, in days, by how they ended (M10, M11)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import mean, median
from typing import Final
from uuid import UUID

from handlers.reports.period import Period
from models.care import Encounter
from models.complaint import (
    Complaint,
    ComplaintClosing,
    ComplaintEntry,
    ComplaintEvent,
    ImprovementAction,
    Opinion,
    OpinionStatus,
)

_A_DAY: Final = timedelta(days=1)
# an illness and its treatment have to be judged, not only a service
_MEDICAL: Final = frozenset({"T2", "T6", "T7", "T8", "T17", "D1"})
_NOT_COUNTED: Final = frozenset({ComplaintClosing.DUPLICATE})


class ComplaintClass(StrEnum):
    """How much work a complaint is (M11; 0.5, 5.7 and 7.3 days in the literature)."""

    SIMPLE = "simple"
    MEDICAL = "medical"
    JOINT = "joint"


@dataclass(frozen=True, slots=True)
class Days:
    """Days from receipt to result; None without any."""

    name: str
    answered: int
    mean: float | None
    median: float | None


@dataclass(frozen=True, slots=True)
class DepartmentFigures:
    """One department; `rate` a thousand discharges, None where nobody was discharged."""

    name: str
    complaints: int
    discharges: int

    @property
    def rate(self) -> float | None:
        """Complaints per 1,000 discharges."""
        return 1000 * self.complaints / self.discharges if self.discharges else None


@dataclass(frozen=True, slots=True)
class ImprovementLine:
    """A measure that was decided: done, and seen to work?"""

    problem: str
    measure: str
    responsible: str
    due_on: str
    done: bool
    verified: bool


@dataclass(frozen=True, slots=True)
class DisputeLine:
    """A dispute, listed apart."""

    number: str
    department: str
    state: str
    received_at: datetime


def class_of(complaint: Complaint) -> ComplaintClass:
    """Say how much work a complaint is."""
    if complaint.joint:
        return ComplaintClass.JOINT
    medical = _MEDICAL & set(complaint.tags)
    return ComplaintClass.MEDICAL if medical else ComplaintClass.SIMPLE


async def received(period: Period) -> list[Complaint]:
    """List what was received in a period; what was registered twice counts once."""
    rows = Complaint.filter(received_at__gte=period.begins, received_at__lt=period.ends)
    return _counted(await rows.order_by("received_at").prefetch_related("department"))


def _counted(rows: Iterable[Complaint]) -> list[Complaint]:
    return [row for row in rows if row.closing not in _NOT_COUNTED]


async def fallen_due(period: Period) -> list[Complaint]:
    """What fell due in the month and was not withdrawn before."""
    rows = Complaint.filter(result_due_at__gte=period.begins, result_due_at__lt=period.ends)
    kept = [row for row in await rows if row.closing is not ComplaintClosing.WITHDRAWN]
    return _counted(kept)


async def ratings_of(period: Period) -> list[int]:
    """Return the last mark of every closing of the month, also where it opened the case again."""
    closings = ComplaintEntry.filter(event=ComplaintEvent.CLOSED)
    of_month = closings.filter(at__gte=period.begins, at__lt=period.ends)
    cases = await of_month.distinct().values_list("complaint_id", flat=True)
    kinds = (ComplaintEvent.CLOSED, ComplaintEvent.RATED)
    lines = ComplaintEntry.filter(complaint_id__in=list(cases), event__in=kinds)
    marks: dict[UUID, int] = {}
    closing: ComplaintEntry | None = None
    for line in await lines.order_by("complaint_id", "position"):
        if line.event is ComplaintEvent.CLOSED:
            closing = line
        elif closing is not None and _rates(line, closing, period):
            marks[closing.id] = int(line.detail)
    return list(marks.values())


def _rates(mark: ComplaintEntry, closing: ComplaintEntry, period: Period) -> bool:
    of_month = period.begins <= closing.at < period.ends
    return of_month and mark.complaint_id == closing.complaint_id


def is_before(at: datetime | None, limit: datetime) -> bool:
    """Tell whether something happened at all, and in time."""
    return at is not None and at <= limit


def by_tag(rows: Iterable[Complaint]) -> dict[tuple[str, str], int]:
    """Count each tag of each department; a complaint with two tags stands in two cells."""
    cells: Counter[tuple[str, str]] = Counter()
    for row in rows:
        name = row.department.name if row.department else ""
        cells.update((tag, name) for tag in row.tags)
    return dict(cells)


async def by_department(rows: Sequence[Complaint], period: Period) -> tuple[DepartmentFigures, ...]:
    """Count complaints and discharges of each department, the most complained of first."""
    complaints = Counter(row.department.name if row.department else "" for row in rows)
    stays = Encounter.filter(
        discharged_on__gte=period.first,
        discharged_on__lte=period.last,
        withdrawn_at__isnull=True,
        expected=False,
    )
    left = Counter(
        str(name or "") for name in await stays.values_list("department__name", flat=True)
    )
    names = sorted(complaints.keys() | left.keys(), key=lambda name: (-complaints[name], name))
    return tuple(DepartmentFigures(name, complaints[name], left[name]) for name in names)


async def agreement(rows: Sequence[Complaint]) -> float | None:
    """Return the share of automatic categories a person let stand, in percent."""
    heard: dict[str, set[str]] = {}
    ids = [row.id for row in rows]
    for opinion in await Opinion.filter(complaint_id__in=ids).only(
        "id", "complaint_id", "categories"
    ):
        heard.setdefault(str(opinion.complaint_id), set()).update(opinion.categories)
    judged = [(heard[str(row.id)], set(row.categories)) for row in rows if str(row.id) in heard]
    given = sum(len(automatic) for automatic, _ in judged)
    return 100 * sum(len(a & kept) for a, kept in judged) / given if given else None


def days_taken(rows: Iterable[Complaint]) -> tuple[Days, ...]:
    """Return the days from receipt to result, of all and of each class (M11)."""
    took: dict[ComplaintClass, list[float]] = {kind: [] for kind in ComplaintClass}
    for row in rows:
        if row.answered_at is not None:
            took[class_of(row)].append((row.answered_at - row.received_at) / _A_DAY)
    every = [days for group in took.values() for days in group]
    groups = [("all", every), *((kind.value, days) for kind, days in took.items())]
    return tuple(
        Days(name, len(days), mean(days) if days else None, median(days) if days else None)
        for name, days in groups
    )


async def improvements_of(period: Period) -> tuple[ImprovementLine, ...]:
    """List the measures decided in a period, by the day they are due."""
    rows = ImprovementAction.filter(created_at__gte=period.begins, created_at__lt=period.ends)
    return tuple(
        ImprovementLine(
            row.problem,
            row.measure,
            row.responsible,
            row.due_on.isoformat(),
            done=row.done_at is not None,
            verified=row.verified_at is not None,
        )
        for row in await rows.order_by("due_on")
    )


def dispute_line(row: Complaint) -> DisputeLine:
    """Say a dispute in a line."""
    name = row.department.name if row.department else ""
    return DisputeLine(row.number, name, row.state.value, row.received_at)


async def opinions_of(period: Period) -> dict[str, int]:
    """Count what was said and not filed, by what became of it."""
    rows = Opinion.filter(at__gte=period.begins, at__lt=period.ends)
    kept = rows.exclude(status__in=(OpinionStatus.PRAISE, OpinionStatus.FILED))
    return dict(Counter(str(status) for status in await kept.values_list("status", flat=True)))


async def praise_of(period: Period) -> tuple[tuple[str, int], ...]:
    """Count the praise of a period by department."""
    rows = Opinion.filter(at__gte=period.begins, at__lt=period.ends, praise=True)
    names = await rows.values_list("department__name", flat=True)
    return tuple(Counter(str(name or "") for name in names).most_common())
