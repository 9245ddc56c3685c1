"""Whether a visit may be booked: the hour, the person, the day (R091, R092, R096, R098)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from tortoise.expressions import Q

from dialogs.appointments.events import WhyNot
from dialogs.timing.booking import BookingRules, first_open_day, last_open_day
from dialogs.timing.spans import local, moment
from handlers.booking.persons import has_real_name, person_key, records_of, suspended_until
from handlers.booking.rules import rules_of
from models.booking import Appointment, AppointmentStatus, Clinic, Session, SessionStatus, Slot
from models.people import Patient

LIVE: Final = (AppointmentStatus.BOOKED, AppointmentStatus.ARRIVED)
_A_DAY: Final = timedelta(days=1)
_KNOWN: Final = ("id", "clinic_id", "status", "starts_at")


@dataclass(frozen=True, slots=True)
class Opening:
    """A slot with its session and clinic, and the rules that bind it."""

    slot: Slot
    session: Session
    clinic: Clinic
    rules: BookingRules

    @property
    def doctor(self) -> str:
        """Who sees the patient: the substitute, where there is one."""
        return self.session.substitute or self.session.doctor


async def opening_of(slot_id: UUID) -> Opening | None:
    """Load a slot with what belongs to it; None when there is no such slot."""
    slot = await Slot.filter(id=slot_id).select_related("session__clinic").first()
    if slot is None:
        return None
    clinic = slot.session.clinic
    return Opening(slot, slot.session, clinic, rules_of(clinic))


async def of_clinic(slot_id: UUID, clinic_id: UUID) -> bool:
    """Tell whether a slot is one of this clinic; a form may name any."""
    return await Slot.filter(id=slot_id, session__clinic_id=clinic_id).exists()


def hour_forbids(opening: Opening, now: datetime, *, lead: bool) -> WhyNot | None:
    """Tell why a slot cannot be had at this hour; `lead` is for what patients newly book."""
    if opening.session.status is SessionStatus.STOPPED or not opening.clinic.active:
        return WhyNot.NO_SESSION
    if opening.slot.starts_at <= now:
        return WhyNot.PAST
    day = local(opening.slot.starts_at).date()
    if day < first_open_day(now, opening.rules, lead=lead):
        return WhyNot.TOO_SOON
    return WhyNot.TOO_FAR if lead and day > last_open_day(now, opening.rules) else None


async def person_forbids(patient: Patient, now: datetime) -> WhyNot | None:
    """Tell why this person may not book; the caller holds the person's lock."""
    if patient.deceased_at is not None:
        return WhyNot.ENDED
    if not has_real_name(patient):
        return WhyNot.NO_REAL_NAME
    suspended = await suspended_until(person_key(patient), now)
    return WhyNot.SUSPENDED if suspended else None


async def count_forbids(
    patient: Patient, rules: BookingRules, now: datetime, *, waits: int = 0
) -> WhyNot | None:
    """Nobody holds more open bookings at a time than the rules say, over all clinics.

    `waits`: further places the person already waits for, where one more is to be waited for.
    """
    coming = Appointment.filter(
        await records_of(patient), status=AppointmentStatus.BOOKED, starts_at__gt=now
    )
    held = await coming.count() + waits
    return WhyNot.TOO_MANY if held >= rules.open_bookings else None


async def visits_forbid(
    patient: Patient,
    opening: Opening,
    now: datetime,
    *,
    counted: bool,
    besides: UUID | None = None,
    records: Q | None = None,
) -> WhyNot | None:
    """One live booking a person, clinic and day, and no more at a time than `counted` allows.

    `besides` is the one that is moved; `records` are the person's, where they are known. One look
    at the book answers both: whoever is refused a last place costs no more than that.
    """
    day = moment(local(opening.slot.starts_at).date(), time(0))
    theirs = Appointment.filter(
        records or await records_of(patient), status__in=LIVE, starts_at__gte=min(day, now)
    )
    rows = [row for row in await theirs.only(*_KNOWN) if row.id != besides]
    clinic_id = opening.clinic.id
    if any(day <= row.starts_at < day + _A_DAY and row.clinic_id == clinic_id for row in rows):
        return WhyNot.TWICE
    held = sum(row.status is AppointmentStatus.BOOKED and row.starts_at > now for row in rows)
    return WhyNot.TOO_MANY if counted and held >= opening.rules.open_bookings else None
