"""The month in one line for a group: rate, change, best and worst, what stood in the way (R186)."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.reports.follow_up_figures import Share
from handlers.reports.follow_up_month import DepartmentRow, FollowUpMonth
from handlers.reports.follow_up_rules import ReasonGroup
from handlers.reports.follow_up_words import month_words


def month_line(report: FollowUpMonth, language: str) -> str:
    """Say a month: 5月全院随访率91.8%,环比-1.2;最高:眼科99.1%;最低:…;无法联系占未完成的46%."""
    words = month_words(language)
    parts = (words.say(f"line_{name}", **values) for name, values in _parts(report))
    return words.say("line_joint").join(parts)


def _parts(report: FollowUpMonth) -> Iterator[tuple[str, dict[str, str]]]:
    total, month = report.total.figures, str(report.period.first.month)
    rate = total.followed.percent
    if rate is None:
        yield "nothing", {"month": month}
        return
    change = report.total.change
    compared = {"month": month, "rate": f"{rate:.1f}"}
    if change is None:
        yield "rate", compared
    else:
        yield "compared", {**compared, "change": f"{round(change, 1) + 0.0:+.1f}"}
    yield from _extremes(report)
    unreachable = Share(total.group(ReasonGroup.UNREACHABLE), total.not_completed).percent
    if unreachable is not None:
        yield "unreachable", {"share": f"{unreachable:.0f}"}


def _extremes(report: FollowUpMonth) -> Iterator[tuple[str, dict[str, str]]]:
    """The best and the worst of those that follow everybody up, where there are two."""
    rates = sorted(
        (rate, row.name) for row, rate in _rates(report) if row.name and not row.selective
    )
    if len(rates) > 1:
        yield "best", {"name": rates[-1][1], "rate": f"{rates[-1][0]:.1f}"}
        yield "worst", {"name": rates[0][1], "rate": f"{rates[0][0]:.1f}"}


def _rates(report: FollowUpMonth) -> Iterator[tuple[DepartmentRow, float]]:
    for row in report.rows:
        rate = row.figures.followed.percent
        if rate is not None:
            yield row, rate
