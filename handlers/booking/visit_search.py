"""Finding visits at the counter: by booking number, or by the phone or document of a person."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from uuid import UUID

from handlers.booking.visit_lines import VisitLine, visit_lines
from handlers.scope import visible_appointments
from models.booking import Appointment
from models.hospital import StaffMember
from models.people import ContactPoint, HospitalPhone, Patient, RespondentRole, System
from models.seal import blind_index

MOST: Final = 50
_LONGEST_NUMBER: Final = 32


async def find_visit(staff: StaffMember, text: str, today: date) -> Appointment | None:
    """Find by booking number, by the hospital's own number, or by today's last four figures."""
    said = "".join(text.split()).upper()
    rows = visible_appointments(staff)
    ours = rows.filter(number=said).first() if len(said) <= _LONGEST_NUMBER else None
    found = (await ours if ours else None) or await rows.filter(external_no=said).first()
    if found is not None or not said.isdecimal():
        return found
    return await rows.filter(number=f"YY{today:%Y%m%d}-{said:0>4}").first()


async def visits_of_person(
    staff: StaffMember, phones: Collection[str], id_no: str, now: datetime
) -> list[VisitLine]:
    """List the visits of whoever has one of these phones or this document, the latest first.

    Both are looked for by their blind indexes, and the lines are masked. A phone finds all for
    whom it is answered; who asks finds only visits they may know of.
    """
    people = await _people(phones, id_no)
    rows = visible_appointments(staff).filter(patient_id__in=people).distinct()
    found = await rows.order_by("-starts_at").limit(MOST).prefetch_related("patient", "clinic")
    return list((await visit_lines(found, now)).values())


async def _people(phones: Collection[str], id_no: str) -> list[UUID]:
    dialled = [blind_index(System.PHONE.value, phone) for phone in phones]
    points = ContactPoint.filter(system=System.PHONE, value_index__in=dialled)
    owners = [point.respondent_id for point in await points]
    roles = await RespondentRole.filter(respondent_id__in=owners, active=True)
    listed = await HospitalPhone.filter(value_index__in=dialled).select_related("encounter")
    alike = await Patient.filter(id_no_index=blind_index("id_no", id_no)) if id_no else []
    of_phone = [role.patient_id for role in roles] + [one.encounter.patient_id for one in listed]
    return [*of_phone, *(patient.id for patient in alike)]
