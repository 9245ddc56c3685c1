"""What the database holds about the people of some discharges, read at once and kept in mind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeVar
from uuid import UUID

from handlers.department_names import DepartmentNames, load_department_names
from handlers.discharge_entry import DischargeEntry
from handlers.risk import red_flagged
from models.care import Encounter, FollowUpPlan
from models.people import (
    Consent,
    ConsentPurpose,
    ContactPoint,
    HospitalPhone,
    Patient,
    Respondent,
    RespondentRole,
    System,
)
from models.row import Row
from models.seal import blind_index
from models.unit import lock

RowT = TypeVar("RowT", bound=Row)


@dataclass(slots=True)
class Known:
    """Rows by what they are looked up by; whoever makes a row keeps it here as well."""

    departments: DepartmentNames = field(default_factory=lambda: DepartmentNames({}))
    patients: dict[UUID, Patient] = field(default_factory=dict)
    by_mrn: dict[str, Patient] = field(default_factory=dict)
    by_id: dict[str, list[Patient]] = field(default_factory=dict)
    stays: dict[tuple[str, int], Encounter] = field(default_factory=dict)
    by_inpatient_no: dict[str, list[Encounter]] = field(default_factory=dict)
    of_patient: dict[UUID, list[Encounter]] = field(default_factory=dict)
    plans: dict[UUID, FollowUpPlan] = field(default_factory=dict)
    phones: dict[UUID, list[HospitalPhone]] = field(default_factory=dict)
    respondents: dict[UUID, Respondent] = field(default_factory=dict)
    roles: dict[UUID, list[RespondentRole]] = field(default_factory=dict)
    answered_for: dict[UUID, list[RespondentRole]] = field(default_factory=dict)
    points: dict[str, ContactPoint] = field(default_factory=dict)
    points_of: dict[UUID, list[ContactPoint]] = field(default_factory=dict)
    consents: dict[UUID, Consent] = field(default_factory=dict)
    red_flagged: set[UUID] = field(default_factory=set)
    _indexes: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)

    def index(self, purpose: str, value: str) -> str:
        """Return the blind index of a number, computed once."""
        key = purpose, value
        if key not in self._indexes:
            self._indexes[key] = blind_index(purpose, value)
        return self._indexes[key]

    def keep_patient(self, patient: Patient) -> None:
        """Know a patient, by every number that names one."""
        self.patients[patient.id] = patient
        if patient.mrn:
            self.by_mrn[patient.mrn] = patient
        index = patient.id_no_index
        if index and patient not in self.by_id.get(index, ()):
            self.by_id.setdefault(index, []).append(patient)

    def keep_stay(self, stay: Encounter) -> None:
        """Know a stay."""
        key = (stay.inpatient_no, stay.visit_seq)
        if key not in self.stays:
            self.stays[key] = stay
            self.by_inpatient_no.setdefault(stay.inpatient_no, []).append(stay)
            self.of_patient.setdefault(stay.patient_id, []).append(stay)

    def name_anew(self, key: tuple[str, int]) -> None:
        """Let a list name the visit another list left out: one number, one stay still expected."""
        stays = self.by_inpatient_no.get(key[0], [])
        waiting = [stay for stay in stays if stay.expected]
        if key not in self.stays and len(waiting) == 1:
            self.stays[key] = waiting[0]

    def keep_role(self, role: RespondentRole) -> None:
        """Know who answers for whom."""
        self.roles.setdefault(role.patient_id, []).append(role)
        self.answered_for.setdefault(role.respondent_id, []).append(role)

    def keep_point(self, point: ContactPoint, index: str | None = None) -> None:
        """Know an address; telephone numbers are looked up by `index`, their blind index."""
        index = index or point.value_index
        if index and point.system == System.PHONE:
            self.points[index] = point
        self.points_of.setdefault(point.respondent_id, []).append(point)

    async def load(self, entries: Sequence[DischargeEntry]) -> None:
        """Read and lock what taking these rows may change."""
        if entries:
            await _load_patients(self, entries)
            await _load_care(self)
            await _load_people(self, entries)


async def known_stays(entries: Sequence[DischargeEntry]) -> Known:
    """Read the stays these rows name, with the departments; inside the caller's unit of work."""
    known = Known(await load_department_names())
    for stay in await _in(Encounter, "inpatient_no", {e.stay.inpatient_no for e in entries}):
        known.keep_stay(stay)
    return known


async def _in(table: type[RowT], column: str, values: Iterable[object]) -> list[RowT]:
    """Lock rows in one order, so that two imports cannot stand in each other's way."""
    wanted = list(values)
    if not wanted:
        return []
    return await lock(table.filter(**{f"{column}__in": wanted}).order_by("id"))


async def _load_patients(known: Known, entries: Sequence[DischargeEntry]) -> None:
    stays = (known.by_inpatient_no.get(entry.stay.inpatient_no, []) for entry in entries)
    own = {stay.patient_id for stay in chain.from_iterable(stays)}
    numbers = {entry.patient.mrn for entry in entries} - {""}
    indexes = {known.index("id_no", e.patient.id_no) for e in entries if e.patient.id_no}
    found = [
        *await _in(Patient, "mrn", numbers),
        *await _in(Patient, "id_no_index", indexes),
        *await _in(Patient, "id", own),
    ]
    for patient in {patient.id: patient for patient in found}.values():
        known.keep_patient(patient)


async def _load_care(known: Known) -> None:
    for stay in await _in(Encounter, "patient_id", known.patients):
        known.keep_stay(stay)
    known.red_flagged = await red_flagged(known.patients)
    stays = [stay.id for stays in known.of_patient.values() for stay in stays]
    known.plans = {p.encounter_id: p for p in await _in(FollowUpPlan, "encounter_id", stays)}
    for phone in await _in(HospitalPhone, "encounter_id", stays):
        known.phones.setdefault(phone.encounter_id, []).append(phone)
    rows = await _in(Consent, "patient_id", known.patients)
    for row in sorted(rows, key=lambda row: row.at):
        if row.purpose == ConsentPurpose.FOLLOW_UP:
            known.consents[row.patient_id] = row


async def _load_people(known: Known, entries: Sequence[DischargeEntry]) -> None:
    numbers = {n.number for entry in entries for n in entry.numbers if n.number}
    indexes = {known.index("phone", number) for number in numbers}
    dialled = await _in(ContactPoint, "value_index", indexes)
    answering = {
        role.respondent_id for role in await _in(RespondentRole, "patient_id", known.patients)
    }
    respondents = answering | {p.respondent_id for p in dialled if p.system == System.PHONE}
    for respondent in await _in(Respondent, "id", respondents):
        known.respondents[respondent.id] = respondent
    for role in await _in(RespondentRole, "respondent_id", respondents):
        known.keep_role(role)
    for point in await _in(ContactPoint, "respondent_id", respondents):
        known.keep_point(point)
