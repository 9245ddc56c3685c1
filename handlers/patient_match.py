"""Which patient a discharge is about, and what the hospital says anew about that patient."""

from __future__ import annotations

from datetime import datetime

from handlers.discharge_entry import DischargeEntry, PatientEntry
from handlers.import_batch import Batch
from handlers.import_report import Finding, Trouble
from handlers.known_records import Known
from models.draft import drafted
from models.people import Patient, Sex


def find_patient(known: Known, entry: DischargeEntry) -> Patient | Finding | None:
    """Find by number, by identity number and name, or by the stay; None for a new patient.

    Two names under one number, or a stay that belongs to somebody else, are for a person to
    settle: the finding says so, and nothing may be changed.
    """
    stay = known.stays.get(entry.stay.key)
    owner = known.patients[stay.patient_id] if stay else None
    by_mrn = known.by_mrn.get(entry.patient.mrn)
    patient = by_mrn or _by_id(known, entry.patient) or owner or _by_inpatient_no(known, entry)
    if patient is None:
        return None
    if owner is not None and owner is not patient:
        return Finding(entry.line, Trouble.STAY_OF_ANOTHER, "inpatient_no")
    if patient.name != entry.patient.name:
        return Finding(entry.line, Trouble.NAME_DIFFERS, "name")
    return patient


def id_of_another(known: Known, entry: DischargeEntry, patient: Patient | None) -> bool:
    """Tell whether the identity number stands at somebody else: a mother's card at her newborn."""
    number = entry.patient.id_no
    if not number:
        return False
    holders = known.by_id.get(known.index("id_no", number), [])
    return any(holder is not patient for holder in holders)


def put_patient(
    known: Known, batch: Batch, found: Patient | None, entry: DischargeEntry, now: datetime
) -> Patient:
    """Write what the hospital says of the person; what it leaves blank stays as it was.

    The list of an earlier stay does not know better than that of a later one. A wish to keep the
    diagnosis from the patient is only ever added: a file that forgets it must not tell.
    """
    said = entry.patient
    patient = found or drafted(Patient, name=said.name, created_at=now, updated_at=now)
    _put_numbers(known, patient, said, owns_stay=entry.stay.key in known.stays)
    if found is None or _is_latest(known, found, entry):
        _put_person(patient, said)
    patient.protective_disclosure = patient.protective_disclosure or said.protective_disclosure
    patient.updated_at = now
    known.keep_patient(patient)
    if found is None:
        batch.add(patient)
    else:
        batch.touch(patient)
    return patient


def _by_id(known: Known, said: PatientEntry) -> Patient | None:
    if not said.id_no:
        return None
    holders = known.by_id.get(known.index("id_no", said.id_no), [])
    return next((holder for holder in holders if holder.name == said.name), None)


def _by_inpatient_no(known: Known, entry: DischargeEntry) -> Patient | None:
    """Find whoever was here before under this number, when the name is the same too."""
    stays = known.by_inpatient_no.get(entry.stay.inpatient_no, [])
    owners = (known.patients[stay.patient_id] for stay in stays)
    return next((owner for owner in owners if owner.name == entry.patient.name), None)


def _put_numbers(known: Known, patient: Patient, said: PatientEntry, *, owns_stay: bool) -> None:
    """Take the numbers; a second registration of a known person leaves the first one standing."""
    if said.mrn and (owns_stay or not patient.mrn):
        if patient.mrn and patient.mrn != said.mrn:
            known.by_mrn.pop(patient.mrn, None)
        patient.mrn = said.mrn
    if said.id_no and patient.id_no != said.id_no:
        patient.id_no = said.id_no


def _is_latest(known: Known, patient: Patient, entry: DischargeEntry) -> bool:
    stays = known.of_patient.get(patient.id, [])
    return all(stay.discharged_on <= entry.stay.discharged_on for stay in stays)


def _put_person(patient: Patient, said: PatientEntry) -> None:
    patient.needs = list(said.needs) or patient.needs
    patient.tags = list(said.tags) or patient.tags
    if said.sex is not Sex.UNKNOWN:
        patient.sex = said.sex
    if said.id_type:
        patient.id_type = said.id_type
    if said.birth_date and (patient.birth_date is None or not said.birth_is_approximate):
        patient.birth_date = said.birth_date
