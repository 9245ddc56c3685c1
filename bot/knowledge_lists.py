"""The list of standard answers, read, taken and summed up (R166)."""

from __future__ import annotations

from datetime import datetime

from bot.import_lists import ACTOR, ListFile, Summary, by_line
from bot.import_words import WORDS, row_fault
from bot.intake.faults import Fault
from bot.intake.headers import KNOWLEDGE
from bot.intake.knowledge import KnowledgeRow, read_knowledge
from dialogs.timing.spans import local
from handlers.department_names import DepartmentNames, load_department_names
from handlers.knowledge_keeping import (
    Entry,
    take_entries,
)
from handlers.preview import kept_or_tried


async def take_knowledge_list(file: ListFile, now: datetime, *, dry_run: bool) -> Summary:
    """Take standard answers; one nobody approved, or whose review is overdue, stays out."""
    found = read_knowledge(file.content, file.name)
    own: list[Fault] = []
    known = await load_department_names()
    entries = [entry for row in found.rows if (entry := _entry(row, known, own)) is not None]
    today = local(now).date()
    taken = await kept_or_tried(lambda: take_entries(entries, ACTOR, today, now), dry_run=dry_run)
    lines = {row.code: row.line for row in found.rows}
    labels = KNOWLEDGE.labels
    own += [row_fault(why.value, lines[code], "code", labels) for code, why in taken.refused]
    done = taken.created + taken.changed + taken.unchanged
    counts = (
        (WORDS["total"], found.total_rows),
        (WORDS["created"], taken.created),
        (WORDS["updated"], taken.changed),
        (WORDS["unchanged"], taken.unchanged),
        (WORDS["faulty"], found.total_rows - done),
    )
    faults = by_line((*found.faults, *own))
    return Summary(counts, faults, labels, read=found.total_rows, taken=done)


def _entry(row: KnowledgeRow, known: DepartmentNames, faults: list[Fault]) -> Entry | None:
    """Translate one row; an answer of a department nobody knows would be shown to every one."""
    department = known.find(row.department)
    if row.department and department is None:
        code = "knowledge_department_unknown"
        faults.append(
            row_fault(code, row.line, "department", KNOWLEDGE.labels, text=row.department)
        )
        return None
    return Entry(
        code=row.code,
        question=row.question,
        answer=row.answer,
        approved_by=row.approved_by,
        approved_on=row.approved_on,
        review_on=row.review_on,
        topic=row.topic,
        department_id=department.id if department else None,
        disease=row.disease,
        variants=row.variants,
    )
