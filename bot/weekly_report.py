"""The weekly report of bookings as xlsx: a sheet each for rows, reasons, curve, changes (R2)."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import typer
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.worksheet.worksheet import Worksheet

from bot.exports import harmless
from bot.opening import connected, desk_of, now
from bot.report_sheets import NO_FIGURE, as_bytes, bold, figure, heads, new_book, notes
from bot.settings import Settings
from dialogs.timing.spans import local
from handlers.booking.tally import Figure
from handlers.booking.weekly import (
    Figures,
    Line,
    WeekReport,
    monday_of,
    report_on,
    week_name,
)
from handlers.desk import Desk
from handlers.exports import note_export
from handlers.staff_words import staff_words

_WIDE: Final = 60
_CHART_AT: Final = "H4"


def write_week_report(week: str, file: Path, settings: Settings) -> None:
    """Write the report on an ISO week to a file; BadParameter when the week is none."""
    try:
        monday = monday_of(week)
    except ValueError:
        raise typer.BadParameter(_say("bad_week"), param_hint="WEEK") from None

    async def work() -> WeekReport:
        async with connected(settings):
            at, desk = now(), desk_of(settings)
            report = await report_on(monday, at)
            await asyncio.to_thread(file.write_bytes, week_workbook(desk, report))
            await note_export("command line", "week_report", 1, at)
            return report

    empty = asyncio.run(work()).empty
    typer.echo(_say("done_empty" if empty else "done", file=file))


def week_workbook(desk: Desk, report: WeekReport) -> bytes:
    """Lay a report out; a week without data says so on its first sheet."""
    book, first = new_book(_say("sheet_sources"))
    _head(first, desk, report)
    _sources(first, desk, report)
    _clinics(book.create_sheet(_say("sheet_clinics")), report)
    _reasons(book.create_sheet(_say("sheet_reasons")), report)
    _withdrawn(book.create_sheet(_say("sheet_withdrawn")), desk, report)
    _curve(book.create_sheet(_say("sheet_curve")), report)
    _changes(book.create_sheet(_say("sheet_changes")), report)
    notes(book.create_sheet(_say("sheet_notes")), _tables()["notes"].values())
    return as_bytes(book)


@cache
def _tables() -> dict[str, dict[str, str]]:
    file = Path(__file__).with_name("weekly_report.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _say(sentence: str, /, **values: Any) -> str:
    return _tables()["words"][sentence].format(**values)


def _head(sheet: Worksheet, desk: Desk, report: WeekReport) -> None:
    named = {"hospital": desk.hospital, "week": week_name(report.monday)}
    bold(sheet, [harmless(_say("title", **named))])
    sunday = report.monday + timedelta(days=6)
    sheet.append([_say("period", first=report.monday, last=sunday)])
    sheet.append([_say("made", at=f"{local(report.made_at):%Y-%m-%d %H:%M}")])
    if report.empty:
        bold(sheet, [_say("empty")])


def _sources(sheet: Worksheet, desk: Desk, report: WeekReport) -> None:
    names = staff_words(desk.language).sources
    columns = _tables()["columns"]
    heads(sheet, [text for key, text in columns.items() if key != "clinic"])
    for line in report.by_source:
        name = names.get(line.name, line.name) or _say("unknown_source")
        day = line.day.isoformat() if line.day else ""
        sheet.append([day, name, *_cells(line)])
    bold(sheet, [_say("total"), "", *_cells(report.total)])


def _clinics(sheet: Worksheet, report: WeekReport) -> None:
    columns = _tables()["columns"]
    heads(sheet, [text for key, text in columns.items() if key not in ("day", "source")])
    for line in report.by_clinic:
        sheet.append([harmless(line.name) or _say("unknown_clinic"), *_cells(line)])
    bold(sheet, [_say("total"), *_cells(report.total)])


def _cells(line: Line) -> Iterator[Any]:
    figures = line.now
    yield figures[Figure.CONSULTED]
    yield figures[Figure.BOOKED]
    yield figure(figures.converted)
    yield figures[Figure.DUE]
    yield figures[Figure.ARRIVED]
    yield figure(figures.attended)
    for count in (Figure.MISSED, Figure.LATE, Figure.CANCELLED, Figure.MOVED):
        yield figures[count]
    yield figure(figures.delivered)
    yield figure(figures.confirmed)
    yield figures[Figure.REBOOKED]
    yield _compared(figures, line.before)


def _compared(figures: Figures, before: Figures) -> str:
    attended, earlier = figures.attended, before.attended
    points = NO_FIGURE
    if attended is not None and earlier is not None:
        points = _say("points", points=attended - earlier)
    return _say("compared", booked=figures[Figure.BOOKED] - before[Figure.BOOKED], attended=points)


def _reasons(sheet: Worksheet, report: WeekReport) -> None:
    """Pareto: the most frequent first, with what the first so many make up together."""
    heads(sheet, list(_tables()["reason_columns"].values()))
    given = sum(count for _, count in report.reasons)
    cumulated = 0
    for reason, count in report.reasons:
        cumulated += count
        shares = [round(100 * n / given, 1) if given else 0 for n in (count, cumulated)]
        sheet.append([_tables()["reasons"][reason], count, *shares])
    sheet.append([_say("unanswered"), report.unanswered])
    chart = BarChart()
    last = 1 + len(report.reasons)
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
    sheet.add_chart(chart, _CHART_AT)


def _withdrawn(sheet: Worksheet, desk: Desk, report: WeekReport) -> None:
    """Visits the hospital gave up after the free limit, by clinic and reason."""
    heads(sheet, list(_tables()["withdrawn_columns"].values()))
    words = staff_words(desk.language)
    for line in report.withdrawn:
        reason = words.hospital_reasons.get(line.reason) or words.event_notes.get(line.reason)
        sheet.append([harmless(line.clinic), reason or harmless(line.reason), line.count])
    sheet.append([_say("total"), "", sum(line.count for line in report.withdrawn)])


def _curve(sheet: Worksheet, report: WeekReport) -> None:
    heads(sheet, list(_tables()["curve_columns"].values()))
    for monday, figures in report.curve:
        counts = [figures[count] for count in (Figure.BOOKED, Figure.DUE, Figure.ARRIVED)]
        rates = [figure(figures.attended), figure(figures.missed)]
        sheet.append([week_name(monday), *counts, *rates])
    chart = LineChart()
    last = 1 + len(report.curve)
    chart.add_data(
        Reference(sheet, min_col=2, max_col=4, min_row=1, max_row=last), titles_from_data=True
    )
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
    sheet.add_chart(chart, _CHART_AT)


def _changes(sheet: Worksheet, report: WeekReport) -> None:
    """What differs most from the week before; people write why (000-3)."""
    heads(sheet, list(_tables()["change_columns"].values()))
    for change in report.changes:
        name = harmless(change.clinic) or _say("unknown_clinic")
        measure = _tables()["measures"][change.measure]
        sheet.append([name, measure, round(change.before, 1), round(change.now, 1), ""])
    sheet.column_dimensions["E"].width = _WIDE
