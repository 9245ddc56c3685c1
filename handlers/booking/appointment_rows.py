"""New rows of a list of appointments: visits with their places, and waiting people."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from tortoise.expressions import F

from dialogs.timing.booking import BookingRules, check_in_by, free_until
from dialogs.timing.spans import local
from handlers.booking.actor import HOSPITAL
from handlers.booking.appointment_entry import AppointmentEntry, Said
from handlers.booking.bookings import SERIES
from handlers.booking.ladder import course_for, note_change, timers_of
from handlers.booking.listed_people import find_person, notices_of, put_person
from handlers.booking.listed_slots import Shelf, hours_without_slot
from handlers.booking.reminder_consents import put_reminder_consent
from handlers.booking.rules import rules_of
from handlers.desk import Desk
from handlers.import_batch import Batch
from handlers.import_report import Finding, RowOutcome, Standing, Trouble, faulty
from handlers.known_records import Known
from models.booking import (
    Appointment,
    AppointmentEvent,
    AppointmentEventKind,
    AppointmentStatus,
    Clinic,
    Session,
    Slot,
    VisitKind,
    WaitingEntry,
    WaitingStatus,
)
from models.draft import drafted
from models.people import Patient
from models.timetable import Due, NumberSeries, next_number

TEXT_WIDTH: Final = 64
CANCELLED: Final = (
    AppointmentStatus.CANCELLED_BY_PATIENT,
    AppointmentStatus.CANCELLED_BY_HOSPITAL,
)
_EVENTS: Final = {
    AppointmentStatus.ARRIVED: AppointmentEventKind.ARRIVED,
    AppointmentStatus.FULFILLED: AppointmentEventKind.FULFILLED,
    AppointmentStatus.CANCELLED_BY_PATIENT: AppointmentEventKind.CANCELLED,
    AppointmentStatus.CANCELLED_BY_HOSPITAL: AppointmentEventKind.CANCELLED,
    AppointmentStatus.NO_SHOW: AppointmentEventKind.NO_SHOW,
}


@dataclass(slots=True)
class NewRows:
    """Drafts what new rows of one chunk lead to; everything is written at the end."""

    desk: Desk
    known: Known
    batch: Batch
    shelf: Shelf
    now: datetime
    _visits: list[Appointment] = field(default_factory=list)
    _rules: dict[UUID, BookingRules] = field(default_factory=dict)

    def take(self, clinic: Clinic, entry: AppointmentEntry) -> RowOutcome:
        """Take one row; what a person must settle is left untouched and named."""
        found = find_person(self.known, entry)
        if isinstance(found, Finding):
            return faulty(entry.line, [found])
        patient = put_person(self.known, self.batch, found, entry, self.now)
        put_reminder_consent(self.desk, self.known, self.batch, patient, entry.consent, self.now)
        findings = notices_of(self.known, entry, patient)
        if entry.status is None:
            self._wait(clinic, entry, patient)
        else:
            findings += self._book(clinic, entry, entry.status, patient)
        return RowOutcome(entry.line, Standing.CREATED, tuple(findings))

    async def write(self) -> None:
        """Write everything, inside the caller's unit of work; numbers come last."""
        await number(self._visits)
        await self.batch.write()
        await self.shelf.write_taken()
        await note_change(self.now)

    def _wait(self, clinic: Clinic, entry: AppointmentEntry, patient: Patient) -> None:
        over = entry.day < local(self.now).date()
        waiting = drafted(
            WaitingEntry,
            patient_id=patient.id,
            clinic_id=clinic.id,
            doctor=entry.doctor[:TEXT_WIDTH],
            from_day=entry.day,
            until_day=entry.day,
            period=entry.period.value if entry.period else "",
            status=WaitingStatus.EXPIRED if over else WaitingStatus.WAITING,
            ended_at=self.now if over else None,
            created_at=entry.booked_at or self.now,
            external_no=entry.number,
        )
        self.batch.add(waiting)

    def _book(
        self,
        clinic: Clinic,
        entry: AppointmentEntry,
        status: AppointmentStatus,
        patient: Patient,
    ) -> list[Finding]:
        coming = entry.day >= local(self.now).date()
        troubles: list[Trouble] = []
        session, slot = self.shelf.find(clinic, entry)
        if coming and status not in CANCELLED:
            session, slot, troubles = self.shelf.find_or_draft(clinic, entry)
        visit = self._visit(clinic, entry, status, patient, session, slot)
        if coming and slot and session and status not in CANCELLED:
            within = self.shelf.take(slot, visit.id)
            if not within and session.quota:
                troubles.append(Trouble.OVERBOOKED)
        if coming and status is AppointmentStatus.BOOKED and patient.deceased_at is None:
            self._plan(clinic, visit, patient)
        return [Finding(entry.line, trouble) for trouble in troubles]

    def _visit(
        self,
        clinic: Clinic,
        entry: AppointmentEntry,
        status: AppointmentStatus,
        patient: Patient,
        session: Session | None,
        slot: Slot | None,
    ) -> Appointment:
        hours = (slot.starts_at, slot.ends_at) if slot else hours_without_slot(clinic, entry)
        rules = self._rules_of(clinic)
        visit = drafted(
            Appointment,
            external_no=entry.number,
            patient_id=patient.id,
            clinic_id=clinic.id,
            session_id=session.id if session else None,
            starts_at=hours[0],
            ends_at=hours[1],
            check_in_by=check_in_by(hours[0], rules),
            free_until=free_until(hours[0], rules),
            status=status,
            created_at=self.now,
            updated_at=self.now,
            row_hash=str(Said.of(entry)),
            **self._stated(entry, status, hours[0]),
        )
        visit.doctor = (entry.doctor or (session.doctor if session else ""))[:TEXT_WIDTH]
        self._visits.append(visit)
        self.batch.add(visit)
        self._note(visit, entry)
        return visit

    def _stated(
        self, entry: AppointmentEntry, status: AppointmentStatus, starts: datetime
    ) -> dict[str, Any]:
        """Say what a list may state, and what follows where it does not."""
        came = status in {AppointmentStatus.ARRIVED, AppointmentStatus.FULFILLED}
        booked = entry.booked_at or min(self.now, starts)
        cancelled = entry.cancelled_at or booked
        return {
            "visit_kind": entry.visit_kind or VisitKind.RETURN,
            "source": entry.source,
            "key_patient": entry.key_patient,
            "booked_at": booked,
            "arrived_at": (entry.checkin_at or starts) if came else None,
            "cancelled_at": cancelled if status in CANCELLED else None,
            "cancel_reason": entry.cancel_reason[:TEXT_WIDTH] if status in CANCELLED else "",
        }

    def _note(self, visit: Appointment, entry: AppointmentEntry) -> None:
        """Write the history a list tells of: booked, and what became of it."""
        self._add_event(visit, AppointmentEventKind.BOOKED, visit.booked_at)
        kind = _EVENTS.get(visit.status)
        if kind is not None:
            at = visit.arrived_at or visit.cancelled_at or visit.starts_at
            self._add_event(visit, kind, at, entry.cancel_reason)

    def _add_event(
        self, visit: Appointment, kind: AppointmentEventKind, at: datetime, note: str = ""
    ) -> None:
        event = drafted(
            AppointmentEvent,
            appointment_id=visit.id,
            kind=kind,
            at=at,
            by=HOSPITAL,
            channel="import",
            to_at=visit.starts_at if kind is AppointmentEventKind.BOOKED else None,
            note=note,
        )
        self.batch.add(event)

    def _rules_of(self, clinic: Clinic) -> BookingRules:
        if clinic.id not in self._rules:
            self._rules[clinic.id] = rules_of(clinic)
        return self._rules[clinic.id]

    def _plan(self, clinic: Clinic, visit: Appointment, patient: Patient) -> None:
        rules = self._rules_of(clinic)
        course = course_for(self.desk, visit, rules, patient, preparation=clinic.preparation)
        for timer in timers_of(self.desk, visit, course, self.now):
            due = drafted(
                Due,
                kind=timer.kind.value,
                key=timer.key,
                subject=timer.subject,
                version=timer.version,
                due_at=timer.at,
                stops_at=timer.stops_at,
            )
            self.batch.add(due)


async def number(visits: list[Appointment]) -> None:
    """Give visits the next numbers of their days; the series stay locked until the commit."""
    days: dict[date, list[Appointment]] = defaultdict(list)
    for visit in visits:
        days[local(visit.starts_at).date()].append(visit)
    for day, same in sorted(days.items()):
        first = await next_number(SERIES, day)
        rest = NumberSeries.filter(name=SERIES, day=day)
        await rest.update(last_number=F("last_number") + (len(same) - 1))
        for place, visit in enumerate(same):
            visit.number = f"{SERIES}{day:%Y%m%d}-{first + place:04}"
