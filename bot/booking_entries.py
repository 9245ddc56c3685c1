"""Rows of the clinic, session and appointment lists in the words of the use cases."""

from __future__ import annotations

from bot.intake.clinics import ClinicRow
from bot.intake.sessions import SessionRow
from dialogs.timing.spans import moment
from handlers.booking.clinic_import import ClinicEntry
from handlers.booking.session_entry import SessionEntry
from models.booking import BookKeeper, ClinicKind


def clinic_entry(row: ClinicRow) -> ClinicEntry:
    """Translate a clinic."""
    return ClinicEntry(
        line=row.line,
        code=row.code,
        name=row.name,
        aliases=row.aliases,
        department=row.department,
        kind=ClinicKind(row.kind) if row.kind else None,
        keeper=BookKeeper(row.keeper) if row.keeper else None,
        room=row.room,
        guide_desk=row.guide_desk,
        guide=row.guide,
        route=row.route,
        preparation=row.preparation,
        phone=row.phone,
        rules=row.rules,
    )


def session_entry(row: SessionRow) -> SessionEntry:
    """Translate a session; its hours become instants."""
    return SessionEntry(
        line=row.line,
        clinic=row.clinic,
        kind=ClinicKind(row.kind) if row.kind else None,
        doctor=row.doctor,
        doctor_code=row.doctor_code,
        day=row.day,
        starts_at=moment(row.day, row.starts),
        ends_at=moment(row.day, row.ends),
        room=row.room,
        quota=row.quota,
        walk_in=row.walk_in,
        slot_minutes=row.slot_minutes,
        stopped=row.stopped,
    )
