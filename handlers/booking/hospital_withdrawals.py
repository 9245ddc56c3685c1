"""Visits the hospital gives up after the free limit: why, by whom it may be done, how often."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tortoise.expressions import F

from handlers.scope import directs_book, registers
from models.booking import Appointment, AppointmentStatus, BookKeeper, Clinic
from models.hospital import StaffMember


class HospitalReason(StrEnum):
    """Why the hospital gives a visit up so late that the patient cannot plan anew."""

    DOCTOR_AWAY = "doctor_away"
    EQUIPMENT = "equipment"
    EMERGENCY = "emergency"
    CLOSED = "closed"
    ENTERED_WRONGLY = "entered_wrongly"


@dataclass(frozen=True, slots=True)
class LateWithdrawal:
    """So many visits of a clinic that the hospital gave up late for one reason."""

    clinic: str
    reason: str
    count: int


def is_late(visit: Appointment, now: datetime) -> bool:
    """Tell whether the patient could no longer give the visit up for nothing either."""
    return now >= visit.free_until


def may_withdraw_late(staff: StaffMember, clinic: Clinic) -> bool:
    """The outpatient office may; registration where the hospital's own system has decided."""
    return directs_book(staff) or (clinic.keeper is BookKeeper.HOSPITAL and registers(staff))


async def late_withdrawals(begins: datetime, ends: datetime) -> tuple[LateWithdrawal, ...]:
    """Count what the hospital gave up late of the visits between two instants, most first."""
    rows = Appointment.filter(
        status=AppointmentStatus.CANCELLED_BY_HOSPITAL,
        starts_at__gte=begins,
        starts_at__lt=ends,
        cancelled_at__gte=F("free_until"),
    )
    visits = await rows.select_related("clinic")
    counted = Counter((visit.clinic.name, visit.cancel_reason) for visit in visits)
    ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(LateWithdrawal(*key, count) for key, count in ordered)
