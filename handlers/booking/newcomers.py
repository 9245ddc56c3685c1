"""Somebody at the counter: the record that is known, or a new one in a real name (R096)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from handlers.booking.persons import has_real_name
from models.audit import append_entry
from models.hospital import StaffMember
from models.people import (
    Consent,
    ConsentBasis,
    ConsentPurpose,
    ContactKind,
    ContactPoint,
    ContactStatus,
    Patient,
    Respondent,
    RespondentRole,
    ResponderRole,
    Sex,
    System,
)
from models.seal import blind_index
from models.unit import unit_of_work

COUNTER: Final = "counter"


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What is on the document, read and checked; `phone` is eleven figures or a landline."""

    name: str = field(repr=False)
    id_type: str
    id_no: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    sex: Sex
    phone: str = field(repr=False)
    mobile: bool = True


class PersonFault(StrEnum):
    """Why a person was not taken; the words for the counter are in console.toml."""

    NAME = "name_needed"
    ID = "id_needed"
    ID_WRONG = "id_wrong"
    PHONE = "phone_wrong"
    DIFFERS = "name_differs"
    DECEASED = "deceased"


async def admit(person: Newcomer, by: StaffMember, now: datetime) -> Patient | PersonFault:
    """Find the record of this document, or make one; another name under it is refused."""

    async def work() -> Patient | PersonFault:
        alike = await Patient.filter(id_no_index=blind_index("id_no", person.id_no)).order_by("id")
        named = [patient for patient in alike if patient.name == person.name]
        if alike and not named:
            return PersonFault.DIFFERS
        if named and named[0].deceased_at is not None:
            return PersonFault.DECEASED
        patient = named[0] if named else await _enter(person, by, now)
        await _put_phone(patient, person, now)
        return patient

    return await unit_of_work(work)


async def give_real_name(
    patient: Patient, person: Newcomer, by: StaffMember, now: datetime
) -> PersonFault | None:
    """Add the document to a record that has none; its name must be the record's."""

    async def work() -> PersonFault | None:
        if patient.name != person.name:
            return PersonFault.DIFFERS
        if has_real_name(patient):
            return None
        patient.id_type, patient.id_no, patient.updated_at = person.id_type, person.id_no, now
        patient.birth_date = patient.birth_date or person.birth_date
        await patient.save()
        await _put_phone(patient, person, now)
        await _note(by, "patient.real_name", patient, now)
        return None

    return await unit_of_work(work)


async def keep_consent(patient: Patient, by: StaffMember, now: datetime) -> None:
    """Record that the patient wants to be reminded of visits, said at the counter (PIPL 14)."""
    await Consent.create(
        patient=patient,
        purpose=ConsentPurpose.REMINDER,
        basis=ConsentBasis.CONSENT,
        granted=True,
        channel=COUNTER,
        recorded_by=by.username,
        at=now,
    )


async def _enter(person: Newcomer, by: StaffMember, now: datetime) -> Patient:
    patient = await Patient.create(
        name=person.name,
        sex=person.sex,
        birth_date=person.birth_date,
        id_type=person.id_type,
        id_no=person.id_no,
        created_at=now,
        updated_at=now,
    )
    await _note(by, "patient.entered", patient, now)
    return patient


async def _put_phone(patient: Patient, person: Newcomer, now: datetime) -> None:
    """A number that is somebody's already proves nothing about who else answers it."""
    if not person.phone:
        return
    index = blind_index(System.PHONE.value, person.phone)
    point = await ContactPoint.get_or_none(value_index=index, system=System.PHONE)
    if point is None:
        respondent = await _own_respondent(patient, now)
        await ContactPoint.create(
            respondent=respondent,
            system=System.PHONE,
            value=person.phone,
            kind=ContactKind.MOBILE if person.mobile else ContactKind.LANDLINE,
            status=ContactStatus.UNPROVEN if person.mobile else ContactStatus.LANDLINE,
        )
        return
    known = RespondentRole.filter(respondent_id=point.respondent_id, patient_id=patient.id)
    if not await known.exists():
        await RespondentRole.create(
            respondent_id=point.respondent_id, patient=patient, role=ResponderRole.RELATIVE
        )


async def _own_respondent(patient: Patient, now: datetime) -> Respondent:
    roles = RespondentRole.filter(patient_id=patient.id, role=ResponderRole.SELF, active=True)
    role = await roles.first()
    if role is not None:
        return await Respondent.get(id=role.respondent_id)
    respondent = await Respondent.create(name=patient.name, created_at=now)
    await RespondentRole.create(respondent=respondent, patient=patient, role=ResponderRole.SELF)
    return respondent


async def _note(by: StaffMember, action: str, patient: Patient, now: datetime) -> None:
    await append_entry(now, by.username, action, subject_type="patient", subject=patient.id)
