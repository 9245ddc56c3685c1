"""Whom to write to about a patient, and by which address; or why a person must call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from dialogs.timing.spans import local
from handlers.binding import ATTEMPTS
from handlers.chosen_way import by_choice, chosen_channel
from handlers.desk import Desk
from handlers.matters import CHILD, age_on, has_consent
from handlers.spared import told_instead
from handlers.tasks import PhoneReason
from handlers.written_to import addresses_of
from models.care import BedsideSlip, Encounter, FollowUpTask
from models.people import (
    ContactPoint,
    ContactStatus,
    HospitalPhone,
    HospitalPhoneStatus,
    Patient,
    RespondentRole,
    ResponderRole,
)

_TRANSFERRED = ("2", "3")


@dataclass(frozen=True, slots=True)
class Reach:
    """An address that may be written to, or the reason why none may."""

    contact_point: ContactPoint | None = None
    reason: PhoneReason | None = None


async def reach(
    desk: Desk, encounter: Encounter, patient: Patient, task: FollowUpTask, now: datetime
) -> Reach:
    """Find the best address of the person to ask: a proven one, else the phone on file by SMS.

    That person is the patient, the guardian of a child under 14 (PIPL 31), or the authorised
    relative where the patient is to be spared (R043). Who answers a phone on file is asked for
    before anything is said of an illness (R225).
    """
    if encounter.disposition in _TRANSFERRED:
        return Reach(reason=PhoneReason.TRANSFERRED)
    if not await has_consent(patient):
        return Reach(reason=PhoneReason.NO_CONSENT)
    roles = await who_is_asked(patient, local(task.due_at).date())
    if not roles:
        return Reach(reason=_nobody(patient))
    found = await addresses_of(desk, [role.respondent_id for role in roles], now)
    if found:
        return Reach(by_choice(found, await chosen_channel(encounter))[0])
    return Reach(reason=await _why_not(encounter, roles))


def _nobody(patient: Patient) -> PhoneReason:
    """Say why there is nobody to ask (F17)."""
    spared = patient.protective_disclosure
    return PhoneReason.NO_RELATIVE if spared else PhoneReason.FAMILY_ONLY


async def who_is_asked(patient: Patient, day: date) -> list[RespondentRole]:
    """Return who answers for a patient on a day: the patient, a guardian, a relative (R043)."""
    roles = await RespondentRole.filter(patient_id=patient.id, active=True)
    age = age_on(patient, day.toordinal())
    if age is not None and age < CHILD:
        return [role for role in roles if role.role is ResponderRole.GUARDIAN]
    if patient.protective_disclosure:
        return told_instead(roles)
    return [role for role in roles if role.role is ResponderRole.SELF]


async def _why_not(encounter: Encounter, roles: list[RespondentRole]) -> PhoneReason:
    wrong = ContactPoint.filter(
        respondent_id__in=[role.respondent_id for role in roles],
        status=ContactStatus.WRONG_NUMBER,
    )
    if await wrong.exists():
        return PhoneReason.WRONG_NUMBER
    slips = BedsideSlip.filter(encounter_id=encounter.id)
    if await slips.filter(failed_attempts__gte=ATTEMPTS).exists():
        return PhoneReason.LOCKED_SLIP
    if await slips.filter(opened_at__isnull=True).exists():
        return PhoneReason.UNOPENED_SLIP
    phones = HospitalPhone.filter(encounter_id=encounter.id, status=HospitalPhoneStatus.OK)
    return PhoneReason.UNPROVEN if await phones.exists() else PhoneReason.NO_PHONE
