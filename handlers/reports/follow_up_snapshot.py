"""A month's report as JSON and back: what was issued is shown again exactly as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, Final

from handlers.reports.follow_up_figures import Share
from handlers.reports.follow_up_month import DepartmentRow, FollowUpMonth, total_row
from handlers.reports.follow_up_rows import FollowUpFigures, RoundFigures
from handlers.reports.follow_up_rules import FigureRules, Unfinished
from handlers.reports.period import Period, month_of

_MONTH: Final = "%Y-%m"


def to_json(report: FollowUpMonth) -> dict[str, Any]:
    """Write a report; shares as [part, whole], months as 2026-11."""
    return {
        "rows": [_row_out(row) for row in report.rows],
        "points": [
            [f"{month:{_MONTH}}", code, share.part, share.whole]
            for (month, code), share in sorted(report.points.items())
        ],
        "rules": asdict(report.rules),
        "load": _share_out(report.load),
        "open_rounds": report.open_rounds,
        "preliminary": report.preliminary,
    }


def from_json(
    period: Period, stored: Mapping[str, Any], made_at: datetime, issue: int
) -> FollowUpMonth:
    """Read a report that was issued."""
    rows = tuple(_row_in(row) for row in stored["rows"])
    points = {
        (month_of(month).first, str(code)): Share(part, whole)
        for month, code, part, whole in stored["points"]
    }
    rules = stored["rules"]
    return FollowUpMonth(
        period=period,
        made_at=made_at,
        rows=rows,
        total=total_row(rows, points, period),
        points=points,
        rules=FigureRules(rules["deaths_count"], tuple(rules["bands"])),
        load=Share(*stored["load"]),
        open_rounds=stored["open_rounds"],
        issue=issue,
    )


def _share_out(share: Share) -> list[int]:
    return [share.part, share.whole]


def _row_out(row: DepartmentRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "selective": row.selective,
        "before": _share_out(row.before),
        "year_before": _share_out(row.year_before),
        "figures": _figures_out(row.figures),
        "comment": row.comment,
        "signed_by": row.signed_by,
        "signed_at": row.signed_at.isoformat() if row.signed_at else None,
    }


def _row_in(stored: Mapping[str, Any]) -> DepartmentRow:
    signed_at = stored["signed_at"]
    return DepartmentRow(
        code=stored["code"],
        name=stored["name"],
        figures=_figures_in(stored["figures"]),
        before=Share(*stored["before"]),
        year_before=Share(*stored["year_before"]),
        selective=stored["selective"],
        comment=stored["comment"],
        signed_by=stored["signed_by"],
        signed_at=datetime.fromisoformat(signed_at) if signed_at else None,
    )


def _figures_out(figures: FollowUpFigures) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in fields(figures):
        value = getattr(figures, field.name)
        found[field.name] = _share_out(value) if isinstance(value, Share) else value
    found["rounds"] = {
        str(number): [_share_out(row.completed), _share_out(row.in_time)]
        for number, row in figures.rounds.items()
    }
    found["unfinished"] = {why.value: count for why, count in figures.unfinished.items()}
    return found


def _figures_in(stored: Mapping[str, Any]) -> FollowUpFigures:
    found: dict[str, Any] = {
        key: Share(*value) if isinstance(value, list) else value for key, value in stored.items()
    }
    found["rounds"] = {
        int(number): RoundFigures(Share(*completed), Share(*in_time))
        for number, (completed, in_time) in stored["rounds"].items()
    }
    found["unfinished"] = {Unfinished(why): count for why, count in stored["unfinished"].items()}
    return FollowUpFigures(**found)
