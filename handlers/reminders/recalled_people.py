"""Whom a row of missed reviews means, after which stay, and in which clinic."""

from __future__ import annotations

from uuid import UUID

from handlers.booking.clinic_names import ClinicNames
from handlers.import_report import Trouble
from handlers.reminders.recall_entry import RecallEntry
from models.booking import Clinic
from models.care import Encounter
from models.people import ContactPoint, Patient, RespondentRole, System
from models.seal import blind_index


async def find_recalled(entry: RecallEntry) -> Patient | Trouble:
    """Find by any of the numbers, each under this very name; else by name and telephone.

    A message to the wrong person is worse than none: what does not agree is left to a clerk.
    """
    found = await _by_numbers(entry) or await _by_phone(entry)
    if any(patient.name != entry.name for patient in found.values()):
        return Trouble.NAME_DIFFERS
    if len(found) > 1:
        return Trouble.PATIENT_UNCLEAR
    return next(iter(found.values()), Trouble.PATIENT_UNKNOWN)


async def stay_of(
    patient: Patient, entry: RecallEntry, department_id: UUID | None
) -> Encounter | None:
    """Return the stay the review belongs to: named, ordered for that day, or the ward's last.

    Where the list names neither clinic nor department it is the patient's last stay.
    """
    rows = Encounter.filter(
        patient_id=patient.id,
        withdrawn_at__isnull=True,
        expected=False,
        discharged_on__lte=entry.on,
    )
    stays = await rows.order_by("-discharged_on", "-visit_seq")
    named = [stay for stay in stays if entry.inpatient_no == stay.inpatient_no]
    ordered = [stay for stay in stays if stay.review_on == entry.on]
    of_ward = [stay for stay in stays if department_id and stay.department_id == department_id]
    others = [] if entry.clinic else stays
    return next(iter((*named, *ordered, *of_ward, *others)), None)


def clinic_of_department(names: ClinicNames, department_id: UUID | None) -> Clinic | None:
    """Return the clinic of a department, if it has exactly one."""
    if department_id is None:
        return None
    own = [row for row in names.clinics if row.active and row.department_id == department_id]
    return own[0] if len(own) == 1 else None


async def _by_numbers(entry: RecallEntry) -> dict[UUID, Patient]:
    """Where two people share a number, the one of this name is meant."""
    found: dict[UUID, Patient] = {}
    for people in (
        await Patient.filter(mrn=entry.mrn) if entry.mrn else [],
        await _of_stay(entry.inpatient_no) if entry.inpatient_no else [],
        await _of_id(entry.id_no) if entry.id_no else [],
    ):
        same = [patient for patient in people if patient.name == entry.name]
        found.update({patient.id: patient for patient in same or people})
    return found


async def _of_stay(inpatient_no: str) -> list[Patient]:
    stays = await Encounter.filter(inpatient_no=inpatient_no)
    return await Patient.filter(id__in={stay.patient_id for stay in stays})


async def _of_id(id_no: str) -> list[Patient]:
    return await Patient.filter(id_no_index=blind_index("id_no", id_no))


async def _by_phone(entry: RecallEntry) -> dict[UUID, Patient]:
    """Find who has this name and one of these telephones, and no other number of the row."""
    indexes = [blind_index("phone", phone) for phone in entry.phones]
    points = await ContactPoint.filter(system=System.PHONE, value_index__in=indexes)
    roles = await RespondentRole.filter(respondent_id__in=[p.respondent_id for p in points])
    people = await Patient.filter(id__in={role.patient_id for role in roles})
    return {row.id: row for row in people if row.name == entry.name and _agrees(row, entry)}


def _agrees(patient: Patient, entry: RecallEntry) -> bool:
    pairs = ((patient.mrn, entry.mrn), (patient.id_no, entry.id_no))
    return all(not known or not said or known == said for known, said in pairs)
