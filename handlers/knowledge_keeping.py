"""Writing standard answers down: approved by a named person, in versions, on record (R166)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from dialogs.timing.spans import local
from handlers.knowledge import current
from models.audit import append_entry
from models.hospital import Department, StaffMember, StaffRole
from models.knowledge import KnowledgeEntry
from models.unit import lock, unit_of_work

# as a reply of staff may be, so that an answer can be sent as it stands
LONGEST_ANSWER: Final = 500
_LONGEST_QUESTION: Final = 200
_EDITORS: Final = frozenset(
    {
        StaffRole.ADMIN,
        StaffRole.MEDICAL_AFFAIRS,
        StaffRole.NURSING_OFFICE,
        StaffRole.OUTPATIENT_OFFICE,
        StaffRole.HEAD_NURSE,
        StaffRole.DIRECTOR,
    }
)


class KnowledgeRefusal(StrEnum):
    """Why an entry was not taken; the words for people are in console.toml and faults.toml."""

    NOT_ALLOWED = "knowledge_not_allowed"
    INCOMPLETE = "knowledge_incomplete"
    NOT_APPROVED = "knowledge_not_approved"
    APPROVED_LATER = "knowledge_approved_later"
    REVIEW_OVERDUE = "knowledge_review_overdue"
    TOO_LONG = "knowledge_too_long"
    KNOWN = "knowledge_known"
    UNKNOWN = "knowledge_unknown"


@dataclass(frozen=True, slots=True)
class Entry:
    """A standard answer as somebody writes it down; `code` names it through all its versions."""

    code: str
    question: str
    answer: str
    approved_by: str
    approved_on: date | None
    review_on: date | None = None
    topic: str = ""
    department_id: UUID | None = None
    disease: str = ""
    variants: tuple[str, ...] = ()


def edits_knowledge(staff: StaffMember) -> bool:
    """Tell whether somebody may write down what the hospital answers."""
    return staff.role in _EDITORS


def may_switch(staff: StaffMember, department: Department) -> bool:
    """Tell whether somebody may have a department's plain questions answered by the bot."""
    own = not staff.departments or department.code in staff.departments
    return edits_knowledge(staff) and own


async def switch_answering(
    department_id: UUID, staff: StaffMember, now: datetime, *, on: bool
) -> KnowledgeRefusal | None:
    """Have the bot answer plain questions of a department's patients at once, or not any more."""

    async def work() -> KnowledgeRefusal | None:
        department = await Department.get_or_none(id=department_id, active=True)
        if department is None or not may_switch(staff, department):
            return KnowledgeRefusal.NOT_ALLOWED
        await Department.filter(id=department_id).update(self_answering=on)
        action = "knowledge.answering_on" if on else "knowledge.answering_off"
        await append_entry(
            now, staff.username, action, subject_type="department", subject=department_id
        )
        return None

    return await unit_of_work(work)


def fault_of(entry: Entry, today: date) -> KnowledgeRefusal | None:
    """Say why an entry cannot stand: nobody approved it, or its review is overdue."""
    if not (entry.code and entry.question and entry.answer):
        return KnowledgeRefusal.INCOMPLETE
    if not entry.approved_by or entry.approved_on is None:
        return KnowledgeRefusal.NOT_APPROVED
    if entry.approved_on > today:
        return KnowledgeRefusal.APPROVED_LATER
    if entry.review_on is not None and entry.review_on < today:
        return KnowledgeRefusal.REVIEW_OVERDUE
    long = len(entry.answer) > LONGEST_ANSWER or len(entry.question) > _LONGEST_QUESTION
    return KnowledgeRefusal.TOO_LONG if long else None


async def add_entry(entry: Entry, staff: StaffMember, now: datetime) -> KnowledgeRefusal | None:
    """Write down an answer under a code nobody has used."""

    async def work() -> KnowledgeRefusal | None:
        if await KnowledgeEntry.filter(code=entry.code).exists():
            return KnowledgeRefusal.KNOWN
        return await _take(entry, staff, now)

    return await unit_of_work(work)


async def renew_entry(entry: Entry, staff: StaffMember, now: datetime) -> KnowledgeRefusal | None:
    """Put a new version in the place of the old one, which stays as history."""

    async def work() -> KnowledgeRefusal | None:
        if not await KnowledgeEntry.filter(code=entry.code).exists():
            return KnowledgeRefusal.UNKNOWN
        return await _take(entry, staff, now)

    return await unit_of_work(work)


async def retire_entry(code: str, staff: StaffMember, now: datetime) -> KnowledgeRefusal | None:
    """Show an answer to nobody any more; it stays as history."""

    async def work() -> KnowledgeRefusal | None:
        if not edits_knowledge(staff):
            return KnowledgeRefusal.NOT_ALLOWED
        row = await current().get_or_none(code=code)
        if row is None:
            return KnowledgeRefusal.UNKNOWN
        await current().filter(code=code).update(active=False)
        await _on_record(staff.username, "knowledge.retired", row, now)
        return None

    return await unit_of_work(work)


@dataclass(frozen=True, slots=True)
class TakenEntries:
    """What an import did; `refused` are codes with why."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: tuple[tuple[str, KnowledgeRefusal], ...] = ()


async def take_entries(
    entries: Iterable[Entry], by: str, today: date, now: datetime
) -> TakenEntries:
    """Take a list of answers; one that changed is a new version, the same list changes nothing."""
    wanted = list(entries)

    async def work() -> TakenEntries:
        done = TakenEntries()
        for entry in wanted:
            done = await _taken(done, entry, by, today, now)
        return done

    return await unit_of_work(work)


async def _taken(
    done: TakenEntries, entry: Entry, by: str, today: date, now: datetime
) -> TakenEntries:
    if (why := fault_of(entry, today)) is not None:
        return replace(done, refused=(*done.refused, (entry.code, why)))
    last = await KnowledgeEntry.filter(code=entry.code).order_by("-version").first()
    # what somebody has retired stays so until the list says something new
    if last is not None and _same(last, entry):
        return replace(done, unchanged=done.unchanged + 1)
    await _write(entry, None, by, now)
    if last is not None:
        return replace(done, changed=done.changed + 1)
    return replace(done, created=done.created + 1)


async def _take(entry: Entry, staff: StaffMember, now: datetime) -> KnowledgeRefusal | None:
    if not edits_knowledge(staff):
        return KnowledgeRefusal.NOT_ALLOWED
    if (why := fault_of(entry, local(now).date())) is not None:
        return why
    await _write(entry, staff.id, staff.username, now)
    return None


async def _write(entry: Entry, staff_id: UUID | None, by: str, now: datetime) -> None:
    known = KnowledgeEntry.filter(code=entry.code)
    # locked first, then read: of two who write at once the second sees the version of the first
    await lock(known).only("id")
    last = await known.order_by("-version").first()
    await known.filter(active=True).update(active=False)
    row = await KnowledgeEntry.create(
        **_columns(entry),
        code=entry.code,
        version=last.version + 1 if last else 1,
        created_at=now,
        created_by_id=staff_id,
    )
    await _on_record(by, "knowledge.written", row, now)


def _same(row: KnowledgeEntry, entry: Entry) -> bool:
    return all(getattr(row, name) == value for name, value in _columns(entry).items())


def _columns(entry: Entry) -> dict[str, Any]:
    return {
        "topic": entry.topic,
        "department_id": entry.department_id,
        "disease": entry.disease,
        "question": entry.question,
        "variants": list(entry.variants),
        "answer": entry.answer,
        "approved_by": entry.approved_by,
        "approved_on": entry.approved_on,
        "review_on": entry.review_on,
    }


async def _on_record(by: str, action: str, row: KnowledgeEntry, now: datetime) -> None:
    await append_entry(now, by, action, subject_type="knowledge_entry", subject=row.id)
