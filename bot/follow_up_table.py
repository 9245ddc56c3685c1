"""The first sheet of the monthly report, as a head of department signs it (R1, R186, R187)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bot.exports import harmless
from bot.report_sheets import NO_FIGURE
from dialogs.timing.spans import local
from handlers.desk import Desk
from handlers.reports.follow_up_figures import Share
from handlers.reports.follow_up_month import DepartmentRow, FollowUpMonth
from handlers.reports.follow_up_rows import RoundFigures
from handlers.reports.follow_up_rules import Band, FigureRules, Unfinished
from handlers.reports.follow_up_words import month_words, say

COLOURS: Final = {Band.GOOD: "C6E9CF", Band.WARN: "FFE9A8", Band.BAD: "F6B8B8"}
_LINE: Final = Side(style="thin", color="9AA5A9")
_BOX: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD: Final = PatternFill("solid", fgColor="E3EEEC")
_CENTRE: Final = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT: Final = Alignment(horizontal="left", vertical="center", wrap_text=True)
_WIDTHS: Final = {"department": 14, "comment": 34, "selective": 9}
_USUAL: Final = 8.5
# what people wrote; everything else is our own figure or dash
_WORDS: Final = ("department", "comment")
_ROUND_WIDTH: Final = 13
_POINTS: Final = "+0.0;-0.0;0.0"


def lay_table(sheet: Worksheet, desk: Desk, report: FollowUpMonth) -> None:
    """Write title, table, shares of the whole, definitions and the line to sign on."""
    width = len(month_words()["columns"])
    _title(sheet, desk, report, width)
    head = sheet.max_row + 1
    _heads(sheet, head)
    for row in (*report.rows, report.total):
        _row(sheet, row, report.rules, total=row is report.total)
    for text in _below(report):
        _merged(sheet, text, width)
    _print_on_one_page_wide(sheet, head)


def heading(desk: Desk, report: FollowUpMonth) -> Iterator[str]:
    """Say what the report is, of when, and how far it can be trusted."""
    yield say("title", hospital=desk.hospital, month=report.period.name)
    yield say("period", first=report.period.first, last=report.period.last)
    made = f"{local(report.made_at):%Y-%m-%d %H:%M}"
    issue = say("issue", issue=report.issue) if report.issue else say("not_issued")
    yield f"{say('made', at=made, until=made)}\u3000{issue}"
    if report.empty:
        yield say("empty")
    elif report.preliminary:
        yield say("preliminary", n=report.open_rounds)
    else:
        yield say("final")


def legend(rules: FigureRules) -> str:
    """Say what the bands mean, by marks that a copy in black and white keeps."""
    good, normal, warn = (f"{bound:g}" for bound in rules.bands)
    marks = month_words()["marks"]
    parts = [
        say(f"legend_{band}", mark=marks[band], good=good, normal=normal, warn=warn)
        for band in ("good", "normal", "warn", "bad")
    ]
    return "\u3000".join([say("legend"), *parts])


def whole_shares(report: FollowUpMonth) -> Iterator[tuple[str, str]]:
    """Name the figures that have no column of their own, of all departments together."""
    labels, figures = month_words()["shares"], report.total.figures
    for key, share in (
        ("attempted", figures.attempted),
        ("recorded", figures.recorded),
        ("numbers", figures.numbers),
    ):
        yield labels[key], f"{percent(share)} ({share.part}/{share.whole})"
    if report.load.each is not None:
        yield labels["load"], f"{report.load.each:.1f} ({report.load.part}/{report.load.whole})"


def percent(share: Share) -> str:
    """Write a share as it is printed."""
    return NO_FIGURE if share.percent is None else f"{share.percent:.1f}"


def both_rates(figures: RoundFigures | None) -> str:
    """Write completed and in time of a round: 92.3 / 88.1."""
    if figures is None or not figures.completed.whole:
        return NO_FIGURE
    return say("ratio", completed=percent(figures.completed), in_time=percent(figures.in_time))


def name_of(row: DepartmentRow) -> str:
    """Name a department; what belongs to none is said to."""
    return row.name or say("no_department")


def comment_of(row: DepartmentRow) -> str:
    """Say what a department says, and who signed it."""
    if row.signed_at is None:
        return row.comment
    signed = say("signed", name=row.signed_by, at=f"{local(row.signed_at):%Y-%m-%d}")
    return f"{row.comment}\n{signed}".strip()


def cells_of(row: DepartmentRow) -> dict[str, Any]:
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
        "change": row.change,
        "change_of_year": row.change_of_year,
        **{f"round_{n}": both_rates(figures.rounds.get(n)) for n in (1, 2, 3)},
        "succeeded": figures.succeeded.percent,
        "missing": figures.missing,
        **{why.value: missing.get(why, 0) for why in Unfinished},
        "selective": say("selective") if row.selective else "",
        "red": figures.red,
        "orange": figures.orange,
        "complaints": figures.complaints,
        "sample": figures.verified.whole + figures.unsure,
        "genuine": figures.verified.percent,
        "comment": comment_of(row),
    }


def _title(sheet: Worksheet, desk: Desk, report: FollowUpMonth, width: int) -> None:
    for number, text in enumerate((*heading(desk, report), legend(report.rules))):
        _merged(sheet, text, width)
        if number == 0:
            sheet.cell(1, 1).font = Font(bold=True, size=16)
            sheet.cell(1, 1).alignment = _CENTRE
            sheet.row_dimensions[1].height = 26


def _merged(sheet: Worksheet, text: str, width: int) -> None:
    sheet.append([harmless(text)])
    row = sheet.max_row
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
    sheet.cell(row, 1).alignment = _LEFT


def _heads(sheet: Worksheet, at: int) -> None:
    columns = month_words()["columns"]
    sheet.append(list(columns.values()))
    sheet.row_dimensions[at].height = 46
    for place, key in enumerate(columns, 1):
        cell = sheet.cell(at, place)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.border, cell.alignment = _BOX, _CENTRE
        width = _ROUND_WIDTH if key.startswith("round_") else _WIDTHS.get(key, _USUAL)
        sheet.column_dimensions[get_column_letter(place)].width = width


def _row(sheet: Worksheet, row: DepartmentRow, rules: FigureRules, *, total: bool) -> None:
    cells = {"department": say("total") if total else name_of(row), **cells_of(row)}
    at = sheet.max_row + 1
    for place, key in enumerate(month_words()["columns"], 1):
        value = cells[key]
        shown = NO_FIGURE if value is None else value
        cell = sheet.cell(at, place, harmless(shown) if key in _WORDS else shown)
        cell.border = _BOX
        cell.alignment = _LEFT if key in _WORDS else _CENTRE
        cell.font = Font(bold=total)
        if isinstance(value, float):
            cell.value = round(value, 1)
            cell.number_format = _POINTS if key.startswith("change") else "0.0"
        if key == "rate":
            _paint(cell, rules.band(value))


def _paint(cell: Any, band: Band) -> None:
    """A colour, and a mark in the figure's format: the cell stays a number."""
    if band in COLOURS:
        cell.fill = PatternFill("solid", fgColor=COLOURS[band])
        cell.number_format = f'0.0"{month_words()["marks"][band]}"'


def _below(report: FollowUpMonth) -> Iterator[str]:
    yield "\u3000".join(f"{label}:{value}" for label, value in whole_shares(report))
    notes = month_words()["notes"]
    deaths = notes["deaths_in" if report.rules.deaths_count else "deaths_out"]
    yield from (notes["rate"], deaths, notes["expected"], notes["rounds"], notes["genuine"])
    yield ""
    yield say("maker")
    yield say("sign")


def _print_on_one_page_wide(sheet: Worksheet, head: int) -> None:
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.3
    sheet.print_title_rows = f"{head}:{head}"
    sheet.freeze_panes = f"B{head + 1}"
