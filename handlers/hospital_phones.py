"""What the hospital's file last said of a patient's numbers, and whether it says something new."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handlers.discharge_entry import NumberEntry
from handlers.import_batch import Batch
from handlers.known_records import Known
from models.care import Encounter
from models.draft import drafted
from models.people import (
    HospitalPhone,
    HospitalPhoneRole,
    HospitalPhoneStatus,
    ResponderRole,
)

_BEST_FIRST: Final = (
    HospitalPhoneStatus.OK,
    HospitalPhoneStatus.SHARED,
    HospitalPhoneStatus.LANDLINE,
)


def numbers_by_role(
    numbers: Sequence[NumberEntry],
) -> dict[HospitalPhoneRole, list[NumberEntry]]:
    """Split the numbers into the patient's own and those of others, the best of each first.

    Of others a guardian comes first: that number is the one which must not be lost.
    """
    ranked = sorted(numbers, key=_rank)
    own = [number for number in ranked if number.role is ResponderRole.SELF]
    others = [number for number in ranked if number.role is not ResponderRole.SELF]
    found = {HospitalPhoneRole.SELF: own, HospitalPhoneRole.CONTACT: others}
    return {role: numbers for role, numbers in found.items() if numbers}


def _rank(number: NumberEntry) -> tuple[bool, bool, int]:
    guardian = number.role is ResponderRole.GUARDIAN
    place = _BEST_FIRST.index(number.status) if number.status in _BEST_FIRST else len(_BEST_FIRST)
    return not number.number, not guardian, place


def note_phone(
    known: Known, batch: Batch, stay: Encounter, role: HospitalPhoneRole, number: NumberEntry
) -> tuple[bool, str | None]:
    """Keep what the file says; tell whether that is new, and the index of what it said before.

    Said before, of this stay or of the patient's latest other one, it is nothing new: what staff
    have corrected since then stands. Nor does an older stay know better than a later one.
    """
    before = _phone_of(known, stay, role)
    others = _of_other_stays(known, stay, role)
    previous = before if before is not None and before.number else next(iter(others), None)
    previous_index = previous.value_index if previous else None
    phone = before or drafted(HospitalPhone, encounter_id=stay.id, role=role, number="")
    phone.number, phone.status = number.number or "", number.status
    _keep(known, batch, stay, phone, fresh=before is None)
    is_new = number.number is not None and known.index("phone", number.number) != previous_index
    return is_new and is_latest(known, stay), previous_index


def is_latest(known: Known, stay: Encounter) -> bool:
    """Tell whether the patient has not been discharged again since."""
    others = known.of_patient.get(stay.patient_id, [])
    return all(other.discharged_on <= stay.discharged_on for other in others)


def _keep(
    known: Known, batch: Batch, stay: Encounter, phone: HospitalPhone, *, fresh: bool
) -> None:
    if fresh:
        known.phones.setdefault(stay.id, []).append(phone)
        batch.add(phone)
    else:
        batch.touch(phone)


def _phone_of(known: Known, stay: Encounter, role: HospitalPhoneRole) -> HospitalPhone | None:
    phones = known.phones.get(stay.id, [])
    return next((phone for phone in phones if phone.role == role), None)


def _of_other_stays(known: Known, stay: Encounter, role: HospitalPhoneRole) -> list[HospitalPhone]:
    """Return the numbers of the patient's other stays, that of the latest first."""
    others = [other for other in known.of_patient.get(stay.patient_id, []) if other is not stay]
    others.sort(key=lambda other: other.discharged_on, reverse=True)
    phones = (_phone_of(known, other, role) for other in others)
    return [phone for phone in phones if phone and phone.number]
