"""Booking cards (预约卡, R085): the paper by which who has a booking is reached by message."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from dialogs.timing.spans import local, moment
from handlers.booking.rules import rules_of
from handlers.desk import Desk
from handlers.masking import mask_name
from handlers.printed_links import address_of_link, over, valid_links
from models.audit import append_entry
from models.booking import Appointment, AppointmentStatus, VisitSlip
from models.keys import KeyRing
from models.people import Patient
from models.unit import lock, unit_of_work

PRINTED: Final = "visit_slip.printed"


@dataclass(frozen=True, slots=True)
class AppointmentSlip:
    """What is printed on one card; `clinic` is empty where its name must not be shown.

    `free_until` is None once giving the place up would count, and where it never counts.
    """

    appointment_id: UUID
    number: str
    patient_name: str
    link: str
    check_code: str
    expires_on: date
    starts_at: datetime
    check_in_by: datetime
    free_until: datetime | None
    clinic: str = ""
    doctor: str = ""
    room: str = ""
    guide_desk: str = ""
    guide: str = ""
    phone: str = ""


async def issue_cards(
    desk: Desk, visit_ids: Iterable[UUID], signer: KeyRing, by: str, now: datetime
) -> list[AppointmentSlip]:
    """Make a card for each of these visits, in their order; each printing is on record.

    A visit whose card is still valid gets the same one again. Nothing is issued for the dead, for
    visits given up or begun, nor for who could not prove a year of birth.
    """
    wanted = list(dict.fromkeys(visit_ids))
    return await unit_of_work(lambda: _issue(desk, wanted, signer, by, now))


async def visits_on(day: date) -> list[UUID]:
    """Return the visits of a day that are still booked, clinic by clinic and in order of time."""
    rows = Appointment.filter(
        status=AppointmentStatus.BOOKED,
        starts_at__gte=moment(day, time()),
        starts_at__lt=moment(day + timedelta(days=1), time()),
    )
    return [row.id for row in await rows.order_by("clinic__code", "starts_at", "number")]


async def _issue(
    desk: Desk, wanted: list[UUID], signer: KeyRing, by: str, now: datetime
) -> list[AppointmentSlip]:
    await lock(Appointment.filter(id__in=wanted).order_by("id"))
    rows = Appointment.filter(id__in=wanted, status=AppointmentStatus.BOOKED, starts_at__gt=now)
    loaded = rows.prefetch_related("patient", "clinic__department", "session")
    known = {row.id: row for row in await loaded if _can_prove(row.patient)}
    chosen = [known[key] for key in wanted if key in known]
    links = await valid_links(VisitSlip, {row.id: over(row) for row in chosen}, now, signer)
    for row in chosen:
        await append_entry(now, by, PRINTED, subject_type="appointment", subject=row.id)
    return [_slip(desk, row, links[row.id], signer, now) for row in chosen]


def _can_prove(patient: Patient) -> bool:
    return patient.deceased_at is None and patient.birth_date is not None


def _slip(
    desk: Desk, visit: Appointment, link: VisitSlip, signer: KeyRing, now: datetime
) -> AppointmentSlip:
    clinic, session = visit.clinic, visit.session
    counts = rules_of(clinic).late_cancel_counts and visit.hospital_changed_at is None
    return AppointmentSlip(
        appointment_id=visit.id,
        number=visit.number,
        patient_name=mask_name(visit.patient.name),
        link=address_of_link(desk.public_url, signer, link),
        check_code=link.check_code,
        expires_on=local(max(link.expires_at, over(visit))).date(),
        starts_at=visit.starts_at,
        check_in_by=visit.check_in_by,
        free_until=visit.free_until if counts and now < visit.free_until else None,
        clinic="" if clinic.department and clinic.department.neutral else clinic.name,
        doctor=(session.substitute if session else "") or visit.doctor,
        room=(session.room if session else "") or clinic.room,
        guide_desk=clinic.guide_desk,
        guide=clinic.guide,
        phone=clinic.phone or desk.switchboard,
    )
