"""xlsx and xls workbooks to grids."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bot.intake.grid import Grid, Merge, UnreadableFileError

ZIP = b"PK\x03\x04"
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ROOT = Path(__file__).parents[2]
_READER = "bot.intake.workbook_reader"
_PATIENCE = 60  # seconds


def read_workbook(content: bytes) -> list[Grid]:
    """Return the visible sheets of an xlsx or xls file, read in a process of its own.

    Raises:
        UnreadableFileError: for a damaged, encrypted or monstrous file.
    """
    answer = _ask_reader(content)
    if "fault" in answer:
        raise UnreadableFileError(answer["fault"], answer["cells"])
    return [_grid(sheet) for sheet in answer["sheets"]]


def _ask_reader(content: bytes) -> dict[str, Any]:
    command = [sys.executable, "-m", _READER]
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            command,
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            timeout=_PATIENCE,
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise UnreadableFileError("file_unreadable") from error
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _grid(sheet: dict[str, Any]) -> Grid:
    merges = tuple(Merge(*corners) for corners in sheet["merges"])
    return Grid(sheet["name"], sheet["rows"], merges)
