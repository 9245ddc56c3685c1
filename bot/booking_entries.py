"""Rows of the clinic, session and appointment lists in the words of the use cases."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.discharge_entries import SHORT_ID_TYPES, number_entry
from bot.import_words import OWN_PHONE_NOTES
from bot.intake.appointments import AppointmentRow, ListedStatus
from bot.intake.clinics import ClinicRow
from bot.intake.phones import Phone
from bot.intake.sessions import SessionRow
from dialogs.timing.spans import moment
from handlers.booking.appointment_entry import AppointmentEntry
from handlers.booking.clinic_import import ClinicEntry
from handlers.booking.session_entry import SessionEntry
from handlers.discharge_entry import NumberEntry, PatientEntry
from models.booking import AppointmentStatus, BookingSource, BookKeeper, ClinicKind, VisitKind
from models.people import ResponderRole, Sex


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


def appointment_entry(row: AppointmentRow) -> AppointmentEntry:
    """Translate an appointment; who is on the waiting list has no status of a visit."""
    waits = row.status is ListedStatus.WAITLIST
    return AppointmentEntry(
        line=row.line,
        number=row.appt_no,
        status=None if waits else AppointmentStatus(row.status.value),
        patient=_patient(row),
        numbers=tuple(_number(phone, row.name) for phone in row.phones),
        card_no=row.card_no,
        clinic=row.clinic,
        kind=ClinicKind(row.kind) if row.kind else None,
        doctor=row.doctor,
        day=row.visit.day,
        clock=row.visit.clock,
        period=row.visit.period,
        room=row.room,
        visit_kind=VisitKind(row.visit_kind) if row.visit_kind else None,
        source=BookingSource(row.source) if row.source else BookingSource.IMPORT,
        cancel_reason=row.cancel_reason,
        cancelled_at=_instant(row.cancelled_at),
        checkin_at=_instant(row.checkin_at),
        booked_at=_instant(row.booked_at),
        key_patient=row.key_patient,
        consent=row.consent,
    )


def _patient(row: AppointmentRow) -> PatientEntry:
    person = row.person
    return PatientEntry(
        name=row.name,
        mrn=row.mrn,
        sex=Sex(person.sex.value),
        birth_date=person.birth_date,
        birth_is_approximate=person.birth_is_approximate,
        id_type=SHORT_ID_TYPES.get(person.id_type, person.id_type),
        id_no=person.id_no,
    )


def _number(phone: Phone, owner: str) -> NumberEntry:
    """Take a number noted as somebody else's for theirs, as in a discharge list (R218)."""
    if phone.note in OWN_PHONE_NOTES:
        return number_entry(phone, ResponderRole.SELF, owner)
    return number_entry(phone, ResponderRole.RELATIVE, "", phone.note)


def _instant(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC) if moment else None
