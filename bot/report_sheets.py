"""Sheets of a report: title, heads in bold, figures as people read them, no formula (T10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bot.exports import harmless

NO_FIGURE: Final = "-"
_BOLD: Final = Font(bold=True)
_WIDTH: Final = 14
_WIDE: Final = 100
_A4: Final = 9


def bold(sheet: Worksheet, cells: Sequence[Any]) -> None:
    """Add a row in bold."""
    plain(sheet, cells)
    for cell in sheet[sheet.max_row]:
        cell.font = _BOLD


def plain(sheet: Worksheet, cells: Sequence[Any]) -> None:
    """Add a row."""
    sheet.append([harmless(cell) for cell in cells])


def heads(sheet: Worksheet, names: Sequence[str], width: int = _WIDTH) -> None:
    """Add the heads of the columns, and give the columns a width."""
    bold(sheet, names)
    for place in range(1, len(names) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def figure(value: float | None, places: int = 1) -> float | str:
    """Round a figure; one that has no denominator is a dash."""
    return NO_FIGURE if value is None else round(value, places)


def notes(sheet: Worksheet, lines: Iterable[str]) -> None:
    """Fill a sheet with the definitions of what the others show."""
    for line in lines:
        plain(sheet, [line])
        sheet.cell(sheet.max_row, 1).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width = _WIDE


def print_on_a4(sheet: Worksheet, head: int, foot: str) -> None:
    """Set a sheet up to be printed across A4, its heads on every page, its pages numbered."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.3
    sheet.print_title_rows = f"{head}:{head}"
    # an ampersand begins a field of the footer
    footer: Any = sheet.oddFooter
    footer.left.text, footer.right.text = foot.replace("&", "&&"), "&P / &N"


def new_book(title: str) -> tuple[Workbook, Worksheet]:
    """Return a workbook with its first sheet."""
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)  # noqa: S101 - a new workbook has one
    first.title = title
    return book, first


def as_bytes(book: Workbook) -> bytes:
    """Return the file."""
    out = BytesIO()
    book.save(out)
    return out.getvalue()
