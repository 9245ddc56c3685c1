"""What is done at the counters on behalf of a patient; a page that is stale does nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from dialogs.appointments.events import Prompt, Prompted, WhyNot
from handlers.appointments.facts import visit_of
from handlers.appointments.prompting import prompt
from handlers.booking.actor import Actor
from handlers.booking.admission import of_clinic, opening_of
from handlers.booking.arrivals import NoShowNoted, mark_arrived, mark_fulfilled, mark_no_show
from handlers.booking.bookings import Order, book
from handlers.booking.breaches import latest_breach
from handlers.booking.cancellations import cancel, lock_visit
from handlers.booking.confirmations import confirm
from handlers.booking.hospital_withdrawals import HospitalReason, is_late, may_withdraw_late
from handlers.booking.moves import move
from handlers.booking.taken_back import WHY, may_take_back, take_mark_back
from handlers.booking.visit_lines import day_has_come
from handlers.desk import Desk
from handlers.reminders.visits import may_be_reminded
from handlers.scope import keeps_book, marks_visits, visible_appointments
from models.audit import append_entry
from models.booking import (
    Appointment,
    AppointmentStatus,
    BookKeeper,
    Clinic,
    RequestKind,
)
from models.hospital import StaffMember
from models.people import Patient
from models.unit import unit_of_work

CONSOLE: Final = "console"
Mark = Callable[[Desk, UUID, str, datetime], Awaitable[Appointment | NoShowNoted | WhyNot]]


class Told(StrEnum):
    """What became of a press of a button; a WhyNot says why a place could not be had."""

    DONE = "done"
    STALE = "stale"
    NOT_ALLOWED = "not_allowed"
    NOT_FOUND = "not_found"
    NOT_YET = "not_yet"
    NOT_TODAY = "not_today"
    REASON_NEEDED = "reason_needed"
    HOSPITAL_REASON_NEEDED = "hospital_reason_needed"
    ASK_HOSPITAL = "ask_hospital"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A press of a button: who, on which visit, as the page showed it (`version`), and when."""

    staff: StaffMember
    number: str
    version: int
    now: datetime

    @property
    def actor(self) -> Actor:
        """The member of staff, by user name."""
        return Actor(self.staff.username, CONSOLE)


@dataclass(frozen=True, slots=True)
class Deed:
    """What came of it; `late`: it counted as a breach."""

    told: Told | WhyNot
    appointment: Appointment | None = None
    late: bool = False

    @property
    def done(self) -> bool:
        """Tell whether anything was changed."""
        return self.told is Told.DONE


async def confirm_visit(desk: Desk, pressed: Pressed) -> Deed:
    """Note that the patient said, on the phone or in person, to come."""
    del desk

    async def work(row: Appointment) -> Deed:
        done = await confirm(row.id, pressed.actor, pressed.now)
        return Deed(done, row) if isinstance(done, WhyNot) else Deed(Told.DONE, done)

    return await _at_counter(pressed, "appointment.confirmed", work)


async def note_coming(desk: Desk, pressed: Pressed, what: AppointmentStatus) -> Deed:
    """Note that somebody arrived, was seen, or did not come (R089, R090)."""

    async def work(row: Appointment) -> Deed:
        here = what is not AppointmentStatus.NO_SHOW
        if here and not day_has_come(row.starts_at, pressed.now):
            return Deed(Told.NOT_TODAY, row)
        done = await _MARKS[what](desk, row.id, pressed.staff.username, pressed.now)
        if isinstance(done, WhyNot):
            return Deed(Told.NOT_YET if done is WhyNot.TOO_SOON else done, row)
        return Deed(Told.DONE, row, late=isinstance(done, NoShowNoted) and done.breach is not None)

    return await _at_counter(pressed, f"appointment.{what.value}", work, marks_visits)


async def take_coming_back(desk: Desk, pressed: Pressed, why: str) -> Deed:
    """Take a wrong mark back: on the day it was made, at the desk that made it, for a reason."""

    async def work(row: Appointment) -> Deed:
        if why not in WHY:
            return Deed(Told.REASON_NEEDED, row)
        if not await may_take_back(row, pressed.staff, pressed.now):
            return Deed(Told.NOT_ALLOWED, row)
        await take_mark_back(desk, row, pressed.actor, why, pressed.now)
        return Deed(Told.DONE, row)

    return await _at_counter(pressed, "appointment.mark_taken_back", work, marks_visits)


async def move_visit(desk: Desk, pressed: Pressed, slot_id: UUID) -> Deed:
    """Move a visit to a slot of its clinic that is really free."""

    async def work(row: Appointment) -> Deed:
        if await _hospital_keeps(row):
            return Deed(Told.ASK_HOSPITAL, row)
        if not await of_clinic(slot_id, row.clinic_id):
            return Deed(WhyNot.NO_SESSION, row)
        moved = await move(desk, row.id, slot_id, pressed.actor, pressed.now)
        if isinstance(moved, WhyNot):
            return Deed(moved, row)
        return Deed(Told.DONE, moved.appointment, late=moved.breach is not None)

    return await _at_counter(pressed, "appointment.moved", work)


async def cancel_visit(
    desk: Desk, pressed: Pressed, reason: str, *, by_hospital: bool = False
) -> Deed:
    """Give a visit up, with the reason the patient gave, or because the hospital must."""

    async def work(row: Appointment) -> Deed:
        if not reason:
            return Deed(Told.REASON_NEEDED, row)
        if by_hospital and (refused := await _withdraws_wrongly(pressed, row, reason)):
            return Deed(refused, row)
        if not by_hospital and await _hospital_keeps(row):
            return Deed(Told.ASK_HOSPITAL, row)
        actor, now = pressed.actor, pressed.now
        done = await cancel(desk, row.id, actor, now, reason=reason, by_hospital=by_hospital)
        if isinstance(done, WhyNot):
            return Deed(done, row)
        return Deed(Told.DONE, done.appointment, late=done.breach is not None)

    return await _at_counter(pressed, "appointment.cancelled", work)


async def book_visit(desk: Desk, staff: StaffMember, order: Order, now: datetime) -> Deed:
    """Book at the counter: the cut-off alone binds, not the lead (R091, R092)."""
    if not keeps_book(staff):
        return Deed(Told.NOT_ALLOWED)

    async def work() -> Deed:
        opening = await opening_of(order.slot_id)
        if opening is not None and opening.clinic.keeper is BookKeeper.HOSPITAL:
            return Deed(Told.ASK_HOSPITAL)
        booked = await book(desk, order, now)
        if isinstance(booked, WhyNot):
            return Deed(booked)
        await _on_record(staff, "appointment.booked", booked, now)
        return Deed(Told.DONE, booked)

    return await unit_of_work(work)


async def tell_patient(desk: Desk, deed: Deed, what: RequestKind, now: datetime) -> bool:
    """Write to the patient what the counter did and what it counted as; False when it cannot be.

    In a unit of work of its own: the conversation is locked before any visit.
    """
    row = deed.appointment
    if not deed.done or row is None:
        return False
    if not await may_be_reminded(desk, await Patient.get(id=row.patient_id)):
        return False
    said = Prompted(
        now,
        Prompt.ANSWERED,
        visit=await visit_of(desk, row),
        patient=str(row.patient_id),
        clinic=str(row.clinic_id),
        note=what.value,
        breach=await latest_breach(row) if deed.late else 0,
    )
    subject = None if what is RequestKind.CANCEL else row
    name = f"counter:{what.value}:{row.id}:{row.version}"
    return await unit_of_work(
        lambda: prompt(desk, said, row.patient_id, now, occurrence=name, appointment=subject)
    )


_MARKS: Final[Mapping[AppointmentStatus, Mark]] = {
    AppointmentStatus.ARRIVED: mark_arrived,
    AppointmentStatus.FULFILLED: mark_fulfilled,
    AppointmentStatus.NO_SHOW: mark_no_show,
}


async def _withdraws_wrongly(pressed: Pressed, row: Appointment, reason: str) -> Told | None:
    """After the limit only some may, and say why in one of the words the report counts."""
    if not is_late(row, pressed.now):
        return None
    if not may_withdraw_late(pressed.staff, await Clinic.get(id=row.clinic_id)):
        return Told.NOT_ALLOWED
    return None if reason in set(HospitalReason) else Told.HOSPITAL_REASON_NEEDED


async def _hospital_keeps(row: Appointment) -> bool:
    return (await Clinic.get(id=row.clinic_id)).keeper is BookKeeper.HOSPITAL


async def _at_counter(
    pressed: Pressed,
    action: str,
    work: Callable[[Appointment], Awaitable[Deed]],
    right: Callable[[StaffMember], bool] = keeps_book,
) -> Deed:
    """Lock the visit, look whether the page was true, do it, and write down who did."""

    async def locked() -> Deed:
        if not right(pressed.staff):
            return Deed(Told.NOT_ALLOWED)
        known = await _known(pressed)
        row = await lock_visit(known.id) if known else None
        if row is None:
            return Deed(Told.NOT_FOUND)
        if row.version != pressed.version:
            return Deed(Told.STALE, row)
        deed = await work(row)
        if deed.done:
            await _on_record(pressed.staff, action, row, pressed.now)
        return deed

    return await unit_of_work(locked)


async def _known(pressed: Pressed) -> Appointment | None:
    return await visible_appointments(pressed.staff).filter(number=pressed.number).first()


async def _on_record(staff: StaffMember, action: str, row: Appointment, now: datetime) -> None:
    await append_entry(now, staff.username, action, subject_type="appointment", subject=row.id)
