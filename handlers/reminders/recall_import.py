"""A list of who did not come for review: each is written to or phoned, once (R090).

The same list twice changes nothing. Bad rows are named and left out, the others go on. Stopped
half-way, it is simply run again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from handlers.booking.clinic_names import ClinicNames, load_clinic_names
from handlers.desk import Desk
from handlers.discharges import PAUSE, Source
from handlers.import_report import Finding, Trouble
from handlers.preview import kept_or_tried
from handlers.reminders.recall import Recall, Recalled, recall
from handlers.reminders.recall_entry import Fate, RecallEntry
from handlers.reminders.recalled_people import clinic_of_department, find_recalled, stay_of
from models.audit import append_entry
from models.booking import Clinic
from models.people import Patient
from models.unit import unit_of_work

# each is a unit of work of its own, since it locks a conversation
_ROWS_AT_ONCE: Final = 20
_WIDTH: Final = 64
# as much as the consult room's own note
_REMARK_WIDTH: Final = 2000
_REASON_WIDTH: Final = 256
_FATES: Final = {
    Trouble.PATIENT_UNKNOWN: Fate.UNKNOWN,
    Trouble.REVIEW_BOOKED: Fate.BOOKED,
    Trouble.PATIENT_DECEASED: Fate.DECEASED,
    Trouble.TO_BE_PHONED: Fate.TO_PHONE,
}
_UNDERSTOOD: Final = (Fate.TOLD, Fate.TO_PHONE, Fate.KNOWN, Fate.BOOKED)


@dataclass(frozen=True, slots=True)
class RecallReport:
    """How many rows came to what, and everything a clerk should know of them."""

    fates: Counter[Fate]
    findings: tuple[Finding, ...] = ()

    @property
    def understood(self) -> int:
        """How many rows need nothing more from whoever brought the list."""
        return sum(self.fates[fate] for fate in _UNDERSTOOD)


@dataclass(frozen=True, slots=True)
class _Outcome:
    fate: Fate
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Recalling:
    """One list being taken."""

    desk: Desk
    names: ClinicNames
    by: str
    now: datetime

    async def take(self, entry: RecallEntry) -> _Outcome:
        """Recall one patient, unless there is nobody to recall."""
        if column := _too_long(entry):
            return _ended(entry, Trouble.NUMBER_TOO_LONG, column)
        found = await find_recalled(entry)
        if isinstance(found, Trouble):
            return _ended(entry, found, "name")
        clinic, department_id = self._place(entry)
        lost = bool(entry.clinic) and clinic is None and department_id is None
        named = replace(entry, clinic="") if lost else entry
        wanted = await self._wanted(found, named, clinic, department_id)
        outcome = _outcome_of(entry, await recall(self.desk, wanted, self.by, self.now))
        return replace(outcome, findings=(_lost(entry), *outcome.findings)) if lost else outcome

    def _place(self, entry: RecallEntry) -> tuple[Clinic | None, UUID | None]:
        """Find the clinic a row names, and the department it belongs to or that is named."""
        clinic = self.names.find(entry.clinic)
        department = self.names.departments.find(entry.clinic)
        if clinic is None:
            return None, department.id if department else None
        return clinic if clinic.active else None, clinic.department_id

    async def _wanted(
        self,
        patient: Patient,
        entry: RecallEntry,
        clinic: Clinic | None,
        department_id: UUID | None,
    ) -> Recall:
        """Say after which stay and in which clinic; the ward's own where none is named."""
        stay = await stay_of(patient, entry, department_id)
        ward = department_id or (stay.department_id if stay else None)
        clinic = clinic or clinic_of_department(self.names, ward)
        return Recall(
            patient.id,
            entry.on,
            entry.doctor[:_WIDTH],
            stay.id if stay else None,
            clinic.id if clinic else None,
            entry.remark[:_REMARK_WIDTH],
        )


async def import_recalls(
    desk: Desk,
    entries: Sequence[RecallEntry],
    source: Source,
    now: datetime,
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> RecallReport:
    """Take a list of missed reviews and report on every row.

    `dry_run` does the same work and keeps nothing of it: nobody is written to. `progress` is told
    after some rows how many they were.
    """

    async def work() -> RecallReport:
        recalling = _Recalling(desk, await load_clinic_names(), source.actor, now)
        pause = 0 if dry_run else PAUSE
        return await _take_all(recalling, entries, progress or (lambda _rows: None), pause)

    if dry_run:
        return await kept_or_tried(work, dry_run=True)
    report = await work()
    await unit_of_work(lambda: _audit(report, source, now))
    return report


async def _take_all(
    recalling: _Recalling,
    entries: Sequence[RecallEntry],
    progress: Callable[[int], None],
    pause: float,
) -> RecallReport:
    outcomes: list[_Outcome] = []
    for first in range(0, len(entries), _ROWS_AT_ONCE):
        rows = entries[first : first + _ROWS_AT_ONCE]
        outcomes += [await recalling.take(entry) for entry in rows]
        progress(len(rows))
        # on SQLite whoever waits to write looks again every tenth of a second
        await asyncio.sleep(pause)
    fates = Counter(outcome.fate for outcome in outcomes)
    return RecallReport(fates, tuple(found for one in outcomes for found in one.findings))


def _outcome_of(entry: RecallEntry, done: Recalled) -> _Outcome:
    if done.deceased:
        return _ended(entry, Trouble.PATIENT_DECEASED, "name")
    if done.booked:
        return _ended(entry, Trouble.REVIEW_BOOKED)
    if done.known or done.told:
        return _Outcome(Fate.KNOWN if done.known else Fate.TOLD)
    return _ended(entry, Trouble.TO_BE_PHONED)


def _ended(entry: RecallEntry, trouble: Trouble, column: str = "") -> _Outcome:
    """Name a row for which nobody was written to."""
    fate = _FATES.get(trouble, Fate.FAULTY)
    return _Outcome(fate, (Finding(entry.line, trouble, column),))


def _lost(entry: RecallEntry) -> Finding:
    return Finding(entry.line, Trouble.RECALL_CLINIC_UNKNOWN, "clinic", entry.clinic[:_WIDTH])


def _too_long(entry: RecallEntry) -> str:
    """Name the number no column holds; half a number would be somebody else's."""
    numbers = {"mrn": entry.mrn, "inpatient_no": entry.inpatient_no}
    return next((column for column, number in numbers.items() if len(number) > _WIDTH), "")


async def _audit(report: RecallReport, source: Source, now: datetime) -> None:
    counts = " ".join(f"{fate.value}={report.fates[fate]}" for fate in Fate)
    reason = f"{counts} sha256={source.sha256} {source.name}"
    await append_entry(now, source.actor, "recalls.imported", reason=reason[:_REASON_WIDTH])
