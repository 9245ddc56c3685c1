"""Doctors a list has in one clinic while the book has them in another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from handlers.booking.session_entry import SessionEntry
from handlers.import_report import Finding, Trouble
from models.booking import Clinic, Session, SessionStatus

Listed = tuple[Clinic, SessionEntry]


async def busy_elsewhere(listed: Sequence[Listed]) -> list[Finding]:
    """Name the entries whose doctor has other hours then, in a clinic the list does not cover."""
    doctors = {entry.doctor for _, entry in listed if entry.doctor and not entry.stopped}
    days = [entry.day for _, entry in listed]
    if not doctors:
        return []
    covered = {clinic.id for clinic, _ in listed}
    elsewhere = await _elsewhere(doctors, (min(days), max(days)), covered)
    return [
        Finding(entry.line, Trouble.DOCTOR_ELSEWHERE, "doctor", other.clinic.name)
        for _, entry in listed
        for other in elsewhere.get((entry.doctor, entry.day), ())
        if entry.starts_at < other.ends_at and other.starts_at < entry.ends_at
    ]


async def _elsewhere(
    doctors: Collection[str], days: tuple[object, object], covered: Collection[UUID]
) -> dict[tuple[str, object], list[Session]]:
    rows = Session.filter(doctor__in=list(doctors), day__gte=days[0], day__lte=days[1])
    rows = rows.exclude(clinic_id__in=list(covered)).exclude(status=SessionStatus.STOPPED)
    found: dict[tuple[str, object], list[Session]] = defaultdict(list)
    for session in await rows.prefetch_related("clinic"):
        found[session.doctor, session.day].append(session)
    return found
