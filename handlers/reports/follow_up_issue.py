"""Issuing a month: its figures stay as they were, and a later issue counts what fell due since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from dialogs.timing.spans import local
from handlers.desk import Desk
from handlers.reports.follow_up_line import month_line
from handlers.reports.follow_up_month import (
    FollowUpMonth,
    narrowed,
    report_follow_up,
    with_comments,
)
from handlers.reports.follow_up_rules import FigureRules
from handlers.reports.follow_up_snapshot import from_json, to_json
from handlers.reports.period import Period, month_before, month_of
from handlers.room.posts import Post, post
from models.audit import append_entry
from models.once import insert_once
from models.room import PostKind
from models.timetable import Due
from models.unit import unit_of_work
from models.ward_week import IssuedMonth

SYSTEM: Final = "system"
# no plan asks longer than that after a discharge
_STILL_OPEN: Final = timedelta(days=190)


async def issue_month(
    period: Period, by: str, now: datetime, rules: FigureRules | None = None
) -> FollowUpMonth:
    """Issue a month, or issue it anew; what was signed under the issue before stays with it."""
    report = await report_follow_up(period, None, now, rules)
    return await unit_of_work(lambda: _issue(report, by, now))


async def _issue(report: FollowUpMonth, by: str, now: datetime) -> FollowUpMonth:
    before = await latest(report.period)
    if before is not None:
        await _keep_what_was_said(before)
    issued = replace(report, issue=before.issue + 1 if before else 1)
    row = IssuedMonth(
        month=report.period.first,
        issue=issued.issue,
        made_at=now,
        made_by=by,
        figures=to_json(issued),
    )
    if await insert_once(row):
        await append_entry(now, by, "month.issued", subject_type="issued_month", subject=row.id)
    return issued


async def _keep_what_was_said(row: IssuedMonth) -> None:
    said = await with_comments(_as_report(row))
    row.figures = {**row.figures, "rows": to_json(said)["rows"]}
    await row.save(update_fields=["figures"])


async def latest(period: Period) -> IssuedMonth | None:
    """Return the newest issue of a month."""
    return await IssuedMonth.filter(month=period.first).order_by("-issue").first()


async def issued_month(
    period: Period, departments: Sequence[str] | None, issue: int = 0
) -> FollowUpMonth | None:
    """Show an issue of a month, the newest unless one is named; None where there is none.

    The newest carries what the departments say to it now, an older one what they had signed.
    """
    newest = await latest(period)
    if newest is None:
        return None
    if issue in (0, newest.issue):
        return narrowed(await with_comments(_as_report(newest)), departments)
    older = await IssuedMonth.get_or_none(month=period.first, issue=issue)
    return narrowed(_as_report(older), departments) if older else None


def _as_report(row: IssuedMonth) -> FollowUpMonth:
    return from_json(month_of(f"{row.month:%Y-%m}"), row.figures, row.made_at, row.issue)


async def report_month(desk: Desk, due: Due, now: datetime) -> str:
    """Issue the month that is over and tell the house; issue anew what was preliminary then."""
    month = month_before(month_of(f"{local(due.due_at):%Y-%m}"))
    renewed = await _renew(desk, month, now)
    if await latest(month) is not None:
        return f"issued before, {renewed} renewed"
    report = await issue_month(month, SYSTEM, now, desk.figures)
    values = {"line": month_line(report, desk.language), "link": _link(desk, month)}
    await post(Post(PostKind.DIGEST, "S-MONTH", values, f"month:{month.name}"), now)
    return f"issued, {renewed} renewed"


async def _renew(desk: Desk, month: Period, now: datetime) -> int:
    """The months before whose rounds were still to come: they have fallen due since."""
    rows = IssuedMonth.filter(month__gte=month.first - _STILL_OPEN, month__lt=month.first)
    newest = {row.month: row for row in await rows.order_by("month", "issue")}
    open_months = [row for row in newest.values() if row.figures["preliminary"]]
    for row in open_months:
        await issue_month(month_of(f"{row.month:%Y-%m}"), SYSTEM, now, desk.figures)
    return len(open_months)


def _link(desk: Desk, month: Period) -> str:
    return f"{desk.public_url.rstrip('/')}/staff/reports/follow-up?month={month.name}"
