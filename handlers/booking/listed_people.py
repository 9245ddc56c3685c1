"""Whom a list of appointments means: patients known by number, by card, or by name and phone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain
from typing import Final
from uuid import UUID

from handlers.answering_people import Circle
from handlers.booking.appointment_entry import AppointmentEntry
from handlers.discharge_entry import PatientEntry
from handlers.import_batch import Batch
from handlers.import_report import Finding, Trouble
from handlers.known_records import Known
from models.draft import drafted
from models.people import (
    Consent,
    ConsentPurpose,
    ContactPoint,
    Patient,
    Respondent,
    RespondentRole,
    Sex,
    System,
)
from models.row import RowT
from models.unit import lock

MRN_WIDTH: Final = 64


async def known_people(entries: Sequence[AppointmentEntry]) -> Known:
    """Read and lock the patients entries may mean, with who answers for them and how."""
    known = Known()
    dialled = {number.number for entry in entries for number in entry.numbers if number.number}
    indexes = {known.index("phone", number) for number in dialled}
    points = await _locked(ContactPoint, "value_index", indexes)
    owners = {point.respondent_id for point in points if point.system is System.PHONE}
    answered = await _locked(RespondentRole, "respondent_id", owners)
    for patient in await _patients(known, entries, answered):
        known.keep_patient(patient)
    await _load_circles(known, owners)
    await _load_consents(known)
    return known


def find_person(known: Known, entry: AppointmentEntry) -> Patient | Finding | None:
    """Find by ID number and name, by record or card number, else by name and phone (R096).

    None for somebody new; a finding where a number belongs to another name.
    """
    said = entry.patient
    by_id = known.by_id.get(known.index("id_no", said.id_no), []) if said.id_no else []
    if same := next((patient for patient in by_id if patient.name == said.name), None):
        return same
    numbered = known.by_mrn.get(said.mrn or entry.card_no)
    if numbered is not None and numbered.name != said.name:
        return Finding(entry.line, Trouble.NAME_DIFFERS, "name")
    return numbered or _by_phone(known, entry)


def put_person(
    known: Known, batch: Batch, found: Patient | None, entry: AppointmentEntry, now: datetime
) -> Patient:
    """Write what a list says of a person where nothing is known yet, and the numbers to reach."""
    patient = found or drafted(Patient, name=entry.patient.name, created_at=now, updated_at=now)
    _fill(known, patient, entry.patient)
    known.keep_patient(patient)
    if found is None:
        batch.add(patient)
    else:
        batch.touch(patient)
    Circle(known, batch, patient, now).add(entry.numbers)
    return patient


def notices_of(known: Known, entry: AppointmentEntry, patient: Patient) -> list[Finding]:
    """Name what a clerk should look at: an ID number shared, missing, or a death on file."""
    said = entry.patient.id_no
    holders = known.by_id.get(known.index("id_no", said), []) if said else []
    findings = []
    if any(holder is not patient for holder in holders):
        findings.append(Finding(entry.line, Trouble.ID_OF_ANOTHER, "id_no"))
    if not patient.id_no:
        findings.append(Finding(entry.line, Trouble.NO_REAL_NAME, "id_no"))
    if patient.deceased_at is not None:
        findings.append(Finding(entry.line, Trouble.PATIENT_DECEASED, "name"))
    return findings


def _by_phone(known: Known, entry: AppointmentEntry) -> Patient | None:
    """Find who has this name and one of these numbers, and no other ID number."""
    for number in entry.numbers:
        point = known.points.get(known.index("phone", number.number or ""))
        roles = known.answered_for.get(point.respondent_id, []) if point else []
        for role in roles:
            patient = known.patients.get(role.patient_id)
            if patient is None or patient.name != entry.patient.name:
                continue
            if not patient.id_no or entry.patient.id_no in {"", patient.id_no}:
                return patient
    return None


def _fill(known: Known, patient: Patient, said: PatientEntry) -> None:
    if said.mrn and not patient.mrn and said.mrn not in known.by_mrn:
        patient.mrn = said.mrn[:MRN_WIDTH]
    if said.id_no and not patient.id_no:
        patient.id_no, patient.id_type = said.id_no, said.id_type
    if patient.sex is Sex.UNKNOWN:
        patient.sex = said.sex
    if patient.birth_date is None:
        patient.birth_date = said.birth_date


async def _patients(
    known: Known, entries: Sequence[AppointmentEntry], answered: Iterable[RespondentRole]
) -> list[Patient]:
    indexes = {known.index("id_no", e.patient.id_no) for e in entries if e.patient.id_no}
    numbers = {number for e in entries for number in (e.patient.mrn, e.card_no) if number}
    found = chain(
        await _locked(Patient, "id_no_index", indexes),
        await _locked(Patient, "mrn", numbers),
        await _locked(Patient, "id", {role.patient_id for role in answered}),
    )
    return list({patient.id: patient for patient in found}.values())


async def _load_circles(known: Known, owners: set[UUID]) -> None:
    roles = await _locked(RespondentRole, "patient_id", set(known.patients))
    respondents = owners | {role.respondent_id for role in roles}
    for respondent in await _locked(Respondent, "id", respondents):
        known.respondents[respondent.id] = respondent
    for role in await _locked(RespondentRole, "respondent_id", respondents):
        known.keep_role(role)
    for point in await _locked(ContactPoint, "respondent_id", respondents):
        known.keep_point(point)


async def _load_consents(known: Known) -> None:
    """Keep the newest consent to reminders of each patient."""
    rows = await _locked(Consent, "patient_id", set(known.patients))
    for row in sorted(rows, key=lambda row: row.at):
        if row.purpose is ConsentPurpose.REMINDER:
            known.consents[row.patient_id] = row


async def _locked(table: type[RowT], column: str, values: Iterable[object]) -> list[RowT]:
    """Lock rows in one order, so that two imports cannot stand in each other's way."""
    wanted = list(values)
    if not wanted:
        return []
    return await lock(table.filter(**{f"{column}__in": wanted}).order_by("id"))
