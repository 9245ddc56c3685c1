"""Which stays have a number that can be reached (M23): as the file says, corrected by staff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from handlers.reports.period import Period
from handlers.reports.places import in_departments
from models.care import Encounter
from models.people import (
    ContactPoint,
    ContactStatus,
    HospitalPhone,
    HospitalPhoneStatus,
    RespondentRole,
    System,
)

# a number that several patients share rings all the same
RINGS: Final = (HospitalPhoneStatus.OK, HospitalPhoneStatus.SHARED, HospitalPhoneStatus.LANDLINE)
_DEAD: Final = (ContactStatus.MALFORMED, ContactStatus.PLACEHOLDER, ContactStatus.WRONG_NUMBER)
# SQLite takes no more than 32,766 values in a statement
_AT_ONCE: Final = 10_000


async def stays_with_number(period: Period, departments: Sequence[str] | None) -> set[UUID]:
    """Return the stays discharged in a month with at least one deliverable number."""
    phones = HospitalPhone.filter(
        in_departments(departments, "encounter__department"),
        status__in=RINGS,
        encounter__discharged_on__gte=period.first,
        encounter__discharged_on__lte=period.last,
    )
    filed = await phones.values_list("encounter_id", "value_index")
    wrong = await _wrong_numbers()
    good = {stay for stay, index in filed if index not in wrong}
    return good | await _corrected(period, departments, good)


async def _wrong_numbers() -> set[Any]:
    """Numbers somebody has said are not the patient's; their index is the file's."""
    wrong = ContactPoint.filter(system=System.PHONE, wrong_at__isnull=False)
    return set(await wrong.values_list("value_index", flat=True))


async def _corrected(
    period: Period, departments: Sequence[str] | None, good: set[UUID]
) -> set[UUID]:
    """What the file lacks a nurse may have entered since."""
    stays = Encounter.filter(
        in_departments(departments),
        discharged_on__gte=period.first,
        discharged_on__lte=period.last,
    )
    left = [row for row in await stays.values_list("id", "patient_id") if row[0] not in good]
    known = await _patients_with_number([patient for _, patient in left]) if left else set()
    return {stay for stay, patient in left if patient in known}


async def _patients_with_number(patients: Sequence[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for place in range(0, len(patients), _AT_ONCE):
        roles = RespondentRole.filter(
            patient_id__in=list(patients[place : place + _AT_ONCE]),
            active=True,
            respondent__contact_points__system=System.PHONE,
            respondent__contact_points__wrong_at__isnull=True,
            respondent__contact_points__status__not_in=_DEAD,
        )
        known = await roles.distinct().values_list("patient_id", flat=True)
        found |= {UUID(str(patient)) for patient in known}
    return found
