"""A doctor's or ward's list of who did not come for review, in any file, to rows and faults."""

import datetime as dt
from dataclasses import dataclass, field

from bot.intake.faults import Fault, FaultLog
from bot.intake.headers import RECALLS
from bot.intake.names import is_unnamed, tidy_name
from bot.intake.person import read_person
from bot.intake.record import Record
from bot.intake.table import read_table


@dataclass(frozen=True, slots=True, repr=False)
class RecallRow:
    """Who should have come, and when; texts are blank where the list says nothing."""

    line: int
    name: str
    due_on: dt.date
    mrn: str
    inpatient_no: str
    id_no: str
    phones: tuple[str, ...]
    doctor: str
    clinic: str
    remark: str

    def __repr__(self) -> str:
        """Show the line only: logs and test output must not hold a patient."""
        return f"RecallRow(line={self.line})"


@dataclass(frozen=True, slots=True)
class RecallList:
    """The good rows and all that was found about the file."""

    filename: str
    rows: tuple[RecallRow, ...] = field(repr=False)
    faults: tuple[Fault, ...]
    unknown_columns: tuple[str, ...]
    total_rows: int


def read_recalls(content: bytes, filename: str, *, today: dt.date) -> RecallList:
    """Read a list of missed reviews; `today` is the day in Shanghai.

    A review that is still to come, and a row nobody could be found by, are left out and named.
    """
    table = read_table(content, filename, headers=RECALLS)
    log = FaultLog(RECALLS.labels)
    read = (_recall(Record(found, log), today) for found in table.rows)
    rows = tuple(row for row in read if row)
    faults = tuple(sorted((*table.faults, *log.all()), key=lambda fault: fault.line or 0))
    return RecallList(filename, rows, faults, table.unknown_columns, table.total_rows)


def _recall(record: Record, today: dt.date) -> RecallRow | None:
    name, due_on = record.required("name"), _due(record, today)
    if name is None or due_on is None:
        return None
    if is_unnamed(name):
        record.note("patient_unnamed", "name")
        return None
    row = RecallRow(
        line=record.row.line,
        name=tidy_name(name),
        due_on=due_on,
        mrn=record.number("mrn"),
        inpatient_no=record.number("inpatient_no"),
        id_no=read_person(record, due_on).id_no,
        phones=_phones(record),
        doctor=tidy_name(record.text("doctor")),
        clinic=record.text("clinic"),
        remark=record.text("remark"),
    )
    if not (row.mrn or row.inpatient_no or row.id_no or row.phones):
        record.note("recall_without_number")
        return None
    return row


def _due(record: Record, today: dt.date) -> dt.date | None:
    """Read the day of the review; today's may be over by the time the list is brought."""
    moment = record.required_moment("due_on")
    if moment is None:
        return None
    if moment.date() > today:
        record.note("recall_not_due", "due_on", date=moment.date().isoformat())
        return None
    return moment.date()


def _phones(record: Record) -> tuple[str, ...]:
    phones = record.phones("phone", for_messages=False)
    return tuple(phone.number for phone in phones if phone.number)
