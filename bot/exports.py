"""The export command: answers as long CSV or as one xlsx sheet a questionnaire."""

from __future__ import annotations

import asyncio
import csv
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import typer
from openpyxl import Workbook
from rich.progress import Progress, SpinnerColumn, TextColumn

from bot.command_words import tell
from bot.opening import desk_of, now, opened
from bot.settings import Settings
from handlers.exports import COLUMNS, AnswerRow, answer_rows, note_export
from models.seal import keyring

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PROGRESS: Final = f"{{task.completed}} {tell('export', 'progress')}"
_SUFFIXES: Final = (".csv", ".xlsx")


def export_file(kind: str, file: Path, settings: Settings, *, names: bool) -> None:
    """Write the answers to a file whose ending says which format."""
    if file.suffix.lower() not in _SUFFIXES:
        raise typer.BadParameter("the file ends in .csv or .xlsx", param_hint="FILE")
    count = asyncio.run(_export(kind, file, settings, names=names))
    typer.echo(tell("export", "done", count=count, file=file))


async def _export(kind: str, file: Path, settings: Settings, *, names: bool) -> int:
    async with opened(settings):
        rows: list[AnswerRow] = []
        with Progress(SpinnerColumn(), TextColumn(_PROGRESS)) as progress:
            reading = progress.add_task("", total=None)
            async for row in answer_rows(desk_of(settings), keyring(), names=names):
                rows.append(row)
                progress.advance(reading)
        write = _write_csv if file.suffix.lower() == ".csv" else _write_xlsx
        await asyncio.to_thread(write, file, rows)
        await note_export("command line", kind, len(rows), now())
    return len(rows)


def harmless(value: Any) -> Any:
    """Keep a text from being taken for a formula by a spreadsheet (T10)."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _write_csv(file: Path, rows: list[AnswerRow]) -> None:
    """UTF-8 with BOM, so that Excel shows Chinese."""
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        for row in rows:
            writer.writerow({key: harmless(value) for key, value in asdict(row).items()})


def _write_xlsx(file: Path, rows: list[AnswerRow]) -> None:
    """One sheet a questionnaire, one row a response; the first two rows are code and text."""
    book = Workbook(write_only=True)
    for form in sorted({row.questionnaire for row in rows}) or ["responses"]:
        _sheet(book, form, [row for row in rows if row.questionnaire == form])
    book.save(file)


def _sheet(book: Workbook, form: str, rows: list[AnswerRow]) -> None:
    sheet = book.create_sheet(form[:31])
    items = {row.item_id: row.item_text for row in rows}
    head = ["response_id", "version", "patient", "inpatient_no", "dept", "round", "respondent"]
    sheet.append([*head, *items])
    sheet.append(["" for _ in head] + [harmless(text) for text in items.values()])
    for response in dict.fromkeys(row.response_id for row in rows):
        own = [row for row in rows if row.response_id == response]
        sheet.append(_wide(head, items, own))


def _wide(head: list[str], items: Mapping[str, str], own: list[AnswerRow]) -> list[Any]:
    first = asdict(own[0])
    given = {row.item_id: _cell(row) for row in own}
    return [harmless(first[key]) for key in head] + [given.get(item, "") for item in items]


def _cell(row: AnswerRow) -> Any:
    if row.answer_number is not None:
        return row.answer_number
    return harmless(row.answer_code or row.answer_text)
