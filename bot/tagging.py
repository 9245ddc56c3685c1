"""The tag command: messages as JSON lines or as a list in, what they are tagged with out."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson
import typer
from openpyxl import Workbook

from bot.exports import harmless
from bot.intake.encoding import decode
from bot.intake.grid import UnreadableFileError
from bot.intake.workbooks import OLE2, ZIP, read_workbook
from bot.tagging_words import sentences, tell
from dialogs.tagging.complaint import Tags, tag
from dialogs.tagging.own_words import NO_WORDS, OwnLexicon

COLUMNS: Final = (
    "id",
    "is_complaint",
    "categories",
    "severity",
    "urgent",
    "urgent_type",
    "dispute_risk",
    "praise",
    "praised",
    "department",
    "staff_role",
    "evidence",
)
_LISTS: Final = (".csv", ".xlsx", ".xls", ".tsv", ".txt")
_JSON: Final = (".jsonl", ".json", ".ndjson")
_DELIMITERS: Final = (",", "\t", ";", "，")


@dataclass(frozen=True, slots=True)
class Line:
    """One message to tag, or why it cannot be; `line` counts as the writer's program counts."""

    line: int
    id: Any = None
    text: str = ""
    fault: str = ""


def tag_file(file: Path | None, out: Path | None, lexicon: OwnLexicon = NO_WORDS) -> int:
    """Tag a file, or standard input; returns the exit code, 1 if any line was bad."""
    if file and file.suffix.lower() in _LISTS:
        lines = list(_lines_of_list(file.read_bytes()))
    else:
        lines = list(_lines_of_json(file.read_bytes().splitlines() if file else sys.stdin.buffer))
    answers = [answered(line, lexicon) for line in lines]
    if out is None or out.suffix.lower() in _JSON:
        _write_json(out, answers)
    else:
        _write_list(out, answers)
    for line in (line for line in lines if line.fault and out is not None):
        typer.echo(tell("bad_line", line=line.line, why=line.fault), err=True)
    return 1 if any(line.fault for line in lines) else 0


def answered(line: Line, lexicon: OwnLexicon = NO_WORDS) -> dict[str, Any]:
    """Return what is written of one line: its tags, or its number and what is wrong with it."""
    if line.fault:
        return {"id": line.id, "line": line.line, "error": line.fault}
    return {"id": line.id, **_plain(tag(line.text, lexicon=lexicon))}


def _lines_of_json(lines: Iterable[bytes]) -> Iterator[Line]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _line_of_json(number, line)


def _line_of_json(number: int, line: bytes) -> Line:
    try:
        given = orjson.loads(line)
    except orjson.JSONDecodeError:
        given = None
    if not isinstance(given, dict):
        return Line(number, fault=tell("json"))
    text = given.get("text")
    if not isinstance(text, str):
        return Line(number, given.get("id"), fault=tell("text"))
    return Line(number, given.get("id"), text)


def _lines_of_list(content: bytes) -> Iterator[Line]:
    try:
        rows = _rows(content)
    except UnreadableFileError:
        raise typer.BadParameter(tell("unreadable"), param_hint="FILE") from None
    head = [cell.strip().lower() for cell in (rows[0] if rows else [])]
    column = _column(head, "text_columns")
    if column is None:
        names = " ".join(sentences()["text_columns"])
        raise typer.BadParameter(tell("no_column", names=names), param_hint="FILE")
    id_column = _column(head, "id_columns")
    for number, row in enumerate(rows[1:], start=2):
        text = row[column].strip() if column < len(row) else ""
        known = id_column is not None and id_column < len(row)
        own_id = row[id_column] if known and id_column is not None else number
        yield Line(number, own_id, text, "" if text else tell("empty"))


def _rows(content: bytes) -> list[list[str]]:
    if content.startswith((ZIP, OLE2)):
        return next((grid.rows for grid in read_workbook(content) if grid.rows), [])
    text = decode(content).text.removeprefix("\ufeff")
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _column(head: list[str], names: str) -> int | None:
    known = sentences()[names]
    return next((place for place, name in enumerate(head) if name in known), None)


def _plain(tags: Tags) -> dict[str, Any]:
    told = {name: getattr(tags, name) for name in COLUMNS[1:-1]}
    plain = {
        name: [str(one) for one in value] if isinstance(value, tuple) else value
        for name, value in told.items()
    }
    evidence = [
        {"tag": str(piece.tag), "words": piece.words, "source": piece.source}
        for piece in tags.evidence
    ]
    return {**plain, "evidence": evidence}


def _write_json(out: Path | None, answers: Iterable[dict[str, Any]]) -> None:
    written = b"".join(orjson.dumps(answer) + b"\n" for answer in answers)
    if out is None:
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
    else:
        out.write_bytes(written)


def _write_list(out: Path, answers: Iterable[dict[str, Any]]) -> None:
    rows = [COLUMNS, *([_cell(answer, name) for name in COLUMNS] for answer in answers)]
    if out.suffix.lower() == ".xlsx":
        book = Workbook(write_only=True)
        sheet = book.create_sheet("tags")
        for row in rows:
            sheet.append(list(row))
        book.save(out)
    else:
        with out.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)


def _cell(answer: dict[str, Any], name: str) -> Any:
    value = answer.get(name)
    if name == "evidence":
        pieces = value if isinstance(value, list) else []
        value = "; ".join(f"{piece['tag']}: {piece['words']}" for piece in pieces)
        value = value or answer.get("error", "")
    elif isinstance(value, list):
        value = ", ".join(value)
    return harmless(value)
