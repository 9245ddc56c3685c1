"""The hospital's list of appointments in any file to rows and faults."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bot.intake.clinics import kind_of, word_of
from bot.intake.dates import parse_moment
from bot.intake.faults import Fault, FaultLog
from bot.intake.headers import APPOINTMENTS
from bot.intake.names import is_unnamed, tidy_name
from bot.intake.person import Person, read_person
from bot.intake.phones import Phone
from bot.intake.record import Record
from bot.intake.table import read_table
from bot.intake.visit_hours import parse_clock, parse_hours, parse_period
from bot.intake.words import folded, meanings, yes_or_no
from handlers.booking.periods import Period, period_of


class ListedStatus(StrEnum):
    """Where an appointment stands as the hospital's list has it."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED_BY_PATIENT = "cancelled_by_patient"
    CANCELLED_BY_HOSPITAL = "cancelled_by_hospital"
    NO_SHOW = "no_show"
    WAITLIST = "waitlist"


@dataclass(frozen=True, slots=True)
class VisitTime:
    """When somebody is to come: a clock time, or only a part of the day, in Shanghai."""

    day: dt.date
    clock: dt.time | None
    period: Period | None


@dataclass(frozen=True, slots=True, repr=False)
class AppointmentRow:
    """An appointment; texts are blank and moments None where the list says nothing."""

    line: int
    appt_no: str
    status: ListedStatus
    name: str
    person: Person
    phones: tuple[Phone, ...]
    mrn: str
    card_no: str
    clinic: str
    kind: str
    doctor: str
    visit: VisitTime
    room: str
    visit_kind: str
    source: str
    cancel_reason: str
    cancelled_at: dt.datetime | None
    checkin_at: dt.datetime | None
    booked_at: dt.datetime | None
    key_patient: bool
    consent: bool | None

    def __repr__(self) -> str:
        """Show the line only: logs and test output must not hold a patient."""
        return f"AppointmentRow(line={self.line})"


@dataclass(frozen=True, slots=True)
class AppointmentList:
    """The good rows and all that was found about the file."""

    filename: str
    rows: tuple[AppointmentRow, ...] = field(repr=False)
    faults: tuple[Fault, ...]
    unknown_columns: tuple[str, ...]
    total_rows: int


_STATUSES: Final = meanings("appointment_status")
_VISIT_KINDS: Final = meanings("visit_kind")
_SOURCES: Final = meanings("booking_source")


def read_appointments(content: bytes, filename: str) -> AppointmentList:
    """Read a list of appointments; two rows of one number keep the last."""
    table = read_table(content, filename, headers=APPOINTMENTS)
    log = FaultLog(APPOINTMENTS.labels)
    rows: dict[str, AppointmentRow] = {}
    for found in table.rows:
        row = _appointment(Record(found, log))
        if row is None:
            continue
        if earlier := rows.pop(row.appt_no, None):
            log.add("appointment_repeated", earlier.line, "appt_no", other=row.line)
        rows[row.appt_no] = row
    faults = tuple(sorted((*table.faults, *log.all()), key=lambda fault: fault.line or 0))
    return AppointmentList(
        filename, tuple(rows.values()), faults, table.unknown_columns, table.total_rows
    )


def _appointment(record: Record) -> AppointmentRow | None:
    number, name = record.required("appt_no"), record.required("name")
    clinic, status, visit = record.required("clinic"), _status(record), _visit(record)
    if number is None or name is None or clinic is None or status is None or visit is None:
        return None
    if is_unnamed(name):
        record.note("patient_unnamed", "name")
        return None
    text = record.text
    return AppointmentRow(
        line=record.row.line,
        appt_no=number,
        status=status,
        name=tidy_name(name),
        person=read_person(record, visit.day),
        phones=record.phones("phone"),
        mrn=record.number("mrn"),
        card_no=record.number("card_no"),
        clinic=clinic,
        kind=kind_of(record),
        doctor=tidy_name(text("doctor")),
        visit=visit,
        room=text("room"),
        visit_kind=word_of(record, "visit_kind", _VISIT_KINDS),
        source=word_of(record, "source", _SOURCES),
        cancel_reason=text("cancel_reason"),
        cancelled_at=_moment(record, "cancelled_at", visit.day),
        checkin_at=_moment(record, "checkin_at", visit.day),
        booked_at=_moment(record, "booked_at", None),
        key_patient=bool(record.flag("key_patient")),
        consent=record.flag("consent"),
    )


def _status(record: Record) -> ListedStatus | None:
    """Read the state; a row whose state nobody knows is left out, since reminders hang on it."""
    text = record.row["status"]
    meaning = _STATUSES.get(folded(text)) if text else ListedStatus.BOOKED
    if meaning is None:
        record.note("status_unknown", "status")
        return None
    return ListedStatus(meaning)


def _visit(record: Record) -> VisitTime | None:
    """Read day and time from two cells, or both from one."""
    day_text, time_text = record.row["day"], record.row["time"]
    whole = parse_moment(day_text) or parse_moment(time_text)
    if whole is None:
        record.note("date_invalid" if day_text else "visit_time_missing", "day")
        return None
    said = time_text if day_text else ""
    period, clock = parse_period(said), _clock(said)
    if clock is None and period is None and whole.time() != dt.time():
        clock = whole.time().replace(second=0, tzinfo=None)
    if clock is None and period is None:
        record.note("visit_time_invalid" if said else "visit_time_missing", "time")
        return None
    return VisitTime(whole.date(), clock, period or (period_of(clock) if clock else None))


def _clock(text: str) -> dt.time | None:
    """Read when a visit begins: 08:30, 08:30-09:00, or a whole moment."""
    hours = None if parse_period(text) else parse_hours(text)
    moment = parse_moment(text)
    if moment and moment.time() != dt.time():
        return moment.time().replace(second=0)
    return hours[0] if hours else parse_clock(text)


def _moment(record: Record, column: str, day: dt.date | None) -> dt.datetime | None:
    """Read a moment; a bare clock time lies on `day`, the day of the visit."""
    text = record.text(column)
    moment = parse_moment(text) if text else None
    clock = parse_clock(text) if text and moment is None and day else None
    if clock and day:
        return parse_moment(f"{day:%Y-%m-%d} {clock:%H:%M}")
    # a bare 是 in 报到时间 says that somebody came, not when
    if text and moment is None and yes_or_no(text) is None:
        record.note("date_ignored", column)
    return moment
