"""The roster and the list of liaison doctors, each read, taken and summed up (R157)."""

from __future__ import annotations

from datetime import datetime

from bot.import_lists import ACTOR, ListFile, Summary, by_line
from bot.import_words import WORDS, fault_of
from bot.intake.duty import DutyRow, read_duty
from bot.intake.headers import DUTY, LIAISONS
from bot.intake.liaisons import read_liaisons
from handlers.duty_entry import ShiftEntry, take_shifts
from handlers.liaison_entry import LiaisonEntry, take_liaisons
from handlers.preview import kept_or_tried


async def take_duty_list(file: ListFile, now: datetime, *, dry_run: bool) -> Summary:
    """Take a roster; the good rows go in when others are bad."""
    found = read_duty(file.content, file.name)
    entries = [shift_entry(row) for row in found.rows]
    taken = await kept_or_tried(lambda: take_shifts(entries, ACTOR, now), dry_run=dry_run)
    done = taken.created + taken.unchanged
    counts = (
        (WORDS["total"], found.total_rows),
        (WORDS["created"], taken.created),
        (WORDS["unchanged"], taken.unchanged),
        (WORDS["faulty"], found.total_rows - done),
    )
    own = [fault_of(finding, DUTY.labels) for finding in taken.findings]
    faults = by_line((*found.faults, *own))
    return Summary(counts, faults, DUTY.labels, read=found.total_rows, taken=done)


async def take_liaison_list(file: ListFile, now: datetime, *, dry_run: bool) -> Summary:
    """Take a list of liaison doctors; what it says of a department is all there is."""
    found = read_liaisons(file.content, file.name)
    entries = [
        LiaisonEntry(row.line, row.department, row.number, row.name, row.place)
        for row in found.rows
    ]
    taken = await kept_or_tried(lambda: take_liaisons(entries, ACTOR, now), dry_run=dry_run)
    done = taken.created + taken.changed + taken.unchanged
    counts = (
        (WORDS["total"], found.total_rows),
        (WORDS["created"], taken.created),
        (WORDS["updated"], taken.changed),
        (WORDS["unchanged"], taken.unchanged),
        (WORDS["faulty"], found.total_rows - done),
    )
    own = [fault_of(finding, LIAISONS.labels) for finding in taken.findings]
    faults = by_line((*found.faults, *own))
    return Summary(counts, faults, LIAISONS.labels, read=found.total_rows, taken=done)


def shift_entry(row: DutyRow) -> ShiftEntry:
    """Translate one row."""
    return ShiftEntry(
        line=row.line,
        number=row.number,
        starts=row.starts,
        ends=row.ends,
        name=row.name,
        role=row.role,
        departments=row.departments,
        whole_house=row.whole_house,
        place=row.place,
    )
