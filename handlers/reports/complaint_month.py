"""The complaints of a month: by tag and department, in time or not, found true or not (R4).

Counted is what was received in the month. Timeliness (M10) looks at what fell due in it, the time
to a result (M11) at what was answered in it. Only tags a person has confirmed count; how often the
automatic ones agreed with them is a figure of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import mean
from typing import Final

from handlers.reports.complaint_counts import (
    Days,
    DepartmentFigures,
    DisputeLine,
    ImprovementLine,
    agreement,
    by_department,
    by_tag,
    days_taken,
    dispute_line,
    fallen_due,
    improvements_of,
    is_before,
    opinions_of,
    praise_of,
    ratings_of,
    received,
)
from handlers.reports.period import Period, month_before
from models.complaint import Complaint

SATISFIED: Final = 4


@dataclass(frozen=True, slots=True)
class ComplaintMonth:
    """Everything the month's report shows; shares in percent, None without a denominator."""

    period: Period
    made_at: datetime
    received: int
    received_before: int
    matrix: Mapping[tuple[str, str], int]
    departments: tuple[DepartmentFigures, ...]
    unconfirmed: int
    agreed: float | None
    due: int
    in_time: int
    lawful: int
    days: tuple[Days, ...]
    findings: Mapping[str, int]
    rated: int
    satisfied: int
    mean_rating: float | None
    root_causes: tuple[tuple[str, int], ...]
    reopened: int
    improvements: tuple[ImprovementLine, ...]
    disputes: tuple[DisputeLine, ...]
    opinions: Mapping[str, int]
    praise: tuple[tuple[str, int], ...]

    @property
    def timeliness(self) -> float | None:
        """M10: answered within the hospital's three days, of those due."""
        return 100 * self.in_time / self.due if self.due else None

    @property
    def reduction(self) -> float | None:
        """How much fewer than the month before, in percent of that (M16 without the visits)."""
        before = self.received_before
        return 100 * (before - self.received) / before if before else None

    @property
    def satisfaction(self) -> float | None:
        """Answers 4 and 5 among the ratings at closing."""
        return 100 * self.satisfied / self.rated if self.rated else None


async def report_complaints(period: Period, now: datetime) -> ComplaintMonth:
    """Report on a month."""
    counted = await received(period)
    due = await fallen_due(period)
    answered = await Complaint.filter(answered_at__gte=period.begins, answered_at__lt=period.ends)
    closed = await Complaint.filter(closed_at__gte=period.begins, closed_at__lt=period.ends)
    ratings = await ratings_of(period)
    confirmed = [row for row in counted if row.tags_confirmed_at is not None]
    return ComplaintMonth(
        period=period,
        made_at=now,
        received=len(counted),
        received_before=len(await received(month_before(period))),
        matrix=by_tag(confirmed),
        departments=await by_department(counted, period),
        unconfirmed=len(counted) - len(confirmed),
        agreed=await agreement(confirmed),
        due=len(due),
        in_time=sum(is_before(row.answered_at, row.result_due_at) for row in due),
        lawful=sum(is_before(row.answered_at, row.legal_due_at) for row in due),
        days=days_taken(answered),
        findings=Counter(row.finding.value for row in closed if row.finding is not None),
        rated=len(ratings),
        satisfied=sum(stars >= SATISFIED for stars in ratings),
        mean_rating=mean(ratings) if ratings else None,
        root_causes=tuple(
            Counter(row.root_cause for row in closed if row.root_cause).most_common()
        ),
        reopened=sum(row.reopened > 0 for row in counted),
        improvements=await improvements_of(period),
        disputes=tuple(dispute_line(row) for row in counted if row.dispute),
        opinions=await opinions_of(period),
        praise=await praise_of(period),
    )
