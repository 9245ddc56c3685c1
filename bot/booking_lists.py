"""The three lists of the booking desk, each read, taken and summed up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.booking_entries import appointment_entry, clinic_entry, session_entry
from bot.import_lists import ACTOR, ListFile, Progress, Summary, by_line
from bot.import_words import WORDS, fault_of, list_fault
from bot.intake.appointments import read_appointments
from bot.intake.clinics import read_clinics
from bot.intake.faults import Fault, Severity
from bot.intake.headers import APPOINTMENTS, CLINICS, SESSIONS
from bot.intake.sessions import read_sessions
from dialogs.timing.spans import local
from dialogs.timing.words import date_text
from handlers.booking.appointment_import import import_appointments
from handlers.booking.clinic_import import import_clinics
from handlers.booking.session_entry import Dropped, Hit, SessionReport
from handlers.booking.session_import import SessionList, import_sessions
from handlers.desk import Desk
from handlers.discharges import Source
from handlers.import_report import ImportReport


async def take_clinic_list(
    file: ListFile, now: datetime, *, dry_run: bool, actor: str = ACTOR
) -> Summary:
    """Take a list of clinics with their booking rules."""
    found = read_clinics(file.content, file.name)
    entries = [clinic_entry(row) for row in found.rows]
    source = Source(file.name, file.sha256, actor)
    report = await import_clinics(entries, source, now, dry_run=dry_run)
    return _summary(report, found.total_rows, found.faults, CLINICS.labels)


async def take_session_list(
    desk: Desk,
    file: ListFile,
    now: datetime,
    *,
    dry_run: bool,
    progress: Progress,
    dropped: Dropped | None = None,
    actor: str = ACTOR,
) -> Summary:
    """Take a list of sessions; refused where booked visits would lose their place unasked."""
    found = read_sessions(file.content, file.name, today=local(now).date())
    whole = not any(fault.severity is Severity.ERROR for fault in found.faults)
    entries = [session_entry(row) for row in found.rows]
    source = Source(file.name, file.sha256, actor)
    report = await import_sessions(
        desk,
        SessionList(entries, source, whole),
        now,
        dropped=dropped,
        dry_run=dry_run,
        progress=progress(len(entries)),
    )
    faults = list(found.faults) if whole else [list_fault("list_not_whole"), *found.faults]
    if report.refused:
        return _refused(report, found.total_rows, faults)
    more = (
        (WORDS["sessions_stopped"], report.stopped),
        (WORDS["visits_moved"], report.moved),
        (WORDS["visits_cancelled"], report.cancelled),
        (WORDS["visits_kept"], report.kept),
    )
    return _summary(report.rows, found.total_rows, faults, SESSIONS.labels, more)


async def take_appointment_list(
    desk: Desk,
    file: ListFile,
    now: datetime,
    *,
    dry_run: bool,
    progress: Progress,
    actor: str = ACTOR,
) -> Summary:
    """Take a list of appointments; good rows go on when others are bad."""
    found = read_appointments(file.content, file.name)
    entries = [appointment_entry(row) for row in found.rows]
    source = Source(file.name, file.sha256, actor)
    advance = progress(len(entries))
    report = await import_appointments(
        desk, entries, source, now, dry_run=dry_run, progress=advance
    )
    return _summary(report, found.total_rows, found.faults, APPOINTMENTS.labels)


def _summary(
    report: ImportReport,
    total: int,
    faults: Sequence[Fault],
    labels: dict[str, str],
    more: tuple[tuple[str, int], ...] = (),
) -> Summary:
    own = [fault_of(finding, labels) for finding in report.findings]
    counts = (
        (WORDS["total"], total),
        (WORDS["created"], report.created),
        (WORDS["updated"], report.updated),
        (WORDS["unchanged"], report.unchanged),
        (WORDS["faulty"], total - report.taken),
        *more,
    )
    return Summary(counts, by_line((*faults, *own)), labels, read=total, taken=report.taken)


def _refused(report: SessionReport, total: int, faults: Sequence[Fault]) -> Summary:
    """Name everybody who would be hit: number, hour and masked name."""
    hits = [_hit(hit) for hit in report.hits]
    refused = WORDS["would_drop"].format(count=len(hits))
    return Summary((), (*hits, *by_line(faults)), SESSIONS.labels, refused, read=total)


def _hit(hit: Hit) -> Fault:
    wall = local(hit.starts_at)
    when = f"{date_text(wall.date())} {wall:%H:%M}"
    return list_fault(
        "hit", number=hit.number, when=when, name=hit.name, clinic=hit.clinic, doctor=hit.doctor
    )
