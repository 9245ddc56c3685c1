"""All that a file of the month holds: figures, unfinished rounds, quality of the data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handlers.desk import Desk
from handlers.reports.data_quality import WardQuality, report_quality
from handlers.reports.follow_up_issue import issued_month
from handlers.reports.follow_up_lines import RecordLine
from handlers.reports.follow_up_month import FollowUpMonth, report_follow_up, with_comments
from handlers.reports.follow_up_records import unfinished_rounds
from handlers.reports.period import Period


@dataclass(frozen=True, slots=True)
class MonthPack:
    """A month with what stands behind it; `at` is when the details were read."""

    report: FollowUpMonth
    details: tuple[RecordLine, ...]
    quality: tuple[WardQuality, ...]
    at: datetime

    @property
    def count(self) -> int:
        """How many stays it tells of, for the record of who took it out."""
        return self.report.total.figures.discharged


async def pack_month(
    desk: Desk, period: Period, departments: Sequence[str] | None, now: datetime, issue: int = 0
) -> MonthPack:
    """Pack a month as `show_month` shows it; the details are of now."""
    report = await show_month(desk, period, departments, now, issue)
    return MonthPack(
        report=report,
        details=await unfinished_rounds(period, departments, now),
        quality=await report_quality(period, departments, now),
        at=now,
    )


async def show_month(
    desk: Desk, period: Period, departments: Sequence[str] | None, now: datetime, issue: int = 0
) -> FollowUpMonth:
    """Show a month as it was issued where it was, else, or for -1, as it stands."""
    issued = await issued_month(period, departments, issue) if issue >= 0 else None
    if issued is not None:
        return issued
    return await with_comments(await report_follow_up(period, departments, now, desk.figures))
