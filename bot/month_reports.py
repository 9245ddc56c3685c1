"""The monthly report of complaints and the report of alerts as xlsx (R4, R8)."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import typer
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from bot.opening import connected, desk_of, now
from bot.report_sheets import as_bytes, bold, figure, heads, new_book, notes, plain
from bot.settings import Settings
from dialogs.timing.spans import local
from handlers.desk import Desk
from handlers.exports import note_export
from handlers.reports.alerts_handled import AlertLine, AlertsReport, report_alerts
from handlers.reports.complaint_month import ComplaintMonth, report_complaints
from handlers.reports.period import month_of, period_of
from handlers.staff_words import StaffWords, staff_words

_MINUTE: Final = "%Y-%m-%d %H:%M"
_TABLES: Final = Path(__file__).with_name("complaint_report.toml")


def write_complaint_month(month: str, file: Path, settings: Settings, *, disputes: bool) -> None:
    """Write the month's complaints to a file; BadParameter when the month is none."""
    try:
        period = month_of(month)
    except ValueError:
        raise typer.BadParameter(_say("bad_month"), param_hint="PERIOD") from None

    async def work() -> bool:
        async with connected(settings):
            at, desk = now(), desk_of(settings)
            report = await report_complaints(period, at)
            book = complaint_workbook(desk, report, disputes=disputes)
            await asyncio.to_thread(file.write_bytes, book)
            await note_export("command line", "complaint_month", report.received, at)
            return report.received > 0

    _tell(file, found=asyncio.run(work()))


def write_alerts(period_text: str, file: Path, settings: Settings) -> None:
    """Write the alerts of a day or a month to a file; BadParameter when it is neither."""
    try:
        period = period_of(period_text)
    except ValueError:
        raise typer.BadParameter(_say("bad_period"), param_hint="PERIOD") from None

    async def work() -> bool:
        async with connected(settings):
            at, desk = now(), desk_of(settings)
            report = await report_alerts(period, at)
            await asyncio.to_thread(file.write_bytes, alerts_workbook(desk, report))
            await note_export("command line", "alerts", len(report.lines), at)
            return bool(report.lines)

    _tell(file, found=asyncio.run(work()))


def complaint_workbook(desk: Desk, report: ComplaintMonth, *, disputes: bool) -> bytes:
    """Lay the month out; the sheet of disputes only for those who may read it."""
    words = staff_words(desk.language)
    book, first = new_book(_say("summary_sheet"))
    _title(first, "title", desk, report.period.name, report.made_at)
    _summary(first, report)
    _matrix(book.create_sheet(_say("matrix_sheet")), report, words)
    _departments(book.create_sheet(_say("department_sheet")), report)
    _days(book.create_sheet(_say("days_sheet")), report, words)
    _causes(book.create_sheet(_say("cause_sheet")), report, words)
    _improvements(book.create_sheet(_say("improvement_sheet")), report)
    _praise(book.create_sheet(_say("praise_sheet")), report)
    if disputes:
        _disputes(book.create_sheet(_say("dispute_sheet")), report, words)
    notes(book.create_sheet(_say("note_sheet")), _tables()["notes"].values())
    return as_bytes(book)


def alerts_workbook(desk: Desk, report: AlertsReport) -> bytes:
    """Lay the alerts out: figures by level, each one, and those nobody has taken."""
    words = staff_words(desk.language)
    book, first = new_book(_say("level_sheet"))
    _title(first, "alerts_title", desk, report.period.name, report.made_at)
    if not report.lines:
        bold(first, [_say("alerts_empty")])
    heads(first, list(_tables()["level_columns"].values()))
    for level in report.levels:
        cells = [words.levels[level.level], level.raised, level.taken, figure(level.median_minutes)]
        plain(first, [*cells, level.climbed, level.judged, level.confirmed, figure(level.accuracy)])
    _lines(book, "line_sheet", report.lines, words)
    _lines(book, "untaken_sheet", report.untaken, words)
    notes(book.create_sheet(_say("note_sheet")), _tables()["alert_notes"].values())
    return as_bytes(book)


def _tell(file: Path, *, found: bool) -> None:
    typer.echo(_say("done" if found else "done_empty", file=file))


@cache
def _tables() -> dict[str, dict[str, str]]:
    return tomllib.loads(_TABLES.read_text(encoding="utf-8"))


def _say(sentence: str, /, **values: Any) -> str:
    return _tables()["words"][sentence].format(**values)


def _title(sheet: Worksheet, title: str, desk: Desk, period: str, made_at: datetime) -> None:
    bold(sheet, [_say(title, hospital=desk.hospital, period=period)])
    plain(sheet, [_say("made", at=f"{local(made_at):{_MINUTE}}")])


def _summary(sheet: Worksheet, report: ComplaintMonth) -> None:
    if not report.received:
        bold(sheet, [_say("empty")])
    labels = _tables()["summary"]
    for key, value in _figures(report):
        plain(sheet, [labels[key], value])
    for key, label in _tables()["opinions"].items():
        plain(sheet, [label, report.opinions.get(key, 0)])
    sheet.column_dimensions["A"].width = 32


def _figures(report: ComplaintMonth) -> Iterator[tuple[str, float | str]]:
    yield "received", report.received
    yield "received_before", report.received_before
    yield "reduction", figure(report.reduction)
    yield "due", report.due
    yield "in_time", report.in_time
    yield "timeliness", figure(report.timeliness)
    yield "lawful", report.lawful
    for finding in ("valid", "partly", "not_valid"):
        yield finding, report.findings.get(finding, 0)
    yield "rated", report.rated
    yield "satisfaction", figure(report.satisfaction)
    yield "mean_rating", figure(report.mean_rating, 2)
    yield "reopened", report.reopened
    yield "unconfirmed", report.unconfirmed
    yield "agreed", figure(report.agreed)
    yield "disputes", len(report.disputes)


def _matrix(sheet: Worksheet, report: ComplaintMonth, words: StaffWords) -> None:
    """One row a tag, one column a department, and the sums of both."""
    departments = sorted({name for _, name in report.matrix})
    tags = [tag for tag in words.complaint_tags if any(t == tag for t, _ in report.matrix)]
    heads(sheet, ["", *(_named(name) for name in departments), _say("total")])
    for tag in tags:
        row = [report.matrix.get((tag, name), 0) for name in departments]
        plain(sheet, [f"{tag} {words.complaint_tags[tag]}", *row, sum(row)])
    sums = [sum(n for (_, d), n in report.matrix.items() if d == name) for name in departments]
    bold(sheet, [_say("total"), *sums, sum(sums)])
    sheet.column_dimensions["A"].width = 24


def _named(department: str) -> str:
    return department or _say("unknown_department")


def _departments(sheet: Worksheet, report: ComplaintMonth) -> None:
    heads(sheet, list(_tables()["department_columns"].values()))
    for row in report.departments:
        plain(sheet, [_named(row.name), row.complaints, row.discharges, figure(row.rate, 2)])


def _days(sheet: Worksheet, report: ComplaintMonth, words: StaffWords) -> None:
    heads(sheet, list(_tables()["days_columns"].values()))
    for row in report.days:
        name = words.complaint_classes[row.name]
        plain(sheet, [name, row.answered, figure(row.mean), figure(row.median)])


def _causes(sheet: Worksheet, report: ComplaintMonth, words: StaffWords) -> None:
    heads(sheet, list(_tables()["cause_columns"].values()), 24)
    for cause, count in report.root_causes:
        plain(sheet, [words.root_causes.get(cause, cause), count])


def _improvements(sheet: Worksheet, report: ComplaintMonth) -> None:
    heads(sheet, list(_tables()["improvement_columns"].values()), 28)
    for row in report.improvements:
        answers = [_say("yes" if fact else "no") for fact in (row.done, row.verified)]
        plain(sheet, [row.problem, row.measure, row.responsible, row.due_on, *answers])


def _praise(sheet: Worksheet, report: ComplaintMonth) -> None:
    heads(sheet, list(_tables()["praise_columns"].values()))
    for department, count in report.praise:
        plain(sheet, [_named(department), count])


def _disputes(sheet: Worksheet, report: ComplaintMonth, words: StaffWords) -> None:
    heads(sheet, list(_tables()["dispute_columns"].values()), 22)
    for row in report.disputes:
        received = f"{local(row.received_at):{_MINUTE}}"
        state = words.complaint_states[row.state]
        plain(sheet, [row.number, _named(row.department), state, received])


def _lines(book: Workbook, title: str, lines: tuple[AlertLine, ...], words: StaffWords) -> None:
    sheet = book.create_sheet(_say(title))
    heads(sheet, list(_tables()["alert_columns"].values()))
    for line in lines:
        plain(sheet, list(_cells(line, words)))


def _cells(line: AlertLine, words: StaffWords) -> Iterator[Any]:
    yield line.number
    yield words.levels[line.level]
    yield words.rule(line.rule)
    yield _named(line.department)
    yield line.patient
    yield "" if line.day is None else line.day
    yield line.words
    yield f"{local(line.raised_at):{_MINUTE}}"
    yield line.taken_by
    yield figure(line.minutes)
    yield _say("yes" if line.late else "no")
    yield words.verdicts.get(line.verdict, line.verdict)
    yield words.outcomes.get(line.outcome, line.outcome)
    yield f"{local(line.closed_at):{_MINUTE}}" if line.closed_at else ""
