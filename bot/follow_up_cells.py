"""What stands in the monthly report of follow-up, on page, sheet and paper alike (R1, R186)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from bot.report_sheets import NO_FIGURE
from dialogs.timing.spans import local
from handlers.desk import Desk
from handlers.reports.follow_up_access import NO_DEPARTMENT
from handlers.reports.follow_up_figures import Share
from handlers.reports.follow_up_month import DepartmentRow, FollowUpMonth
from handlers.reports.follow_up_rows import RoundFigures
from handlers.reports.follow_up_rules import FigureRules, Unfinished
from handlers.reports.follow_up_words import MonthWords, month_words

# the page of the records, and the figure of which each column's are
RECORDS: Final = "/staff/reports/follow-up/records"
BEHIND: Final = {
    **{key: key for key in ("discharged", "excluded", "expected", "followed", "missing")},
    **{why.value: why.value for why in Unfinished},
    **{key: key for key in ("round_1", "round_2", "round_3", "succeeded")},
    **{key: key for key in ("red", "orange", "complaints", "sample")},
    "rate": "followed",
    "genuine": "sample",
}


def records_of(month: str, department: str, figure: str) -> str:
    """Return the address of the records of a figure; of all departments where none is named."""
    return f"{RECORDS}?{urlencode({'month': month, 'department': department, 'figure': figure})}"


def place_of(row: DepartmentRow) -> str:
    """Name a department in an address."""
    return row.code or NO_DEPARTMENT


def heading(desk: Desk, report: FollowUpMonth) -> Iterator[str]:
    """Say what the report is, of when, and how far it can be trusted."""
    say = month_words(desk.language).say
    yield say("title", hospital=desk.hospital, month=report.period.name)
    yield say("period", first=report.period.first, last=report.period.last)
    made = minute(report.made_at)
    issue = say("issue", issue=report.issue) if report.issue else say("not_issued")
    yield f"{say('made', at=made, until=made)}\u3000{issue}"
    if report.empty:
        yield say("empty")
    elif report.preliminary:
        yield say("preliminary", n=report.open_rounds)
    else:
        yield say("final")


def legend(rules: FigureRules, words: MonthWords) -> str:
    """Say what the bands mean, by marks that a copy in black and white keeps."""
    good, normal, warn = (f"{bound:g}" for bound in rules.bands)
    marks = words["marks"]
    parts = [
        words.say(f"legend_{band}", mark=marks[band], good=good, normal=normal, warn=warn)
        for band in ("good", "normal", "warn", "bad")
    ]
    return "\u3000".join([words.say("legend"), *parts])


def whole_shares(report: FollowUpMonth, words: MonthWords) -> Iterator[tuple[str, str, str]]:
    """Name the figures that have no column of their own, of all departments together.

    The last word of each names the records it lacks, or is empty.
    """
    labels, figures = words["shares"], report.total.figures
    for key, share, lacks in (
        ("attempted", figures.attempted, "untried"),
        ("recorded", figures.recorded, "unrecorded"),
        ("numbers", figures.numbers, "numbers"),
    ):
        yield labels[key], f"{percent(share)} ({share.part}/{share.whole})", lacks
    if report.load.each is not None:
        load = f"{report.load.each:.1f} ({report.load.part}/{report.load.whole})"
        yield labels["load"], load, ""


def shares_line(report: FollowUpMonth, words: MonthWords) -> str:
    """Write the same in one line."""
    return "\u3000".join(
        words.say("share", label=label, value=value)
        for label, value, _ in whole_shares(report, words)
    )


def minute(at: datetime) -> str:
    """Write an instant as people in the hospital read it."""
    return f"{local(at):%Y-%m-%d %H:%M}"


def percent(share: Share) -> str:
    """Write a share as it is printed."""
    return NO_FIGURE if share.percent is None else f"{share.percent:.1f}"


def both_rates(figures: RoundFigures | None, words: MonthWords) -> str:
    """Write completed and in time of a round: 92.3 / 88.1."""
    if figures is None or not figures.completed.whole:
        return NO_FIGURE
    return words.say(
        "ratio", completed=percent(figures.completed), in_time=percent(figures.in_time)
    )


def name_of(row: DepartmentRow, words: MonthWords) -> str:
    """Name a department; what belongs to none is said to."""
    return row.name or words.say("no_department")


def comment_of(row: DepartmentRow, words: MonthWords) -> str:
    """Say what a department says, and who signed it."""
    if row.signed_at is None:
        return row.comment
    signed = words.say("signed", name=row.signed_by, at=f"{local(row.signed_at):%Y-%m-%d}")
    return f"{row.comment}\n{signed}".strip()


def cells_of(row: DepartmentRow, words: MonthWords) -> dict[str, Any]:
    """Return a row's figures by column; shares are percentages, None without a denominator."""
    figures, missing = row.figures, row.figures.unfinished
    return {
        "discharged": figures.discharged,
        "excluded": figures.left_out,
        "expected": figures.expected,
        "followed": figures.followed.part,
        "rate": figures.followed.percent,
        "before": row.before.percent,
        "year_before": row.year_before.percent,
        "change": _points(row.change),
        "change_of_year": _points(row.change_of_year),
        **{f"round_{n}": both_rates(figures.rounds.get(n), words) for n in (1, 2, 3)},
        "succeeded": figures.succeeded.percent,
        "missing": figures.missing,
        **{why.value: missing.get(why, 0) for why in Unfinished},
        "selective": words.say("selective") if row.selective else "",
        "red": figures.red,
        "orange": figures.orange,
        "complaints": figures.complaints,
        "sample": figures.verified.whole + figures.unsure,
        "genuine": figures.verified.percent,
        "comment": comment_of(row, words),
    }


def _points(change: float | None) -> float | None:
    """Round a change as it is printed; a small loss is 0.0 and no -0.0."""
    return None if change is None else round(change, 1) + 0.0
