"""Finding standard answers: what a named person approved and is not overdue (R166, R172)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from dialogs.knowledge import Topic, ranked
from models.knowledge import KnowledgeEntry

MOST_FOUND: Final = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: words, and what it should be about."""

    words: str = ""
    topic: str = ""
    department_id: UUID | None = None
    disease: str = ""


def current() -> QuerySet[KnowledgeEntry]:
    """Select the newest version of every entry that is not retired, also those to be reviewed."""
    return KnowledgeEntry.filter(active=True)


def usable(today: date) -> QuerySet[KnowledgeEntry]:
    """Select what may be answered: active, approved by somebody, its review not overdue."""
    in_time = Q(review_on__isnull=True) | Q(review_on__gte=today)
    return current().filter(in_time).exclude(approved_by="")


async def overdue(today: date) -> list[KnowledgeEntry]:
    """List what must be reviewed before it is shown again."""
    return await current().filter(review_on__lt=today).order_by("review_on", "code")


async def versions(code: str) -> list[KnowledgeEntry]:
    """List an entry as it was and is, newest first."""
    return await KnowledgeEntry.filter(code=code).order_by("-version")


async def search(wanted: Wanted, today: date, limit: int = MOST_FOUND) -> list[KnowledgeEntry]:
    """Find standard answers by words, best first; without words all that fit, by topic and code.

    An entry of no department or disease fits every one.
    """
    rows = await about(usable(today), wanted).order_by("topic", "code")
    if not wanted.words.strip():
        return rows[:limit]
    found = {row.code: row for row in rows}
    return [found[code] for code in ranked(wanted.words, map(topic_of, rows))[:limit]]


async def entry_to_use(code: str, today: date) -> KnowledgeEntry | None:
    """Return one standard answer if it may be used today."""
    return await usable(today).get_or_none(code=code)


def about(rows: QuerySet[KnowledgeEntry], wanted: Wanted) -> QuerySet[KnowledgeEntry]:
    """Narrow entries down to a topic, a department, a disease; the general ones fit all."""
    if wanted.topic:
        rows = rows.filter(topic=wanted.topic)
    if wanted.department_id is not None:
        rows = rows.filter(Q(department_id=None) | Q(department_id=wanted.department_id))
    if wanted.disease:
        rows = rows.filter(Q(disease="") | Q(disease__contains=wanted.disease))
    return rows


def topic_of(row: KnowledgeEntry) -> Topic:
    """Return what an entry is found by."""
    words = tuple(word for word in (row.topic, row.disease) if word)
    return Topic(row.code, (row.question, *row.variants), words, row.answer)
