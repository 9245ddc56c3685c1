"""The lists of wards and staff, each read, taken and summed up."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from bot.discharge_entries import entry_of
from bot.import_words import REASONS, WORDS, fault_of, list_fault
from bot.intake.departments import read_departments
from bot.intake.discharge_row import DischargeList
from bot.intake.discharges import read_discharges
from bot.intake.faults import Fault, Severity
from bot.intake.headers import DEPARTMENTS, DISCHARGES, STAFF
from bot.intake.staff import read_staff
from bot.staff_entries import department_entries, staff_entries
from dialogs.timing.spans import local
from handlers.department_names import load_department_names
from handlers.desk import Desk
from handlers.discharges import Source, import_discharges
from handlers.preview import kept_or_tried
from handlers.staff import NO_ADMIN, NOBODY, Taken, take_departments, take_staff

Kind = Literal[
    "discharges",
    "tomorrow",
    "departments",
    "staff",
    "clinics",
    "sessions",
    "appointments",
    "recalls",
    "duty",
    "liaisons",
    "knowledge",
]
# is told how many rows there are, and returns what is told how many more are done
Progress = Callable[[int], Callable[[int], None]]
ACTOR: Final = "cli"
_SHUT_OUT: Final = {NO_ADMIN: "no_admin", NOBODY: "nobody"}


@dataclass(frozen=True, slots=True)
class ListFile:
    """A file that is to be taken."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """What proves later which file it was."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a file, in words: counts by name, and everything a clerk should look at."""

    counts: tuple[tuple[str, int], ...]
    faults: tuple[Fault, ...]
    labels: dict[str, str]
    refused: str = ""
    read: int = 0
    taken: int = 0

    @property
    def readable(self) -> bool:
        """Whether the file as a whole could be read."""
        whole = (fault for fault in self.faults if fault.line is None)
        return not any(fault.severity is Severity.ERROR for fault in whole)

    @property
    def failed(self) -> bool:
        """Whether nothing went in, although there was something."""
        return bool(self.refused) or not self.readable or (self.read > 0 and self.taken == 0)


async def _read(file: ListFile, now: datetime, *, expected: bool = False) -> DischargeList:
    """Read beside the loop: a server that takes a long list goes on answering patients."""
    today = local(now).date()
    return await asyncio.to_thread(
        read_discharges, file.content, file.name, today=today, expected=expected
    )


async def take_discharge_list(
    desk: Desk, file: ListFile, now: datetime, *, dry_run: bool, progress: Progress
) -> Summary:
    """Take a discharge list; good rows go on when others are bad."""
    found = await _read(file, now)
    source = Source(file.name, file.sha256, ACTOR)
    entries = [entry_of(row) for row in found.rows]
    advance = progress(len(entries))
    report = await import_discharges(desk, entries, source, now, dry_run=dry_run, progress=advance)
    own = [fault_of(finding, DISCHARGES.labels) for finding in report.findings]
    counts = (
        (WORDS["total"], found.total_rows),
        (WORDS["created"], report.created),
        (WORDS["updated"], report.updated),
        (WORDS["unchanged"], report.unchanged),
        (WORDS["faulty"], found.total_rows - report.taken),
        (WORDS["planned"], report.planned),
        (WORDS["stopped"], report.stopped),
        *((_excluded(reason), count) for reason, count in report.excluded.items()),
    )
    faults = by_line((*found.faults, *own))
    return Summary(counts, faults, DISCHARGES.labels, read=found.total_rows, taken=report.taken)


async def take_tomorrow_list(
    desk: Desk, file: ListFile, now: datetime, *, dry_run: bool, progress: Progress
) -> Summary:
    """Take a list of those who are to leave in the coming days; no plan comes of it yet (R004)."""
    found = await _read(file, now, expected=True)
    source = Source(file.name, file.sha256, ACTOR)
    entries = [entry_of(row) for row in found.rows]
    report = await import_discharges(
        desk,
        entries,
        source,
        now,
        dry_run=dry_run,
        progress=progress(len(entries)),
        expected=True,
    )
    own = [fault_of(finding, DISCHARGES.labels) for finding in report.findings]
    counts = (
        (WORDS["total"], found.total_rows),
        (WORDS["created"], report.created),
        (WORDS["updated"], report.updated),
        (WORDS["unchanged"], report.unchanged),
        (WORDS["faulty"], found.total_rows - report.taken),
    )
    faults = by_line((*found.faults, *own))
    return Summary(counts, faults, DISCHARGES.labels, read=found.total_rows, taken=report.taken)


async def take_department_list(
    desk: Desk, file: ListFile, now: datetime, *, dry_run: bool
) -> Summary:
    """Take a list of departments."""
    found = read_departments(file.content, file.name)
    faults = list(found.faults)
    known = await load_department_names()
    entries = list(department_entries(found.rows, known, desk.plans, faults))
    taken = await kept_or_tried(lambda: take_departments(entries, ACTOR, now), dry_run=dry_run)
    return _summary(taken, found.total_rows, faults, DEPARTMENTS.labels)


async def take_staff_list(file: ListFile, now: datetime, *, dry_run: bool) -> Summary:
    """Take a list of staff; refused where it would leave nobody to manage accounts."""
    found = read_staff(file.content, file.name)
    faults = list(found.faults)
    entries = list(staff_entries(found.rows, await load_department_names(), faults))
    taken = await kept_or_tried(lambda: take_staff(entries, ACTOR, now), dry_run=dry_run)
    return _summary(taken, found.total_rows, faults, STAFF.labels)


def _summary(taken: Taken, total: int, faults: Sequence[Fault], labels: dict[str, str]) -> Summary:
    done = taken.created + taken.changed + taken.unchanged
    counts = (
        (WORDS["total"], total),
        (WORDS["created"], taken.created),
        (WORDS["updated"], taken.changed),
        (WORDS["unchanged"], taken.unchanged),
        (WORDS["faulty"], total - done),
    )
    lines = WORDS["comma"].join(str(line) for line in taken.lines)
    refused = WORDS[_SHUT_OUT[taken.refused]].format(lines=lines) if taken.refused else ""
    if taken.vacant:
        named = WORDS["comma"].join(taken.vacant)
        faults = [*faults, list_fault("liaison_vacant", departments=named)]
    return Summary(counts, by_line(faults), labels, refused, read=total, taken=done)


def by_line(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """Sort faults as the file has them, those of the whole file first."""
    return tuple(sorted(faults, key=lambda fault: fault.line or 0))


def _excluded(reason: str) -> str:
    return WORDS["excluded"].format(reason=REASONS.get(reason, reason))
