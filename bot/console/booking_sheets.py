"""Lists of the outpatient side as files: CSV that Excel reads, or xlsx; never a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any, Final

from aiohttp import web
from openpyxl import Workbook

from bot.exports import harmless

_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def sheet(name: str, ending: str, rows: Iterable[Sequence[Any]]) -> web.Response:
    """Answer with a file of rows, the first being the heads; KeyError for another ending."""
    content_type = _TYPES[ending]
    safe = [[harmless(cell) for cell in row] for row in rows]
    body = _csv(safe) if ending == "csv" else _xlsx(safe)
    return file(f"{name}.{ending}", content_type, body)


def workbook(name: str, body: bytes) -> web.Response:
    """Answer with a workbook that is made already."""
    return file(name, _TYPES["xlsx"], body)


def file(name: str, content_type: str, body: bytes) -> web.Response:
    """Answer with a file to keep."""
    headers = {
        "Content-Type": content_type,
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return web.Response(body=body, headers=headers)


def _csv(rows: Iterable[Sequence[Any]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _xlsx(rows: Iterable[Sequence[Any]]) -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet()
    for row in rows:
        page.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
