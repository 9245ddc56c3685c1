"""The numbers by which a patient, or whoever answers for the patient, can be called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from handlers.masking import mask_phone
from models.care import Encounter
from models.people import ContactPoint, HospitalPhone, HospitalPhoneStatus, RespondentRole, System

_NO_NUMBER = (HospitalPhoneStatus.MISSING, HospitalPhoneStatus.PLACEHOLDER)


@dataclass(frozen=True, slots=True)
class Number:
    """A number to dial; `whose` is a role (self, guardian, relative, contact), `relation` words.

    `contact_point_id` is None for a number that only the hospital's file knows. `shared` counts
    the patients it answers for where there are several: families share telephones.
    """

    value: str
    whose: str
    relation: str = ""
    contact_point_id: UUID | None = None
    wrong: bool = False
    shared: int = 0

    @property
    def masked(self) -> str:
        """As it is shown before the record is opened."""
        return mask_phone(self.value)


async def numbers_of(stays: Collection[Encounter]) -> Mapping[UUID, list[Number]]:
    """Return the numbers of each stay's patient, the patient's own first, wrong ones last."""
    of_patients = await _of_patients({stay.patient_id for stay in stays})
    in_files = await _in_files([stay.id for stay in stays])
    return {
        stay.id: _merged(of_patients.get(stay.patient_id, []), in_files.get(stay.id, []))
        for stay in stays
    }


async def numbers_of_patients(patients: Collection[UUID]) -> Mapping[UUID, list[Number]]:
    """Return the numbers of people with or without a stay, as `numbers_of` does."""
    stays = await Encounter.filter(patient_id__in=list(patients)).only("id", "patient_id")
    of_patients, in_files = (
        await _of_patients(set(patients)),
        await _in_files([s.id for s in stays]),
    )
    filed: dict[UUID, list[Number]] = {}
    for stay in stays:
        filed.setdefault(stay.patient_id, []).extend(in_files.get(stay.id, []))
    return {who: _merged(of_patients.get(who, []), filed.get(who, [])) for who in patients}


async def _of_patients(patients: Collection[UUID]) -> dict[UUID, list[Number]]:
    roles = await RespondentRole.filter(patient_id__in=list(patients), active=True)
    respondents = {role.respondent_id for role in roles}
    points = await ContactPoint.filter(respondent_id__in=list(respondents), system=System.PHONE)
    shared = await _answers_for(respondents)
    found: dict[UUID, list[Number]] = {}
    for role in roles:
        own = [point for point in points if point.respondent_id == role.respondent_id]
        found.setdefault(role.patient_id, []).extend(
            _number(role, point, shared[point.respondent_id]) for point in own
        )
    return found


async def _answers_for(respondents: Collection[UUID]) -> Mapping[UUID, int]:
    """Count for how many patients each of these people answers."""
    roles = RespondentRole.filter(respondent_id__in=list(respondents), active=True)
    return Counter(respondent for (respondent,) in await roles.values_list("respondent_id"))


def _number(role: RespondentRole, point: ContactPoint, patients: int) -> Number:
    wrong, shared = point.wrong_at is not None, patients if patients > 1 else 0
    return Number(point.value, role.role.value, role.relation, point.id, wrong, shared)


async def _in_files(stays: Collection[UUID]) -> dict[UUID, list[Number]]:
    found: dict[UUID, list[Number]] = {}
    rows = HospitalPhone.filter(encounter_id__in=list(stays)).exclude(status__in=_NO_NUMBER)
    for row in await rows:
        found.setdefault(row.encounter_id, []).append(Number(row.number, row.role.value))
    return found


def _merged(known: list[Number], in_file: list[Number]) -> list[Number]:
    values = {number.value for number in known}
    every = known + [number for number in in_file if number.value and number.value not in values]
    return sorted(every, key=lambda number: (number.wrong, number.whose != "self"))
