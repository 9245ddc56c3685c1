"""Who leaves tomorrow: what is to be settled beside the bed while the patient is there (R004)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from dialogs.timing import local
from handlers.cards import Person, look, person_of
from handlers.desk import Desk
from handlers.form_header import HeaderLine, header_of
from handlers.masking import mask_name
from handlers.scope import visible_stays
from models.care import BedsideCheck, Encounter
from models.conversation import Outgoing
from models.hospital import StaffMember, StaffRole
from models.people import (
    Consent,
    ConsentPurpose,
    ContactPoint,
    Respondent,
    RespondentRole,
    ResponderRole,
    System,
)
from models.row import related

# one who was to leave and is in no list of discharges three days later is not leaving
FORGOTTEN_AFTER: Final = timedelta(days=3)
ASKED: Final = (ConsentPurpose.FOLLOW_UP, ConsentPurpose.REMINDER, ConsentPurpose.SURVEY)
TEST: Final = "bedside-test"
_SETTLE: Final = frozenset(
    {StaffRole.NURSE, StaffRole.HEAD_NURSE, StaffRole.DOCTOR, StaffRole.DIRECTOR}
)


@dataclass(frozen=True, slots=True)
class BedsideRow:
    """One patient of the list, masked as before a record is opened."""

    stay_id: UUID
    name: str
    bed: str
    ward: str
    leaves_on: date
    tried: str
    bound: bool
    consented: bool | None
    settled: bool


@dataclass(frozen=True, slots=True)
class Relation:
    """Somebody else who answers for the patient, and whether they may be told."""

    role_id: UUID
    name: str = field(repr=False)
    relation: str
    guardian: bool
    authorised: bool


@dataclass(frozen=True, slots=True)
class BedsideCard:
    """What is known of one patient, and what has been settled."""

    stay: Encounter
    person: Person
    check: BedsideCheck
    header: list[HeaderLine]
    relations: list[Relation]
    consents: Mapping[ConsentPurpose, bool]
    bound: list[str]
    # the last message sent to try the way, if there was one
    tried: Outgoing | None


def settles(staff: StaffMember) -> bool:
    """Tell whether somebody settles things at the bedside: nurses and doctors of a ward."""
    return staff.role in _SETTLE


def bedside_stays(staff: StaffMember, now: datetime) -> QuerySet[Encounter]:
    """Select who is to leave, or left today, of one's own wards."""
    today = local(now).date()
    waiting = Q(expected=True, discharged_on__gte=today - FORGOTTEN_AFTER)
    here = Q(expected=False, discharged_on__gte=today, exclusion="")
    rows = visible_stays(staff).filter(waiting | here, withdrawn_at__isnull=True)
    return rows if settles(staff) else rows.filter(id__in=[])


async def tomorrows(staff: StaffMember, now: datetime) -> list[BedsideRow]:
    """List who is still to leave, the soonest first."""
    found = bedside_stays(staff, now).filter(expected=True)
    rows = found.order_by("discharged_on", "ward", "bed")
    stays = await rows.prefetch_related("patient", "department")
    checks = await BedsideCheck.filter(encounter_id__in=[stay.id for stay in stays])
    checked = {check.encounter_id: check for check in checks}
    bound = await _bound([stay.patient_id for stay in stays])
    consents = await newest_consents([stay.patient_id for stay in stays])
    return [_row(stay, checked.get(stay.id), bound, consents) for stay in stays]


async def open_bedside(
    stay_id: UUID, staff: StaffMember, desk: Desk, now: datetime
) -> BedsideCard | None:
    """Open one patient to settle things; None where it is not to be opened. Looks are on record."""
    found = bedside_stays(staff, now).filter(id=stay_id)
    stay = await found.prefetch_related("patient", "department").first()
    if stay is None:
        return None
    await look(staff, "bedside.opened", "encounter", stay.id, now)
    consents = await newest_consents([stay.patient_id])
    return BedsideCard(
        stay=stay,
        person=await person_of(stay.patient, stay, now),
        check=await BedsideCheck.get_or_none(encounter_id=stay.id)
        or BedsideCheck(encounter_id=stay.id),
        header=[line for line in await header_of(desk.header, stay) if not line.given],
        relations=await _relations(stay.patient_id),
        consents=consents.get(stay.patient_id, {}),
        bound=(await _bound([stay.patient_id])).get(stay.patient_id, []),
        tried=await last_try(stay.id),
    )


async def last_try(stay_id: UUID) -> Outgoing | None:
    """Return the last message by which the way to this patient was tried."""
    rows = Outgoing.filter(occurrence__startswith=f"{TEST}:{stay_id}:")
    return await rows.order_by("-created_at").first()


async def bound_channels(stay: Encounter) -> list[str]:
    """Name the channels by which somebody has proven to answer for this patient."""
    return (await _bound([stay.patient_id])).get(stay.patient_id, [])


async def newest_consents(
    patients: Sequence[UUID],
) -> Mapping[UUID, Mapping[ConsentPurpose, bool]]:
    """Return what each patient last said to each purpose; what was taken back is a no."""
    found: dict[UUID, dict[ConsentPurpose, bool]] = {}
    for row in await Consent.filter(patient_id__in=list(patients)).order_by("at"):
        said = row.granted and row.withdrawn_at is None
        found.setdefault(row.patient_id, {})[ConsentPurpose(row.purpose)] = said
    return found


def _row(
    stay: Encounter,
    check: BedsideCheck | None,
    bound: Mapping[UUID, list[str]],
    consents: Mapping[UUID, Mapping[ConsentPurpose, bool]],
) -> BedsideRow:
    return BedsideRow(
        stay_id=stay.id,
        name=mask_name(stay.patient.name),
        bed=stay.bed,
        ward=stay.ward or (stay.department.name if stay.department else ""),
        leaves_on=stay.discharged_on,
        tried=check.phone_tried if check else "",
        bound=bool(bound.get(stay.patient_id)),
        consented=consents.get(stay.patient_id, {}).get(ConsentPurpose.FOLLOW_UP),
        settled=check is not None and check.done_at is not None,
    )


async def _bound(patients: Sequence[UUID]) -> dict[UUID, list[str]]:
    roles = await RespondentRole.filter(patient_id__in=list(patients), active=True)
    points = await ContactPoint.filter(
        respondent_id__in=[role.respondent_id for role in roles],
        verified_at__isnull=False,
        wrong_at__isnull=True,
    ).exclude(system=System.PHONE)
    found: dict[UUID, list[str]] = {}
    for role in roles:
        own = {
            point.system.channel for point in points if point.respondent_id == role.respondent_id
        }
        found.setdefault(role.patient_id, []).extend(sorted(own))
    return found


async def _relations(patient_id: UUID) -> list[Relation]:
    roles = RespondentRole.filter(patient_id=patient_id, active=True)
    others = await roles.exclude(role=ResponderRole.SELF).order_by("id")
    return [await _relation(role) for role in others]


async def _relation(role: RespondentRole) -> Relation:
    respondent: Respondent = await related(role, "respondent")
    guardian = role.role is ResponderRole.GUARDIAN
    return Relation(role.id, respondent.name or "", role.relation, guardian, role.authorised)
