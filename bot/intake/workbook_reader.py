"""xlsx and xls bytes on standard input to JSON on standard output, in a process of its own.

A damaged old workbook can make the native reader panic or ask for all memory there is; here
that costs one process and not the bot.
"""

import io
import json
import re
import sys
import zipfile
from collections.abc import Iterator
from typing import Any

import python_calamine as calamine

from bot.intake.cells import as_seen, clean_row
from bot.intake.grid import UnreadableFileError

_ZIP = b"PK\x03\x04"
_MEMORY = 1 << 30  # bytes this process may ask for
_MAX_CELLS = 4_000_000
_MAX_UNPACKED = 512 * 1024 * 1024
_CHUNK = 1 << 20
_PLACE = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)


def read_sheets(content: bytes) -> list[dict[str, Any]]:
    """Return name, cleaned rows and merges that are several rows high of each visible sheet.

    Raises:
        UnreadableFileError: for a damaged, encrypted or monstrous file.
    """
    if content.startswith(_ZIP):
        _refuse_monsters(content)
    try:
        with calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return [_sheet(book.get_sheet_by_name(name)) for name in _visible(book)]
    except calamine.PasswordError as error:
        raise UnreadableFileError("file_encrypted") from error
    except calamine.CalamineError as error:
        raise UnreadableFileError("file_unreadable") from error


def _visible(book: calamine.CalamineWorkbook) -> Iterator[str]:
    for sheet in book.sheets_metadata:
        visible = sheet.visible == calamine.SheetVisibleEnum.Visible
        if visible and sheet.typ == calamine.SheetTypeEnum.WorkSheet:
            yield sheet.name


def _sheet(sheet: calamine.CalamineSheet) -> dict[str, Any]:
    raw = sheet.to_python(skip_empty_area=False)
    ranges = sheet.merged_cell_ranges or ()
    return {
        "name": sheet.name,
        "rows": [clean_row(as_seen(value) for value in row) for row in raw],
        "merges": [[*start, *end] for start, end in ranges if end[0] > start[0]],
    }


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


def _limit_memory() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - not there on Windows

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def main() -> None:
    """Answer one file with its sheets, or with the code of what is wrong with it."""
    _limit_memory()
    try:
        answer: dict[str, Any] = {"sheets": read_sheets(sys.stdin.buffer.read())}
    except UnreadableFileError as error:
        answer = {"fault": error.code, "cells": error.cells}
    sys.stdout.buffer.write(json.dumps(answer).encode())


if __name__ == "__main__":
    main()
