"""The first sheet of the monthly report, as a head of department signs it (R1, R186, R187)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.exports import harmless
from bot.follow_up_cells import (
    BEHIND,
    cells_of,
    heading,
    legend,
    name_of,
    place_of,
    records_of,
    shares_line,
)
from bot.report_sheets import NO_FIGURE, print_on_a4
from handlers.desk import Desk
from handlers.reports.follow_up_month import DepartmentRow, FollowUpMonth
from handlers.reports.follow_up_rules import Band
from handlers.reports.follow_up_words import MonthWords, month_words

COLOURS: Final = {Band.GOOD: "C6E9CF", Band.WARN: "FFE9A8", Band.BAD: "F6B8B8"}
_LINE: Final = Side(style="thin", color="9AA5A9")
_BOX: Final = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD: Final = PatternFill("solid", fgColor="E3EEEC")
_CENTRE: Final = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT: Final = Alignment(horizontal="left", vertical="center", wrap_text=True)
# as narrow as the figures allow: on A4 the whole table is printed at two thirds of its size
_WIDTHS: Final = {"department": 14, "rate": 7.5, "comment": 24}
_USUAL: Final = 6.2
# what people wrote; everything else is our own figure or dash
_WORDS: Final = ("department", "comment")
_ROUND_WIDTH: Final = 12
_POINTS: Final = "+0.0;-0.0;0.0"


def lay_table(sheet: Worksheet, desk: Desk, report: FollowUpMonth) -> None:
    """Write title, table, shares of the whole, definitions and the line to sign on."""
    words = month_words(desk.language)
    width = len(words["columns"])
    _title(sheet, desk, report, width)
    head = sheet.max_row + 1
    _heads(sheet, head, words)
    for row in report.rows:
        _row(sheet, name_of(row, words), row, report, words)
        _link(sheet, desk, report, place_of(row))
    _row(sheet, words.say("total"), report.total, report, words)
    _link(sheet, desk, report, place_of(report.rows[0]) if len(report.rows) == 1 else "")
    for cell in sheet[sheet.max_row]:
        cell.font = Font(bold=True)
    for text in _below(report, words):
        _merged(sheet, text, width)
    sheet.freeze_panes = f"B{head + 1}"
    print_on_a4(sheet, head, f"{desk.hospital}  {report.period.name}")


def _title(sheet: Worksheet, desk: Desk, report: FollowUpMonth, width: int) -> None:
    words = month_words(desk.language)
    for number, text in enumerate((*heading(desk, report), legend(report.rules, words))):
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


def _heads(sheet: Worksheet, at: int, words: MonthWords) -> None:
    columns = words["columns"]
    sheet.append(list(columns.values()))
    sheet.row_dimensions[at].height = 62
    for place, key in enumerate(columns, 1):
        cell = sheet.cell(at, place)
        cell.font, cell.fill = Font(bold=True), _HEAD
        cell.border, cell.alignment = _BOX, _CENTRE
        width = _ROUND_WIDTH if key.startswith("round_") else _WIDTHS.get(key, _USUAL)
        sheet.column_dimensions[get_column_letter(place)].width = width


def _row(
    sheet: Worksheet, name: str, row: DepartmentRow, report: FollowUpMonth, words: MonthWords
) -> None:
    cells = {"department": name, **cells_of(row, words)}
    at = sheet.max_row + 1
    for place, key in enumerate(words["columns"], 1):
        value = cells[key]
        shown = NO_FIGURE if value is None else value
        cell = sheet.cell(at, place, harmless(shown) if key in _WORDS else shown)
        cell.border = _BOX
        cell.alignment = _LEFT if key in _WORDS else _CENTRE
        if isinstance(value, float):
            cell.value = round(value, 1)
            cell.number_format = _POINTS if key.startswith("change") else "0.0"
        if key == "rate":
            _paint(cell, report.rules.band(value), words)


def _link(sheet: Worksheet, desk: Desk, report: FollowUpMonth, department: str) -> None:
    """Lead from each figure of the last row to its records on the staff's pages (R204)."""
    address = desk.public_url.rstrip("/")
    for place, key in enumerate(month_words(desk.language)["columns"], 1):
        cell = sheet.cell(sheet.max_row, place)
        # behind a count of none there is nothing, behind a rate of 0.0 there may be much
        if key in BEHIND and (isinstance(cell.value, float) or cell.value not in (0, NO_FIGURE)):
            cell.hyperlink = address + records_of(report.period.name, department, BEHIND[key])


def _paint(cell: Any, band: Band, words: MonthWords) -> None:
    """A colour, and a mark in the figure's format: the cell stays a number."""
    if band in COLOURS:
        cell.fill = PatternFill("solid", fgColor=COLOURS[band])
        cell.number_format = f'0.0"{words["marks"][band]}"'


def _below(report: FollowUpMonth, words: MonthWords) -> Iterator[str]:
    yield shares_line(report, words)
    notes = words["notes"]
    deaths = notes["deaths_in" if report.rules.deaths_count else "deaths_out"]
    yield from (notes["rate"], deaths, notes["expected"], notes["rounds"], notes["genuine"])
    yield ""
    yield words.say("maker")
    yield words.say("sign")
