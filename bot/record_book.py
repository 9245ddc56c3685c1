"""The ward's record book as a sheet that can be printed and bound (R054)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties

from bot.report_sheets import as_bytes, bold, heads, new_book, plain
from dialogs.timing import local
from handlers.record_book import RecordBookLine
from handlers.reports.period import Period

WORDS: Final[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
_ANSWERS_WIDE: Final = 60


def book_of(hospital: str, period: Period, lines: Sequence[RecordBookLine]) -> bytes:
    """Write the record book of a period as xlsx, on paper laid across."""
    book, sheet = new_book(period.name)
    bold(sheet, [f"{hospital} {WORDS['title']} {period.name}"])
    heads(sheet, list(WORDS["heads"].values()))
    for number, line in enumerate(lines, 1):
        plain(sheet, [number, *_cells(line)])
    last = get_column_letter(len(WORDS["heads"]))
    sheet.column_dimensions[last].width = _ANSWERS_WIDE
    for cell in sheet[last]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A3"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = "1:2"
    return as_bytes(book)


def _cells(line: RecordBookLine) -> Iterator[Any]:
    for name in list(WORDS["heads"])[1:]:
        yield _cell(name, line)


def _cell(name: str, line: RecordBookLine) -> Any:
    value = getattr(line, name)
    match name:
        case "sex":
            return WORDS["sex"].get(value, "")
        case "by":
            return value or (WORDS["by"]["patient"] if line.reached else "")
        case "answers":
            return "\n".join(f"{one.question} {one.value or one.words}" for one in value)
        case _ if isinstance(value, datetime):
            return f"{local(value):%Y-%m-%d %H:%M}"
        case _:
            return "" if value is None else value
