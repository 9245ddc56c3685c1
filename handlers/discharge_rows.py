"""One row of a discharge list taken: its patient, stay, people, consent and plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from handlers.answering_people import Circle
from handlers.desk import Desk
from handlers.discharge_entry import DischargeEntry
from handlers.hospital_phones import is_latest
from handlers.import_batch import Batch
from handlers.import_consents import put_consent, refuses
from handlers.import_plans import Before, Decided, PlanDesk
from handlers.import_report import Finding, RowOutcome, Standing, Trouble, faulty
from handlers.known_records import Known
from handlers.patient_match import find_patient, id_of_another, put_patient
from handlers.plans import DEATH, waits_for_release
from handlers.stay_record import fingerprint, fitted, put_stay, too_long
from models.care import Encounter, PlanStatus
from models.hospital import Department
from models.people import Patient

_FILE_WIDTH: Final = 256


@dataclass(frozen=True, slots=True)
class Stated:
    """A row as it will be taken: texts fitted, department found, fingerprint computed."""

    entry: DischargeEntry
    department: Department | None
    fingerprint: str
    findings: tuple[Finding, ...]

    @classmethod
    def of(
        cls, desk: Desk, known: Known, entry: DischargeEntry, *, expected: bool = False
    ) -> Stated:
        """Prepare a row."""
        fitting, findings = fitted(entry)
        name = entry.stay.department
        department = known.departments.find(name)
        if department is None and name:
            findings.append(Finding(entry.line, Trouble.DEPARTMENT_UNKNOWN, "department", name))
        mark = fingerprint(desk, fitting, department, expected=expected)
        return cls(fitting, department, mark, tuple(findings))


@dataclass(slots=True)
class RowDesk:
    """Takes the rows of one chunk, in order; what they lead to is written at the end.

    `expected`: nobody of them has left yet (R004), so there is no plan to be made or stopped.
    """

    desk: Desk
    source_file: str
    known: Known
    now: datetime
    expected: bool = False
    batch: Batch = field(default_factory=Batch)
    decided: Decided = field(default_factory=Decided)

    async def take_all(self, entries: Sequence[DischargeEntry]) -> list[RowOutcome]:
        """Take rows; of those that state nothing new, nothing further is read."""
        outcomes: list[RowOutcome] = []
        rest: list[Stated] = []
        for entry in entries:
            self.known.name_anew(entry.stay.key)
            row = Stated.of(self.desk, self.known, entry, expected=self.expected)
            outcome = self._known_outcome(row)
            if outcome is None:
                rest.append(row)
            else:
                outcomes.append(outcome)
        await self.known.load([row.entry for row in rest])
        outcomes += [self._take(row) for row in rest]
        await self.batch.write()
        await self.decided.carry_out(self.desk, self.now)
        return outcomes

    def _known_outcome(self, row: Stated) -> RowOutcome | None:
        """Say at once what comes of a row that cannot be taken or is in the database as it is."""
        line = row.entry.line
        if findings := too_long(row.entry):
            return faulty(line, findings)
        stay = self.known.stays.get(row.entry.stay.key)
        if stay is None:
            return None
        if self.expected and not stay.expected:
            return RowOutcome(line, Standing.UNCHANGED, (Finding(line, Trouble.LEFT_ALREADY),))
        if stay.row_hash != row.fingerprint:
            return None
        return RowOutcome(line, Standing.UNCHANGED, row.findings, stay.exclusion)

    def _take(self, row: Stated) -> RowOutcome:
        """Take one row; what a person must settle is left untouched and named."""
        found = find_patient(self.known, row.entry)
        if isinstance(found, Finding):
            return faulty(row.entry.line, [found])
        findings = list(row.findings)
        if id_of_another(self.known, row.entry, found):
            findings.append(Finding(row.entry.line, Trouble.ID_OF_ANOTHER, "id_no"))
        return self._write(row, found, findings)

    def _write(self, row: Stated, found: Patient | None, findings: list[Finding]) -> RowOutcome:
        entry = row.entry
        known_stay = self.known.stays.get(entry.stay.key)
        before = _before(known_stay, found)
        came_true = known_stay is not None and known_stay.expected
        stops = len(self.decided.stops)
        patient = put_patient(self.known, self.batch, found, entry, self.now)
        stay = self._put_stay(known_stay, row, patient)
        if self.expected:
            self._put_people(row.entry, stay, patient)
            fresh = Standing.CREATED if known_stay is None else Standing.UPDATED
            return RowOutcome(entry.line, fresh, tuple(findings))
        planned = self._decide(row, stay, patient, before, came_true=came_true)
        if self._stays_stopped(stay, before):
            findings.append(Finding(entry.line, Trouble.PLAN_STAYS_STOPPED))
        return RowOutcome(
            entry.line,
            Standing.CREATED if before is None else Standing.UPDATED,
            tuple(findings),
            stay.exclusion,
            planned,
            len(self.decided.stops) - stops,
        )

    def _put_stay(self, stay: Encounter | None, row: Stated, patient: Patient) -> Encounter:
        written = put_stay(stay, row.entry, patient, row.department, self.now)
        written.row_hash, written.expected = row.fingerprint, self.expected
        written.source_file = self.source_file[:_FILE_WIDTH]
        self.known.keep_stay(written)
        if stay is None:
            self.batch.add(written)
        else:
            self.batch.touch(written)
        return written

    def _decide(
        self,
        row: Stated,
        stay: Encounter,
        patient: Patient,
        before: Before | None,
        *,
        came_true: bool,
    ) -> bool:
        """Take the people and the consent of the living, then see to the plans."""
        entry = row.entry
        plans = PlanDesk(self.desk, self.known, self.batch, self.decided, self.now)
        plans.note_death(stay, patient, before)
        plans.note_return(stay)
        if stay.disposition != DEATH:
            self._put_people(entry, stay, patient)
        refused = refuses(self.known, patient, entry)
        stay.exclusion = plans.exclusion(stay, patient, row.department, before, refused=refused)
        planned = plans.settle(stay, patient, before)
        if planned and came_true:
            plans.greet(stay, patient)
        return planned

    def _put_people(self, entry: DischargeEntry, stay: Encounter, patient: Patient) -> None:
        Circle(self.known, self.batch, patient, self.now).put(stay, entry.numbers)
        if is_latest(self.known, stay):
            put_consent(self.desk, self.known, self.batch, patient, entry, self.now)

    def _stays_stopped(self, stay: Encounter, before: Before | None) -> bool:
        """Tell whether a stay is to be followed up again, but its plan has ended for good."""
        plan = self.known.plans.get(stay.id)
        comes_back = before is not None and before.left_out and not stay.exclusion
        return comes_back and plan is not None and plan.status is PlanStatus.STOPPED


def _before(stay: Encounter | None, patient: Patient | None) -> Before | None:
    if stay is None or stay.expected:
        return None
    return Before(
        stay.department_id,
        stay.discharged_on,
        stay.disposition,
        bool(stay.exclusion or stay.withdrawn_at),
        patient.birth_date if patient else None,
        stay.review_on,
        stay.medicine_changed_on,
        waits_for_release(stay),
    )
