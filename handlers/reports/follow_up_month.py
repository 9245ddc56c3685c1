"""The monthly report of follow-up: every department, all together, and the months around (R1).

Stays belong to the month of their discharge, rounds to the month their deadline falls in. While a
round of the month's stays is still to come the report is preliminary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from handlers.reports.follow_up_curve import curve
from handlers.reports.follow_up_facts import read_month
from handlers.reports.follow_up_figures import NOBODY, Share, daily_load
from handlers.reports.follow_up_rows import (
    FollowUpFigures,
    figures_by_department,
    total_of,
)
from handlers.reports.follow_up_rules import FigureRules
from handlers.reports.follow_up_signals import count_signals
from handlers.reports.period import Period, month_before
from models.hospital import Department, FollowUpPolicy
from models.ward_week import DepartmentMonth

MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class DepartmentRow:
    """One department; `before` and `year_before` are M1 of last month and of this month last year.

    `comment` is the department's own, signed where `signed_by` names somebody.
    """

    code: str
    name: str
    figures: FollowUpFigures
    before: Share = NOBODY
    year_before: Share = NOBODY
    selective: bool = False
    comment: str = ""
    signed_by: str = ""
    signed_at: datetime | None = None

    @property
    def change(self) -> float | None:
        """Against last month, in points of a percentage."""
        now, before = self.figures.followed.percent, self.before.percent
        return None if now is None or before is None else now - before

    @property
    def change_of_year(self) -> float | None:
        """Against the same month of last year, in points of a percentage."""
        now, before = self.figures.followed.percent, self.year_before.percent
        return None if now is None or before is None else now - before


@dataclass(frozen=True, slots=True)
class FollowUpMonth:
    """A month as it is known at `made_at`; `issue` is 0 for what was not issued.

    `points` are M1 of every month of last year, and of this year up to the month, by first day and
    department code.
    """

    period: Period
    made_at: datetime
    rows: tuple[DepartmentRow, ...]
    total: DepartmentRow
    points: Mapping[tuple[date, str], Share]
    rules: FigureRules = field(default_factory=FigureRules)
    load: Share = NOBODY
    open_rounds: int = 0
    issue: int = 0

    @property
    def preliminary(self) -> bool:
        """Rounds of the month's stays are still to come: the figures will change."""
        return self.open_rounds > 0 or self.made_at < self.period.ends

    @property
    def year(self) -> tuple[Share, ...]:
        """M1 of the twelve months of the report's year, all together; none after its own month."""
        until = self.period.first.month
        shares = _of_year(self.points, self.period.first.year)
        return shares[:until] + (NOBODY,) * (MONTHS - until)

    @property
    def last_year(self) -> tuple[Share, ...]:
        """The same of the year before."""
        return _of_year(self.points, self.period.first.year - 1)

    @property
    def empty(self) -> bool:
        """Tell whether there is nothing to report."""
        return self.total.figures.empty


async def report_follow_up(
    period: Period,
    departments: Sequence[str] | None,
    now: datetime,
    rules: FigureRules | None = None,
) -> FollowUpMonth:
    """Report on a month as it stands: for departments by code, or for the whole house."""
    rules = rules or FigureRules()
    facts = await read_month(period, now, departments, rules.header)
    signals = await count_signals(period, departments)
    counted = figures_by_department(facts, signals, rules)
    points = await curve(period, departments, rules)
    known = {row.code: row for row in await Department.all()}
    rows = [_row(code, counted[code], known, points, period) for code in counted]
    return FollowUpMonth(
        period=period,
        made_at=now,
        rows=tuple(sorted(rows, key=_by_name)),
        total=total_row(rows, points, period),
        points=points,
        rules=rules,
        load=daily_load(facts.calls),
        open_rounds=facts.open_rounds,
    )


def narrowed(report: FollowUpMonth, departments: Sequence[str] | None) -> FollowUpMonth:
    """Keep the rows of some departments; who called how much is known of the whole house alone."""
    if departments is None:
        return report
    rows = tuple(row for row in report.rows if row.code in departments)
    points = {key: share for key, share in report.points.items() if key[1] in departments}
    total = total_row(rows, points, report.period)
    return replace(report, rows=rows, total=total, points=points, load=NOBODY)


def total_row(
    rows: Sequence[DepartmentRow], points: Mapping[tuple[date, str], Share], period: Period
) -> DepartmentRow:
    """Add rows up; what they are compared with is summed in the same way."""
    return DepartmentRow(
        code="",
        name="",
        figures=total_of(row.figures for row in rows),
        before=_sum(points, month_before(period).first),
        year_before=_sum(points, _year_before(period.first)),
    )


async def with_comments(report: FollowUpMonth) -> FollowUpMonth:
    """Add what the departments say to the month, as it stands in the signature of this issue."""
    said = DepartmentMonth.filter(month=report.period.first).select_related("department")
    notes = {row.department.code: row for row in await said}
    return replace(report, rows=tuple(_noted(row, notes, report.issue) for row in report.rows))


def _noted(row: DepartmentRow, notes: Mapping[str, DepartmentMonth], issue: int) -> DepartmentRow:
    note = notes.get(row.code)
    if note is None:
        return row
    signed = note.signed_at is not None and note.issue == issue
    return replace(
        row,
        comment=note.comment,
        signed_by=note.signed_by if signed else "",
        signed_at=note.signed_at if signed else None,
    )


def _row(
    code: str,
    counted: FollowUpFigures,
    known: Mapping[str, Department],
    points: Mapping[tuple[date, str], Share],
    period: Period,
) -> DepartmentRow:
    department = known.get(code)
    return DepartmentRow(
        code=code,
        name=department.name if department else "",
        figures=counted,
        before=points.get((month_before(period).first, code), NOBODY),
        year_before=points.get((_year_before(period.first), code), NOBODY),
        selective=department is not None and department.follow_up_policy != FollowUpPolicy.ALL,
    )


def _by_name(row: DepartmentRow) -> tuple[bool, str]:
    """By code; what belongs to no department comes last."""
    return (not row.code, row.code)


def _year_before(first: date) -> date:
    return first.replace(year=first.year - 1)


def _sum(points: Mapping[tuple[date, str], Share], month: date) -> Share:
    return sum((share for (at, _), share in points.items() if at == month), NOBODY)


def _of_year(points: Mapping[tuple[date, str], Share], year: int) -> tuple[Share, ...]:
    return tuple(_sum(points, date(year, month, 1)) for month in range(1, MONTHS + 1))
