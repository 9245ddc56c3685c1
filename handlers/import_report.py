"""What an import did: to each row, and in sum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain


class Standing(StrEnum):
    """What became of a row."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    FAULTY = "faulty"


class Trouble(StrEnum):
    """What a clerk should know of a row; the words belong to whoever shows it."""

    NAME_DIFFERS = "name_differs"
    STAY_OF_ANOTHER = "stay_of_another"
    NUMBER_TOO_LONG = "number_too_long"
    ROW_REFUSED = "row_refused"
    ID_OF_ANOTHER = "id_of_another"
    DEPARTMENT_UNKNOWN = "department_unknown"
    TEXT_SHORTENED = "text_shortened"
    PLAN_STAYS_STOPPED = "plan_stays_stopped"
    LEFT_ALREADY = "left_already"
    # clinics and sessions
    RULE_INVALID = "rule_invalid"
    CLINIC_DEPARTMENT_UNKNOWN = "clinic_department_unknown"
    CLINIC_CREATED = "clinic_created"
    DAY_OFF = "day_off"
    DOCTOR_ELSEWHERE = "doctor_elsewhere"
    SESSION_STAYS_STOPPED = "session_stays_stopped"
    BOOKED_KEPT = "booked_kept"
    # appointments
    APPOINTMENT_OF_ANOTHER = "appointment_of_another"
    APPOINTMENT_ENDED = "appointment_ended"
    APPOINTMENT_NOT_CHANGED = "appointment_not_changed"
    NO_REAL_NAME = "no_real_name"
    SESSION_UNLISTED = "session_unlisted"
    OVERBOOKED = "overbooked"
    WITHIN_SLOT = "within_slot"
    PATIENT_DECEASED = "patient_deceased"
    # who did not come for review
    PATIENT_UNKNOWN = "patient_unknown"
    PATIENT_UNCLEAR = "patient_unclear"
    REVIEW_BOOKED = "review_booked"
    TO_BE_PHONED = "to_be_phoned"
    RECALL_CLINIC_UNKNOWN = "recall_clinic_unknown"
    # rosters and liaison doctors
    STAFF_UNKNOWN = "staff_unknown"
    STAFF_NAME_DIFFERS = "staff_name_differs"
    STAFF_LEFT = "staff_left"
    DUTY_DEPARTMENT_UNKNOWN = "duty_department_unknown"
    DUTY_OVERLAP = "duty_overlap"
    LIAISON_NOT_DOCTOR = "liaison_not_doctor"
    LIAISON_PLACE_TAKEN = "liaison_place_taken"
    LIAISON_TWICE = "liaison_twice"
    LIAISON_NO_FIRST = "liaison_no_first"


@dataclass(frozen=True, slots=True)
class Finding:
    """One trouble with one row; `column` is the canonical name, `text` never a patient's own."""

    line: int
    trouble: Trouble
    column: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What one row came to; `exclusion` is the reason code of a stay that is not followed up."""

    line: int
    standing: Standing
    findings: tuple[Finding, ...] = ()
    exclusion: str = ""
    planned: bool = False
    stopped: int = 0


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The sum of an import; created, updated, unchanged and faulty make up all rows.

    `excluded` counts the stays without follow-up by reason code, among those taken.
    """

    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    faulty: int = 0
    excluded: Mapping[str, int] = field(default_factory=dict)
    planned: int = 0
    stopped: int = 0
    findings: tuple[Finding, ...] = ()
    dry_run: bool = False

    @property
    def taken(self) -> int:
        """How many rows are in the database as the hospital states them."""
        return self.rows - self.faulty


def faulty(line: int, findings: Sequence[Finding]) -> RowOutcome:
    """Return the outcome of a row that was left out."""
    return RowOutcome(line, Standing.FAULTY, tuple(findings))


def report_of(outcomes: Iterable[RowOutcome], *, dry_run: bool) -> ImportReport:
    """Add up what became of the rows."""
    known = sorted(outcomes, key=lambda outcome: outcome.line)
    count = Counter(outcome.standing for outcome in known)
    return ImportReport(
        rows=len(known),
        created=count[Standing.CREATED],
        updated=count[Standing.UPDATED],
        unchanged=count[Standing.UNCHANGED],
        faulty=count[Standing.FAULTY],
        excluded=dict(sorted(Counter(o.exclusion for o in known if o.exclusion).items())),
        planned=sum(outcome.planned for outcome in known),
        stopped=sum(outcome.stopped for outcome in known),
        findings=tuple(chain.from_iterable(outcome.findings for outcome in known)),
        dry_run=dry_run,
    )
