"""Finding the patient a complaint is about, by a number the caller gives; names stay masked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from handlers.masking import mask_name
from models.audit import append_entry
from models.care import Encounter
from models.hospital import StaffMember
from models.people import ContactPoint, HospitalPhone, Patient, RespondentRole, System
from models.seal import blind_index
from models.unit import unit_of_work

MOST: Final = 5


@dataclass(frozen=True, slots=True)
class Complainant:
    """A patient a number belongs to, as far as it takes to choose the right one."""

    patient_id: UUID
    name: str
    department: str
    discharged_on: date


async def find_complainants(number: str, staff: StaffMember, now: datetime) -> list[Complainant]:
    """Find whose inpatient number or telephone this is, whole and exact; the search is on record.

    Everybody of staff takes complaints in (R20), so nothing is told here but what the caller has
    to confirm: the first character of the name, the ward, the day of discharge.
    """
    wanted = number.strip()
    if not wanted:
        return []
    stays = await _stays_of(wanted)

    async def work() -> None:
        await append_entry(
            now, staff.username, "complaint.patient_searched", reason=f"{len(stays)} rows"
        )

    await unit_of_work(work)
    return [_complainant(stay) for stay in stays]


async def complainant(patient_id: UUID) -> Complainant | None:
    """Return one who was chosen."""
    stays = Encounter.filter(patient_id=patient_id, withdrawn_at__isnull=True)
    stay = await stays.order_by("-discharged_on").prefetch_related("patient", "department").first()
    return _complainant(stay) if stay else None


async def _stays_of(wanted: str) -> list[Encounter]:
    """The latest stay of each, newest first."""
    numbered = await Encounter.filter(inpatient_no=wanted).only("id", "patient_id")
    ids = {stay.patient_id for stay in numbered} | await _by_phone(blind_index("phone", wanted))
    stays = Encounter.filter(patient_id__in=list(ids), withdrawn_at__isnull=True)
    rows = await stays.order_by("-discharged_on").prefetch_related("patient", "department")
    latest: dict[UUID, Encounter] = {}
    for row in rows:
        latest.setdefault(row.patient_id, row)
    return list(latest.values())[:MOST]


async def _by_phone(index: str) -> set[UUID]:
    points = ContactPoint.filter(value_index=index, system=System.PHONE)
    owners = [point.respondent_id for point in await points.only("id", "respondent_id")]
    roles = await RespondentRole.filter(respondent_id__in=owners, active=True)
    filed = await HospitalPhone.filter(value_index=index).only("id", "encounter_id")
    stays = await Encounter.filter(id__in=[number.encounter_id for number in filed])
    return {role.patient_id for role in roles} | {stay.patient_id for stay in stays}


def _complainant(stay: Encounter) -> Complainant:
    patient: Patient = stay.patient
    department = stay.department.name if stay.department else ""
    return Complainant(patient.id, mask_name(patient.name), department, stay.discharged_on)
