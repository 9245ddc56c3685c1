"""A listed appointment that differs from what the list said before: moved, cancelled, arrived."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dialogs.appointments.events import Prompt, WhyNot
from handlers.appointments.addresses import address_of
from handlers.booking.appointment_entry import AppointmentEntry, Said
from handlers.booking.appointment_rows import CANCELLED, TEXT_WIDTH
from handlers.booking.arrivals import mark_arrived, mark_fulfilled, mark_no_show
from handlers.booking.cancellations import CancelDone, cancel
from handlers.booking.dropped_visits import BY_LIST, tell
from handlers.booking.listed_people import known_people, notices_of, put_person
from handlers.booking.listed_slots import load_shelf
from handlers.booking.moves import MoveDone, move
from handlers.booking.places import place_of
from handlers.booking.reminder_consents import put_reminder_consent
from handlers.conversation_lock import conversation_of
from handlers.desk import Desk
from handlers.import_batch import Batch
from handlers.import_report import Finding, RowOutcome, Standing, Trouble, faulty
from models.booking import Appointment, AppointmentStatus, Clinic
from models.people import Patient
from models.unit import lock_row, unit_of_work

BY: Final = "import"
_A_SECOND: Final = timedelta(seconds=1)


@dataclass(slots=True)
class Change:
    """One known appointment taken as a list has it now."""

    desk: Desk
    clinic: Clinic
    entry: AppointmentEntry
    now: datetime

    async def carry_out(self, visit: Appointment) -> RowOutcome:
        """Change what the list says anew, in one unit of work; the conversation comes first."""

        async def work() -> RowOutcome:
            patient = await Patient.get(id=visit.patient_id)
            if patient.name != self.entry.patient.name:
                finding = Finding(self.entry.line, Trouble.APPOINTMENT_OF_ANOTHER, "name")
                return faulty(self.entry.line, [finding])
            if address := await address_of(self.desk, patient, self.now, must_arrive=True):
                await conversation_of(address.respondent_id)
            return await self._change(visit, patient)

        return await unit_of_work(work)

    async def _change(self, visit: Appointment, patient: Patient) -> RowOutcome:
        said, before = Said.of(self.entry), Said.parse(visit.row_hash)
        findings: list[Finding] = []
        if said.rest != before.rest:
            findings += await self._put_person(patient)
        if said.hour != before.hour and self.entry.status not in CANCELLED:
            findings += await self._put_hour(await lock_row(visit))
        if said.state != before.state:
            findings += await self._put_state(await lock_row(visit))
        await self._put_rest(await lock_row(visit), said)
        return RowOutcome(self.entry.line, Standing.UPDATED, tuple(findings))

    async def _put_person(self, patient: Patient) -> list[Finding]:
        known, batch = await known_people([self.entry]), Batch()
        patient = known.patients.get(patient.id, patient)
        put_person(known, batch, patient, self.entry, self.now)
        put_reminder_consent(self.desk, known, batch, patient, self.entry.consent, self.now)
        await batch.write()
        return notices_of(known, self.entry, patient)

    async def _put_hour(self, visit: Appointment) -> list[Finding]:
        """Move a visit to where the list has it; a full slot gets one more place."""
        if visit.status is not AppointmentStatus.BOOKED:
            return [self._finding(Trouble.APPOINTMENT_ENDED)]
        shelf = await load_shelf([(self.clinic.id, self.entry.day)], Batch(), self.now)
        session, slot, troubles = shelf.find_or_draft(self.clinic, self.entry)
        place = await place_of(visit.id)
        same_half = self.entry.clock is None and visit.session_id == session.id
        if same_half or (place is not None and place.slot_id == slot.id):
            return []
        if not shelf.has_room(slot):
            shelf.add(slot)
            if session.quota:
                troubles.append(Trouble.OVERBOOKED)
        await shelf.batch.write()
        done = await move(self.desk, visit.id, slot.id, BY_LIST, self.now, by_hospital=True)
        if not isinstance(done, MoveDone):
            return [self._finding(Trouble.APPOINTMENT_NOT_CHANGED)]
        if done.appointment.starts_at > self.now:
            await tell(self.desk, done.appointment, Prompt.MOVED_BY_HOSPITAL, self.now)
        return [self._finding(trouble) for trouble in troubles]

    async def _put_state(self, visit: Appointment) -> list[Finding]:
        wanted = self.entry.status
        if wanted is visit.status or wanted is None:
            return []
        if wanted is AppointmentStatus.BOOKED:
            return [self._finding(Trouble.APPOINTMENT_ENDED)]
        if wanted in CANCELLED:
            done: object = await self._cancel(visit, wanted)
        else:
            done = await self._attend(visit, wanted)
        failed = isinstance(done, WhyNot)
        return [self._finding(Trouble.APPOINTMENT_NOT_CHANGED)] if failed else []

    async def _cancel(self, visit: Appointment, wanted: AppointmentStatus) -> CancelDone | WhyNot:
        """Cancel; where the list does not say when it was asked, the patient gets the benefit."""
        by_hospital = wanted is AppointmentStatus.CANCELLED_BY_HOSPITAL
        in_time = min(self.now, visit.free_until - _A_SECOND)
        done = await cancel(
            self.desk,
            visit.id,
            BY_LIST,
            self.now,
            asked_at=self.entry.cancelled_at or in_time,
            reason=self.entry.cancel_reason[:TEXT_WIDTH],
            by_hospital=by_hospital,
        )
        if isinstance(done, CancelDone) and by_hospital and visit.starts_at > self.now:
            await tell(self.desk, done.appointment, Prompt.STOPPED, self.now)
        return done

    async def _attend(self, visit: Appointment, wanted: AppointmentStatus) -> object:
        at = min(self.entry.checkin_at or self.now, self.now)
        if wanted is AppointmentStatus.NO_SHOW:
            return await mark_no_show(self.desk, visit.id, BY, self.now)
        if wanted is AppointmentStatus.ARRIVED:
            return await mark_arrived(self.desk, visit.id, BY, at)
        return await mark_fulfilled(self.desk, visit.id, BY, at)

    async def _put_rest(self, visit: Appointment, said: Said) -> None:
        visit.external_no = visit.external_no or self.entry.number
        visit.visit_kind = self.entry.visit_kind or visit.visit_kind
        visit.key_patient = self.entry.key_patient
        visit.row_hash = str(said)
        columns = ["external_no", "visit_kind", "key_patient", "row_hash"]
        await visit.save(update_fields=columns)

    def _finding(self, trouble: Trouble) -> Finding:
        return Finding(self.entry.line, trouble)
