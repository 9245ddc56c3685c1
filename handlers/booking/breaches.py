"""Breaches: counted by real-name person, excused where we or fate are to blame (R097, R098)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dialogs.timing.booking import BookingRules, breaches_counted, suspending_breach, suspension_end
from handlers.booking.actor import SYSTEM, Actor
from handlers.booking.excuses import is_excused
from handlers.booking.history import note_event
from handlers.booking.persons import (
    breaches_of,
    lock_person,
    person_key,
    suspension_of,
)
from handlers.booking.rules import rules_of
from handlers.desk import Desk
from handlers.timers import DueKind, Timer, set_timer
from models.booking import (
    Appointment,
    AppointmentEventKind,
    Breach,
    BreachKind,
    Clinic,
    Suspension,
)
from models.hospital import StaffMember
from models.once import insert_once
from models.people import Patient
from models.unit import lock, unit_of_work

LONGEST_MONTH: Final = 31


async def note_breach(
    desk: Desk, appointment: Appointment, kind: BreachKind, at: datetime, now: datetime
) -> Breach | None:
    """Count what happened to this version of a visit, unless it is excused or counted already.

    `at` is when it was broken: when the words were written, or the hour of the visit. The third
    suspends. The caller holds the person's lock and the appointment's.
    """
    del desk
    rules = rules_of(await Clinic.get(id=appointment.clinic_id))
    patient = await Patient.get(id=appointment.patient_id)
    if await is_excused(appointment, patient, kind, at, rules):
        return None
    breach = Breach(
        appointment_id=appointment.id,
        version=appointment.version,
        patient_id=patient.id,
        person=person_key(patient),
        kind=kind,
        at=at,
    )
    if not await insert_once(breach):
        return None
    system = Actor(SYSTEM)
    await note_event(appointment, AppointmentEventKind.BREACHED, now, system, note=kind.value)
    await _suspend_if_full(breach, rules, now)
    return breach


async def number_of(breach: Breach) -> int:
    """Say the how manieth breach of its window this one is, as the patient is told."""
    appointment = await Appointment.get(id=breach.appointment_id)
    rules = rules_of(await Clinic.get(id=appointment.clinic_id))
    return breaches_counted(await breaches_of(breach.person), breach.at, rules)


async def latest_breach(appointment: Appointment) -> int:
    """Return the number of the last breach that a visit counted as, 0 for none."""
    standing = Breach.filter(appointment_id=appointment.id, waived_at__isnull=True)
    breach = await standing.order_by("-at").first()
    return 0 if breach is None else await number_of(breach)


async def waive(
    desk: Desk, breach_id: UUID, staff: StaffMember, reason: str, now: datetime
) -> Breach:
    """Take a breach back with its reason; below the limit a running suspension ends.

    Raises ValueError without a reason.
    """
    del desk
    if not reason.strip():
        raise ValueError("a waiver needs its reason")

    async def work() -> Breach:
        return await _waive(breach_id, staff.id, Actor(staff.username), reason, now)

    return await unit_of_work(work)


async def take_back(breach: Breach, actor: Actor, reason: str, now: datetime) -> None:
    """Waive a breach that turned out to be none, such as of somebody who came after all."""
    await _waive(breach.id, None, actor, reason, now)


async def lift(suspension_id: UUID, staff: StaffMember, reason: str, now: datetime) -> Suspension:
    """End a suspension by hand; ValueError without a reason."""
    if not reason.strip():
        raise ValueError("lifting a suspension needs its reason")

    async def work() -> Suspension:
        row = await lock(Suspension.filter(id=suspension_id)).get()
        return await _lift(row, staff.id, reason, now) if row.lifted_at is None else row

    return await unit_of_work(work)


async def appeal(breach_id: UUID, now: datetime) -> None:
    """Note that the patient disputes a breach; a person decides."""
    await Breach.filter(id=breach_id, appealed_at__isnull=True).update(appealed_at=now)


async def _waive(
    breach_id: UUID, staff_id: UUID | None, actor: Actor, reason: str, now: datetime
) -> Breach:
    breach = await Breach.get(id=breach_id)
    await lock_person(breach.patient_id)
    breach = await lock(Breach.filter(id=breach_id)).get()
    if breach.waived_at is not None:
        return breach
    breach.waived_at, breach.waived_by_id, breach.waive_reason = now, staff_id, reason[:256]
    await breach.save(update_fields=["waived_at", "waived_by_id", "waive_reason"])
    appointment = await Appointment.get(id=breach.appointment_id)
    await note_event(appointment, AppointmentEventKind.WAIVED, now, actor, note=reason[:256])
    await _lift_below_limit(breach, appointment, staff_id, reason, now)
    return breach


async def _suspend_if_full(breach: Breach, rules: BookingRules, now: datetime) -> None:
    """Half a year from the breach that filled the window; one that runs is not prolonged.

    The patient is told by a timer: the conversation's lock comes before this one.
    """
    full_at = suspending_breach(await breaches_of(breach.person), rules, breach.at)
    if full_at is None or await suspension_of(breach.person, full_at):
        return
    suspension = await Suspension.create(
        person=breach.person,
        patient_id=breach.patient_id,
        starts_at=full_at,
        ends_on=suspension_end(full_at, rules),
    )
    await set_timer(Timer(DueKind.TELL_SUSPENSION, suspension.id, now))


async def _lift_below_limit(
    breach: Breach,
    appointment: Appointment,
    staff_id: UUID | None,
    reason: str,
    now: datetime,
) -> None:
    rules = rules_of(await Clinic.get(id=appointment.clinic_id))
    running = await suspension_of(breach.person, now)
    if running is None:
        return
    window = timedelta(days=max(rules.breach_window_days, LONGEST_MONTH))
    since = running.starts_at - window
    if suspending_breach(await breaches_of(breach.person), rules, since) is None:
        await _lift(running, staff_id, reason, now)


async def _lift(row: Suspension, staff_id: UUID | None, reason: str, now: datetime) -> Suspension:
    row.lifted_at, row.lifted_by_id, row.lift_reason = now, staff_id, reason[:256]
    await row.save(update_fields=["lifted_at", "lifted_by_id", "lift_reason"])
    return row
