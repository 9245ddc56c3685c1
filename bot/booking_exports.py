"""The export command for the book: sessions or appointments as CSV or xlsx, masked unless asked."""

from __future__ import annotations

import asyncio
import csv
import tomllib
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import typer
from openpyxl import Workbook
from rich.progress import Progress, SpinnerColumn, TextColumn

from bot.command_words import tell
from bot.exports import harmless
from bot.opening import now, opened
from bot.settings import Settings
from dialogs.timing.spans import local
from handlers.booking.exports import (
    AppointmentLine,
    SessionLine,
    appointment_lines,
    session_lines,
)
from handlers.exports import note_export

_CATALOGUE: Final[dict[str, Any]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
_WORDS: Final[Mapping[str, Mapping[str, str]]] = _CATALOGUE["words"]
_PROGRESS: Final = f"{{task.completed}} {tell('export', 'progress_book')}"
_SUFFIXES: Final = (".csv", ".xlsx")
Cells = dict[str, object]


def export_book(kind: str, file: Path, settings: Settings, *, names: bool) -> None:
    """Write sessions or appointments to a file whose ending says which format."""
    if file.suffix.lower() not in _SUFFIXES:
        raise typer.BadParameter("the file ends in .csv or .xlsx", param_hint="FILE")
    count = asyncio.run(_export(kind, file, settings, names=names))
    typer.echo(tell("export", "done_book", count=count, file=file))


async def _export(kind: str, file: Path, settings: Settings, *, names: bool) -> int:
    async with opened(settings):
        with Progress(SpinnerColumn(), TextColumn(_PROGRESS)) as progress:
            reading = progress.add_task("", total=None)
            rows = []
            async for cells in _rows(kind, names=names):
                rows.append(cells)
                progress.advance(reading)
        await asyncio.to_thread(write_rows, file, _CATALOGUE[kind], rows)
        await note_export("command line", kind, len(rows), now())
    return len(rows)


async def _rows(kind: str, *, names: bool) -> AsyncIterator[Cells]:
    if kind == "sessions":
        async for session in session_lines(now()):
            yield session_cells(session)
    else:
        async for visit in appointment_lines(names=names):
            yield appointment_cells(visit)


def session_cells(line: SessionLine) -> Cells:
    """Show a session as its columns have it."""
    return {
        **{name: getattr(line, name) for name in _CATALOGUE["sessions"] if hasattr(line, name)},
        "kind": _word("kind", line.kind),
        "status": _word("session_status", line.status),
        "day": line.day.isoformat(),
        "starts": f"{local(line.starts_at):%H:%M}",
        "ends": f"{local(line.ends_at):%H:%M}",
    }


def appointment_cells(line: AppointmentLine) -> Cells:
    """Show an appointment as its columns have it."""
    columns = _CATALOGUE["appointments"]
    return {
        **{name: getattr(line, name) for name in columns if hasattr(line, name)},
        **{name: _word(name, getattr(line, name)) for name in columns if name in _WORDS},
        "cancel_reason": _WORDS["reason"].get(line.cancel_reason, line.cancel_reason),
        "day": line.day.isoformat(),
        "time": _time(line),
        "cancelled_at": _moment(line.cancelled_at),
        "arrived_at": _moment(line.arrived_at),
        "booked_at": _moment(line.booked_at),
        "confirmed_at": _moment(line.confirmed_at),
        "late_cancel": _flag(said=line.late_cancel),
        "key_patient": _flag(said=line.key_patient),
    }


def write_rows(file: Path, columns: Mapping[str, str], rows: Sequence[Cells]) -> None:
    """Write CSV (UTF-8 with BOM, so that Excel shows Chinese) or one xlsx sheet."""
    table = [list(columns.values())]
    table += [[harmless(cells[name]) for name in columns] for cells in rows]
    if file.suffix.lower() == ".csv":
        with file.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows(table)
    else:
        _write_xlsx(file, table)


def _write_xlsx(file: Path, table: Sequence[Sequence[Any]]) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for row in table:
        sheet.append(row)
    book.save(file)


def _word(section: str, code: str) -> str:
    return _WORDS[section].get(code, code)


def _flag(*, said: bool) -> str:
    return _WORDS["flag"]["yes" if said else "no"]


def _time(line: AppointmentLine) -> str:
    if line.starts_at is None or line.ends_at is None:
        return _word("period", line.period) if line.period else ""
    return f"{local(line.starts_at):%H:%M}-{local(line.ends_at):%H:%M}"


def _moment(at: datetime | None) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}" if at else ""
