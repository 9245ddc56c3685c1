"""Appointments as the hospital lists them, with their states: each once, and as it stands now.

The same list twice changes nothing; a corrected one moves, cancels and marks what it corrects.
Bad rows are named and left out, the others go on. Stopped half-way, it is simply run again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from tortoise.exceptions import IntegrityError, ValidationError
from tortoise.expressions import Q

from handlers.booking.appointment_changes import Change
from handlers.booking.appointment_entry import AppointmentEntry, Said
from handlers.booking.appointment_rows import CANCELLED, TEXT_WIDTH, NewRows
from handlers.booking.clinic_names import ClinicNames, load_clinic_names, write_created
from handlers.booking.listed_people import MRN_WIDTH, known_people
from handlers.booking.listed_slots import load_shelf
from handlers.booking.waiting_changes import end_waiting, still_waits
from handlers.desk import Desk
from handlers.discharges import PAUSE, ROWS_AT_ONCE, Source
from handlers.import_batch import Batch
from handlers.import_report import (
    Finding,
    ImportReport,
    RowOutcome,
    Standing,
    Trouble,
    faulty,
    report_of,
)
from handlers.preview import kept_or_tried
from models.audit import append_entry
from models.booking import Appointment, Clinic, WaitingEntry
from models.timetable import next_number
from models.unit import unit_of_work

# chunks of two imports take turns, or both would make the same new patient
_TURN: Final = ("appointment_import", date(1970, 1, 1))
_REASON_WIDTH: Final = 256
# of our own booking numbers
_OWN_WIDTH: Final = 32


@dataclass(slots=True)
class Book:
    """What the book already has under the numbers of some entries."""

    visits: dict[str, Appointment] = field(default_factory=dict)
    waiting: dict[str, WaitingEntry] = field(default_factory=dict)


@dataclass(slots=True)
class AppointmentImport:
    """One import under way."""

    desk: Desk
    now: datetime
    names: ClinicNames
    clinics: dict[int, Clinic]

    async def take(self, entries: Sequence[AppointmentEntry]) -> list[RowOutcome]:
        """Take a chunk: new rows in one unit of work, each changed one in its own."""
        outcomes = [faulty(entry.line, _too_long(entry)) for entry in entries if _too_long(entry)]
        fitting = [entry for entry in entries if not _too_long(entry)]
        book, new = await _book_of(fitting), []
        for entry in fitting:
            outcome = await self._take_known(book, entry)
            if outcome is None:
                new.append(entry)
            else:
                outcomes.append(outcome)
        return outcomes + (await self._take_new(new) if new else [])

    async def _take_known(self, book: Book, entry: AppointmentEntry) -> RowOutcome | None:
        """Take an entry the book knows; None where it is new."""
        visit, waiting = book.visits.get(entry.number), book.waiting.get(entry.number)
        if visit is not None:
            return await self._change(visit, entry)
        if waiting is None:
            return None
        if entry.status is None:
            return await still_waits(waiting, entry)
        ended = await unit_of_work(lambda: end_waiting(waiting, entry, self.now))
        if entry.status in CANCELLED:
            standing = Standing.UPDATED if ended else Standing.UNCHANGED
            return RowOutcome(entry.line, standing)
        return None

    async def _change(self, visit: Appointment, entry: AppointmentEntry) -> RowOutcome:
        if visit.row_hash == str(Said.of(entry)):
            return RowOutcome(entry.line, Standing.UNCHANGED)
        if entry.status is None:
            return faulty(entry.line, [Finding(entry.line, Trouble.APPOINTMENT_NOT_CHANGED)])
        change = Change(self.desk, self.clinics[entry.line], entry, self.now)
        return await change.carry_out(visit)

    async def _take_new(self, entries: Sequence[AppointmentEntry]) -> list[RowOutcome]:
        """Take new rows together; when one of them cannot be written, each on its own."""
        try:
            return await unit_of_work(lambda: self._write(entries))
        except (IntegrityError, ValidationError):
            if len(entries) == 1:
                line = entries[0].line
                return [faulty(line, [Finding(line, Trouble.ROW_REFUSED)])]
        return [outcome for entry in entries for outcome in await self._take_new([entry])]

    async def _write(self, entries: Sequence[AppointmentEntry]) -> list[RowOutcome]:
        await next_number(*_TURN)
        batch = Batch()
        known = await known_people(entries)
        days = [(self.clinics[entry.line].id, entry.day) for entry in entries]
        rows = NewRows(self.desk, known, batch, await load_shelf(days, batch, self.now), self.now)
        outcomes = [rows.take(self.clinics[entry.line], entry) for entry in entries]
        await rows.write()
        return outcomes


async def import_appointments(
    desk: Desk,
    entries: Sequence[AppointmentEntry],
    source: Source,
    now: datetime,
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> ImportReport:
    """Take a list of appointments and report on every row.

    `dry_run` does the same work and keeps nothing of it. `progress` is told after each chunk how
    many rows it had. Raises what the database raises when it is not the rows' fault.
    """

    async def work() -> ImportReport:
        return await _take_all(desk, entries, now, progress or (lambda _rows: None), dry_run)

    if dry_run:
        return await kept_or_tried(work, dry_run=True)
    report = await work()
    await unit_of_work(lambda: _audit(report, source, now))
    return report


async def _take_all(
    desk: Desk,
    entries: Sequence[AppointmentEntry],
    now: datetime,
    progress: Callable[[int], None],
    dry_run: bool,  # noqa: FBT001 - as in the use case
) -> ImportReport:
    names = await load_clinic_names()
    clinics, notices = _clinics(names, entries)
    await unit_of_work(lambda: write_created(names))
    importing = AppointmentImport(desk, now, names, clinics)
    outcomes: list[RowOutcome] = []
    ordered = sorted(entries, key=lambda entry: _place(clinics[entry.line].id, entry))
    for first in range(0, len(ordered), ROWS_AT_ONCE):
        chunk = ordered[first : first + ROWS_AT_ONCE]
        outcomes += await importing.take(chunk)
        progress(len(chunk))
        if not dry_run:
            # on SQLite whoever waits to write looks again every tenth of a second
            await asyncio.sleep(PAUSE)
    report = report_of(outcomes, dry_run=dry_run)
    return _with_notices(report, notices)


def _place(clinic_id: UUID, entry: AppointmentEntry) -> tuple[object, ...]:
    """Keep the visits of one session together, so that a chunk touches few of them."""
    return entry.day, str(clinic_id), str(entry.clock or ""), entry.line


def _clinics(
    names: ClinicNames, entries: Sequence[AppointmentEntry]
) -> tuple[dict[int, Clinic], list[Finding]]:
    clinics, notices = {}, []
    for entry in entries:
        known = len(names.created)
        clinic = names.find_or_draft(entry.clinic, entry.kind)
        clinics[entry.line] = clinic
        if len(names.created) > known:
            notices.append(Finding(entry.line, Trouble.CLINIC_CREATED, "clinic", clinic.name))
    return clinics, notices


async def _book_of(entries: Sequence[AppointmentEntry]) -> Book:
    """Read what is known under these numbers: the hospital's own, or ours given back."""
    numbers = [entry.number for entry in entries]
    own = [number for number in numbers if len(number) <= _OWN_WIDTH]
    book = Book()
    for visit in await Appointment.filter(Q(external_no__in=numbers) | Q(number__in=own)):
        book.visits.setdefault(visit.number, visit)
        if visit.external_no:
            book.visits[visit.external_no] = visit
    for waiting in await WaitingEntry.filter(external_no__in=numbers):
        book.waiting[waiting.external_no or ""] = waiting
    return book


def _too_long(entry: AppointmentEntry) -> list[Finding]:
    """Name numbers no column holds: half a number would be somebody else's."""
    numbers = {
        "appt_no": (entry.number, TEXT_WIDTH),
        "mrn": (entry.patient.mrn, MRN_WIDTH),
        "card_no": (entry.card_no, MRN_WIDTH),
    }
    return [
        Finding(entry.line, Trouble.NUMBER_TOO_LONG, column)
        for column, (number, width) in numbers.items()
        if len(number) > width
    ]


def _with_notices(report: ImportReport, notices: Sequence[Finding]) -> ImportReport:
    return replace(report, findings=(*notices, *report.findings))


async def _audit(report: ImportReport, source: Source, now: datetime) -> None:
    reason = (
        f"rows={report.rows} created={report.created} updated={report.updated} "
        f"unchanged={report.unchanged} faulty={report.faulty} sha256={source.sha256} {source.name}"
    )
    await append_entry(now, source.actor, "appointments.imported", reason=reason[:_REASON_WIDTH])
