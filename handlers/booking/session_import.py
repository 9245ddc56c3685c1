"""Sessions as the hospital lists them become slots and places (R084, R095, R112).

The same list twice changes nothing. A list that would drop booked visits is refused as a whole,
unless it is said what becomes of them. Stopped half-way, the import is simply run again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from handlers.booking.clinic_names import ClinicNames, load_clinic_names, write_created
from handlers.booking.doctors_elsewhere import busy_elsewhere
from handlers.booking.dropped_visits import as_hit, hit_by
from handlers.booking.session_books import ClinicDay, clinic_days, load_books
from handlers.booking.session_desk import SessionDesk
from handlers.booking.session_entry import Dropped, Hit, SessionEntry, SessionReport
from handlers.booking.session_rows import fingerprint
from handlers.desk import Desk
from handlers.discharges import PAUSE, Source
from handlers.import_report import Finding, ImportReport, Trouble, faulty, report_of
from handlers.preview import kept_or_tried
from models.audit import append_entry
from models.booking import Clinic, SessionStatus
from models.unit import unit_of_work

DAYS_AT_ONCE: Final = 40
_REASON_WIDTH: Final = 256


@dataclass(frozen=True, slots=True)
class SessionList:
    """A list of sessions; `whole`: every row could be read.

    Otherwise what is missing may be among the unread ones, and no session counts as dropped.
    """

    entries: Sequence[SessionEntry]
    source: Source
    whole: bool = True


@dataclass(slots=True)
class Looked:
    """A list looked at beside the book: days to be written, findings, whom it would drop."""

    names: ClinicNames
    days: list[ClinicDay]
    left_out: list[Finding]
    notices: list[Finding]
    hits: list[Hit] = field(default_factory=list)


async def import_sessions(
    desk: Desk,
    listed: SessionList,
    now: datetime,
    *,
    dropped: Dropped | None = None,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
) -> SessionReport:
    """Take a list of sessions and report on every row.

    Refused as a whole, naming whom it would hit, when booked visits would lose their place and
    `dropped` does not say what becomes of them. `dry_run` does the same work and keeps nothing.
    """
    looked = await _look(desk, listed, now)
    if looked.hits and dropped is None:
        outcomes = [faulty(entry.line, []) for entry in listed.entries]
        rows = report_of(outcomes, dry_run=dry_run)
        return SessionReport(rows, tuple(looked.hits), refused=True)
    session_desk = SessionDesk(desk, now, dropped or Dropped.KEEP)

    async def work() -> None:
        await _take(session_desk, looked, progress or (lambda _rows: None), dry_run=dry_run)

    await (kept_or_tried(work, dry_run=True) if dry_run else work())
    report = _report(session_desk, looked, dry_run=dry_run)
    if not dry_run:
        await unit_of_work(lambda: _audit(report, listed.source, now))
    return report


async def _look(desk: Desk, listed: SessionList, now: datetime) -> Looked:
    names = await load_clinic_names()
    notices: list[Finding] = []
    named = [(_clinic(names, entry, notices), entry) for entry in listed.entries]
    left_out = await busy_elsewhere(named)
    lines = {finding.line for finding in left_out}
    taken = [(clinic, entry) for clinic, entry in named if entry.line not in lines]
    notices += _days_off(desk, [entry for _, entry in taken])
    covered = {clinic.id: clinic for clinic, _ in named}.values()
    days = await clinic_days(covered, taken, now)
    if left_out or not listed.whole:
        days = [_without_missing(day) for day in days]
    looked = Looked(names, days, left_out, notices)
    looked.hits = await _hits(looked, now)
    return looked


def _clinic(names: ClinicNames, entry: SessionEntry, notices: list[Finding]) -> Clinic:
    known = len(names.created)
    clinic = names.find_or_draft(entry.clinic, entry.kind)
    if len(names.created) > known:
        notices.append(Finding(entry.line, Trouble.CLINIC_CREATED, "clinic", clinic.name))
    return clinic


def _days_off(desk: Desk, entries: Sequence[SessionEntry]) -> list[Finding]:
    """Name each day off work once, at the first of its sessions."""
    first: dict[date, SessionEntry] = {}
    for entry in entries:
        first.setdefault(entry.day, entry)
    return [
        Finding(entry.line, Trouble.DAY_OFF, "day", f"{day}")
        for day, entry in first.items()
        if not desk.calendar.is_working(day)
    ]


def _without_missing(day: ClinicDay) -> ClinicDay:
    sessions = [session for session, entry in day.pairs() if session and entry]
    return replace(day, sessions=sessions)


async def _hits(looked: Looked, now: datetime) -> list[Hit]:
    """Name every visit that would lose its place, in order of time."""
    stale = {
        session.id: (day.clinic, session, entry)
        for day in looked.days
        for session, entry in day.pairs()
        if session is not None
        and session.status is not SessionStatus.STOPPED
        and (entry is None or session.row_hash != fingerprint(day.clinic, entry) or entry.stopped)
    }
    books = await load_books([session for _, session, _ in stale.values()], now)
    hits = [
        await as_hit(visit, clinic)
        for clinic, session, entry in stale.values()
        for visit in hit_by(books[session.id], entry)
    ]
    return sorted(hits, key=lambda hit: (hit.starts_at, hit.number))


async def _take(
    desk: SessionDesk, looked: Looked, progress: Callable[[int], None], *, dry_run: bool
) -> None:
    await unit_of_work(lambda: write_created(looked.names))
    for place in range(0, len(looked.days), DAYS_AT_ONCE):
        days = looked.days[place : place + DAYS_AT_ONCE]
        await desk.take(days)
        progress(sum(len(day.entries) for day in days))
        if not dry_run:
            # on SQLite whoever waits to write looks again every tenth of a second
            await asyncio.sleep(PAUSE)


def _report(desk: SessionDesk, looked: Looked, *, dry_run: bool) -> SessionReport:
    left_out = [faulty(finding.line, [finding]) for finding in looked.left_out]
    rows: ImportReport = report_of([*desk.outcomes, *left_out], dry_run=dry_run)
    return SessionReport(
        replace(rows, findings=(*looked.notices, *rows.findings)),
        tuple(looked.hits),
        stopped=desk.stopped,
        moved=desk.resolved[Dropped.MOVE],
        cancelled=desk.resolved[Dropped.CANCEL],
        kept=desk.resolved[Dropped.KEEP],
    )


async def _audit(report: SessionReport, source: Source, now: datetime) -> None:
    rows = report.rows
    reason = (
        f"rows={rows.rows} created={rows.created} updated={rows.updated} "
        f"unchanged={rows.unchanged} stopped={report.stopped} moved={report.moved} "
        f"cancelled={report.cancelled} kept={report.kept} sha256={source.sha256} {source.name}"
    )
    await append_entry(now, source.actor, "sessions.imported", reason=reason[:_REASON_WIDTH])
