"""The monthly report of follow-up as xlsx: to be signed, with curve, reasons, details (R1, R7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.styles import Alignment
from openpyxl.worksheet.worksheet import Worksheet

from bot.follow_up_cells import minute
from bot.follow_up_table import lay_table
from bot.report_sheets import as_bytes, bold, figure, heads, new_book, notes, plain, print_on_a4
from handlers.desk import Desk
from handlers.reports.data_quality import WardQuality, quality_total
from handlers.reports.follow_up_figures import Share
from handlers.reports.follow_up_lines import RecordLine
from handlers.reports.follow_up_month import FollowUpMonth
from handlers.reports.follow_up_pack import MonthPack
from handlers.reports.follow_up_reasons import ReasonLine, pareto
from handlers.reports.follow_up_words import MonthWords, month_words
from handlers.staff_words import StaffWords, staff_words


def month_workbook(desk: Desk, pack: MonthPack) -> bytes:
    """Lay a month out; one without data says so on its first sheet."""
    words, known = month_words(desk.language), staff_words(desk.language)
    sheets, figures = words["sheets"], pack.report.total.figures
    book, first = new_book(sheets["table"])
    lay_table(first, desk, pack.report)
    _curve(book.create_sheet(sheets["curve"]), pack.report, words)
    _reasons(book.create_sheet(sheets["reasons"]), pareto(figures, desk.language), words)
    _details(book.create_sheet(sheets["details"]), pack.details, words, known)
    _quality(book.create_sheet(sheets["quality"]), pack.quality, words, known)
    for sheet in book.worksheets[1:]:
        print_on_a4(sheet, 1, f"{desk.hospital}  {pack.report.period.name}")
    notes(book.create_sheet(sheets["notes"]), definitions(pack.report, words))
    return as_bytes(book)


def quality_workbook(desk: Desk, pack: MonthPack) -> bytes:
    """Lay out what is unfinished and what data is missing, with the rounds themselves (R7)."""
    words, known = month_words(desk.language), staff_words(desk.language)
    book, first = new_book(words["sheets"]["quality"])
    title = {"hospital": desk.hospital, "month": pack.report.period.name}
    bold(first, [words.say("quality_title", **title)])
    plain(first, [words.say("made", at=minute(pack.at), until=minute(pack.at))])
    _quality(first, pack.quality, words, known)
    details = book.create_sheet(words["sheets"]["details"])
    _details(details, pack.details, words, known)
    foot = f"{desk.hospital}  {pack.report.period.name}"
    print_on_a4(first, 3, foot)
    print_on_a4(details, 1, foot)
    return as_bytes(book)


def definitions(report: FollowUpMonth, words: MonthWords) -> Iterator[str]:
    """Return the footnotes; whether deaths count is as the report was made."""
    unused = "deaths_out" if report.rules.deaths_count else "deaths_in"
    for key, line in words["notes"].items():
        if key != unused:
            yield line


def _curve(sheet: Worksheet, report: FollowUpMonth, words: MonthWords) -> None:
    """Two years month by month, with their line chart."""
    year = report.period.first.year
    columns = words["curve_columns"]
    years = {"this": year, "last": year - 1, "followed": year, "followed_last": year - 1}
    heads(sheet, [text.format(year=years.get(key, "")) for key, text in columns.items()], 18)
    for month, (this, last) in enumerate(zip(report.year, report.last_year, strict=True), 1):
        rates = [share.percent for share in (this, last)]
        shown = [None if rate is None else round(rate, 1) for rate in rates]
        plain(sheet, [month, *shown, _counts(this), _counts(last)])
    chart = LineChart()
    lines = Reference(sheet, min_col=2, max_col=3, min_row=1, max_row=13)
    chart.add_data(lines, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=13))
    chart.title = words["charts"]["curve"].format(year=year, last=year - 1)
    chart.y_axis.scaling.max, chart.y_axis.number_format = 100, "0"
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.width, chart.height = 24, 11
    for series, dash in zip(chart.series, ("solid", "dash"), strict=True):
        series.graphicalProperties.line.dashStyle = dash
        series.marker.symbol = "circle"
        series.smooth = False
    sheet.add_chart(chart, "A16")


def _counts(share: Share) -> str:
    return f"{share.part}/{share.whole}" if share.whole else ""


def _reasons(sheet: Worksheet, lines: Sequence[ReasonLine], words: MonthWords) -> None:
    """The first level in bold, the second below it; the most frequent first."""
    heads(sheet, list(words["reason_columns"].values()), 16)
    sheet.column_dimensions["B"].width = 28
    for line in lines:
        cells = [line.group, line.reason, line.count, figure(line.share), figure(line.running)]
        (plain if line.reason else bold)(sheet, cells)
    places = [row for row, line in enumerate(lines, 2) if not line.reason]
    if places:
        _reason_chart(sheet, lines, words)


def _reason_chart(sheet: Worksheet, lines: Sequence[ReasonLine], words: MonthWords) -> None:
    """Pareto of the first level, from a small table of its own beside the lines."""
    groups = [line for line in lines if not line.reason]
    heads_at, column = words["reason_columns"], 8
    sheet.cell(1, column, heads_at["group"])
    sheet.cell(1, column + 1, heads_at["count"])
    for row, line in enumerate(groups, 2):
        sheet.cell(row, column, line.group)
        sheet.cell(row, column + 1, line.count)
    last = 1 + len(groups)
    chart = BarChart()
    counts = Reference(sheet, min_col=column + 1, min_row=1, max_row=last)
    chart.add_data(counts, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=column, min_row=2, max_row=last))
    chart.legend, chart.title = None, words["sheets"]["reasons"]
    chart.x_axis.delete = chart.y_axis.delete = False
    sheet.add_chart(chart, "K1")


def _details(
    sheet: Worksheet, lines: Sequence[RecordLine], words: MonthWords, known: StaffWords
) -> None:
    columns, states = words["detail_columns"], words["states"]
    heads(sheet, list(columns.values()), 16)
    for line in lines:
        plain(
            sheet,
            [
                line.department or words.say("no_department"),
                line.patient,
                line.discharged_on.isoformat(),
                line.number,
                minute(line.deadline_at) if line.deadline_at else "",
                states.get(line.state, line.state),
                reason_words(line.reason, known),
                line.nurse,
            ],
        )
    sheet.freeze_panes = "A2"


def reason_words(code: str, words: StaffWords) -> str:
    """Say a reason code; a code nobody knows is shown as it is."""
    return f"{code} {words.reasons[code]}" if code in words.reasons else code


def _quality(
    sheet: Worksheet, rows: Sequence[WardQuality], words: MonthWords, known: StaffWords
) -> None:
    heads(sheet, list(words["quality_columns"].values()), 14)
    for column in ("C", "G"):
        sheet.column_dimensions[column].width = 44
    for row in rows:
        plain(sheet, [row.ward or words.say("no_department"), *_quality_cells(row, words, known)])
        _wrap_last(sheet)
    bold(sheet, [words.say("total"), *_quality_cells(quality_total(rows), words, known)])
    _wrap_last(sheet)


def _wrap_last(sheet: Worksheet) -> None:
    for cell in sheet[sheet.max_row]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _quality_cells(row: WardQuality, words: MonthWords, known: StaffWords) -> list[Any]:
    say = words.say
    reasons = [
        say("counted", what=reason_words(code, known) or say("no_reason"), n=count)
        for code, count in row.reasons.most_common()
    ]
    nurses = [
        say("counted", what=nurse or say("nobody"), n=count)
        for nurse, count in row.nurses.most_common()
        if count
    ]
    join = say("comma").join
    return [
        row.unfinished,
        join(reasons),
        row.missing,
        row.malformed,
        row.shared,
        join(nurses),
        row.mended,
    ]
