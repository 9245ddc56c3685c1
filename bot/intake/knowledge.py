"""The hospital's list of standard answers in any file to rows and faults (R166)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from bot.intake.faults import Fault, FaultLog
from bot.intake.headers import KNOWLEDGE
from bot.intake.record import Record
from bot.intake.table import read_table

# ways of asking may hold commas and spaces
_LIST = re.compile(r"[;；|\n]+")


@dataclass(frozen=True, slots=True)
class KnowledgeRow:
    """A standard answer with who approved it and when it must be looked at again."""

    line: int
    code: str
    topic: str
    department: str
    disease: str
    question: str
    variants: tuple[str, ...]
    answer: str
    approved_by: str
    approved_on: dt.date | None
    review_on: dt.date | None


@dataclass(frozen=True, slots=True)
class KnowledgeList:
    """The good rows and all that was found about the file."""

    rows: tuple[KnowledgeRow, ...]
    faults: tuple[Fault, ...]
    total_rows: int


def read_knowledge(content: bytes, filename: str) -> KnowledgeList:
    """Read a list of standard answers; two rows of one code keep the last."""
    table = read_table(content, filename, headers=KNOWLEDGE)
    log = FaultLog(KNOWLEDGE.labels)
    rows: dict[str, KnowledgeRow] = {}
    for found in table.rows:
        row = _entry(Record(found, log))
        if row is None:
            continue
        if earlier := rows.pop(row.code, None):
            log.add("record_repeated", earlier.line, "code", other=row.line)
        rows[row.code] = row
    return KnowledgeList(tuple(rows.values()), table.faults + log.all(), table.total_rows)


def _entry(record: Record) -> KnowledgeRow | None:
    needed = [record.required(column) for column in ("code", "question", "answer", "approved_by")]
    code, question, answer, approved_by = needed
    if code is None or question is None or answer is None or approved_by is None:
        return None
    return KnowledgeRow(
        line=record.row.line,
        code=code,
        topic=record.text("topic"),
        department=record.text("department"),
        disease=record.text("disease"),
        question=question,
        variants=_variants(record.text("variants")),
        answer=answer,
        approved_by=approved_by,
        approved_on=record.day("approved_on"),
        review_on=record.day("review_on"),
    )


def _variants(text: str) -> tuple[str, ...]:
    parts = (part.strip() for part in _LIST.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))
