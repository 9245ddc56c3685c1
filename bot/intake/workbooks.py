"""xlsx and xls workbooks to grids."""

import io
import re
import zipfile
from collections.abc import Iterator

import python_calamine as calamine

from bot.intake.cells import as_seen, clean_row
from bot.intake.grid import Grid, Merge, UnreadableFileError

ZIP = b"PK\x03\x04"
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAX_CELLS = 4_000_000
_MAX_UNPACKED = 512 * 1024 * 1024
_CHUNK = 1 << 20
_PLACE = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)


def read_workbook(content: bytes) -> list[Grid]:
    """Return the visible sheets of an xlsx or xls file.

    Raises:
        UnreadableFileError: for a damaged, encrypted or monstrous file.
    """
    if content.startswith(ZIP):
        _refuse_monsters(content)
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return [_grid(book.get_sheet_by_name(name)) for name in _visible(book)]
    except calamine.PasswordError as error:
        raise UnreadableFileError("file_encrypted") from error
    except calamine.CalamineError as error:
        raise UnreadableFileError("file_unreadable") from error


def _visible(book: calamine.CalamineWorkbook) -> Iterator[str]:
    for sheet in book.sheets_metadata:
        visible = sheet.visible == calamine.SheetVisibleEnum.Visible
        if visible and sheet.typ == calamine.SheetTypeEnum.WorkSheet:
            yield sheet.name


def _grid(sheet: calamine.CalamineSheet) -> Grid:
    rows = [
        clean_row(as_seen(value) for value in row) for row in sheet.to_python(skip_empty_area=False)
    ]
    ranges = sheet.merged_cell_ranges or ()
    merges = tuple(Merge(*start, *end) for start, end in ranges if end[0] > start[0])
    return Grid(sheet.name, rows, merges)


def _refuse_monsters(content: bytes) -> None:
    """Refuse a sheet that would be unpacked into gigabytes.

    The reader lays a sheet out as a full rectangle, so one stray character in the last cell
    Excel has costs more memory than the machine may own.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            if sum(part.file_size for part in package.infolist()) > _MAX_UNPACKED:
                raise UnreadableFileError("file_too_large", cells=_MAX_CELLS)
            for name in filter(_SHEET.fullmatch, package.namelist()):
                _refuse_monster(package, name)
    except (zipfile.BadZipFile, EOFError) as error:
        raise UnreadableFileError("file_unreadable") from error


def _refuse_monster(package: zipfile.ZipFile, name: str) -> None:
    last_row, last_column, tail = 0, 0, b""
    with package.open(name) as part:
        while chunk := part.read(_CHUNK):
            for letters, digits in _PLACE.findall(tail + chunk):
                last_row = max(last_row, int(digits))
                last_column = max(last_column, _column_number(letters))
            tail = chunk[-32:]
    if last_row * last_column > _MAX_CELLS:
        raise UnreadableFileError("file_too_large", cells=last_row * last_column)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
