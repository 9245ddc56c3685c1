"""One record of a discharge list to a DischargeRow."""

import datetime as dt
from dataclasses import dataclass
from itertools import chain
from typing import TypedDict

from bot.intake.discharge_row import DischargeRow
from bot.intake.dispositions import Disposition, parse_disposition, says_died
from bot.intake.names import has_lost_characters, is_unnamed, tidy_name
from bot.intake.person import read_person
from bot.intake.phones import MISSING, Phone, PhoneKind, PhoneStatus
from bot.intake.record import Record
from bot.intake.words import phrase, yes_or_no

LONG_AGO = dt.timedelta(days=60)
AHEAD = dt.timedelta(days=7)
_CHILD = 14  # PIPL 31: a guardian consents below this age


@dataclass(frozen=True, slots=True)
class Days:
    """The days a list may name: past ones, or on a list of what is expected those to come."""

    today: dt.date
    expected: bool = False

    def hold(self, record: Record, left: dt.date) -> bool:
        """Tell whether a discharge of this day may stand on the list; what is wrong is noted."""
        return (self._to_come if self.expected else self._past)(record, left)

    def _past(self, record: Record, left: dt.date) -> bool:
        if left > self.today:
            record.note("discharge_in_future", "discharged_on", date=left)
            return False
        if self.today - left > LONG_AGO:
            record.note("discharge_long_ago", "discharged_on", date=left, days=LONG_AGO.days)
        return True

    def _to_come(self, record: Record, left: dt.date) -> bool:
        if left < self.today:
            record.note("discharge_in_past", "discharged_on", date=left)
            return False
        if left - self.today > AHEAD:
            record.note("discharge_too_far", "discharged_on", date=left, days=AHEAD.days)
            return False
        return True


class _PlainTexts(TypedDict):
    """The fields that are taken as they stand."""

    contact_relation: str
    department: str
    ward: str
    bed: str
    diagnosis_name: str
    operation: str
    follow_up_request: str
    summary: str
    discharge_medicines: str
    severity: str


def read_discharge(record: Record, days: Days) -> DischargeRow | None:
    """Read a row; None when it must be left out, the reason being noted."""
    inpatient_no = record.required("inpatient_no")
    name = record.required("name")
    left = record.required_moment("discharged_on")
    if inpatient_no is None or name is None or left is None:
        return None
    if is_unnamed(name):
        record.note("patient_unnamed", "name")
        return None
    if not days.hold(record, left.date()):
        return None
    if has_lost_characters(name):
        record.note("name_damaged", "name")
    row = _row(record, inpatient_no, tidy_name(name), left)
    _note_reach(record, row)
    return row


def _row(record: Record, inpatient_no: str, name: str, left: dt.datetime) -> DischargeRow:
    person = read_person(record, left.date())
    text = record.text
    return DischargeRow(
        line=record.row.line,
        mrn=record.number("mrn"),
        inpatient_no=inpatient_no,
        visit_seq=_visit_seq(record),
        name=name,
        sex=person.sex,
        birth_date=person.birth_date,
        birth_is_approximate=person.birth_is_approximate,
        age_years=person.age_years,
        id_type=person.id_type,
        id_no=person.id_no,
        phones=_own_phones(record),
        contact_name=tidy_name(text("contact_name")),
        contact_phones=record.phones("contact_phone"),
        contact_authorised=record.flag("contact_authorised"),
        guardian_name=tidy_name(text("guardian_name")),
        guardian_phones=record.phones("guardian_phone"),
        admitted_on=_admitted_on(record, left.date()),
        discharged_on=left.date(),
        discharged_at=left if left.time() != dt.time() else None,
        disposition=_disposition(record),
        diagnosis_code=text("diagnosis_code").upper(),
        operated_on=record.day("operated_on"),
        attending=tidy_name(text("attending")),
        nurse=tidy_name(text("nurse")),
        review_on=record.day("review_on"),
        medicine_changed=record.flag("medicine_changed"),
        consent=record.flag("consent"),
        protective_disclosure=_is_protected(record),
        needs=_needs(record),
        tags=_tags(record),
        **_plain_texts(record),
    )


def _plain_texts(record: Record) -> _PlainTexts:
    text = record.text
    return _PlainTexts(
        contact_relation=text("contact_relation"),
        department=text("department"),
        ward=text("ward"),
        bed=text("bed"),
        diagnosis_name=text("diagnosis_name"),
        operation=text("operation"),
        follow_up_request=text("follow_up_request"),
        summary=text("summary"),
        discharge_medicines=text("discharge_medicines"),
        severity=text("severity"),
    )


def _admitted_on(record: Record, left: dt.date) -> dt.date | None:
    admitted = record.day("admitted_on")
    if admitted and admitted > left:
        record.note("admitted_after_discharge", "admitted_on")
    return admitted


def _visit_seq(record: Record) -> int:
    text = record.row["visit_seq"].removesuffix("次").removeprefix("第")
    if text.isdecimal() and 0 < int(text) < 1000:  # noqa: PLR2004 - more stays than anyone has
        return int(text)
    if text:
        record.note("visit_seq_invalid", "visit_seq")
    return 1


def _own_phones(record: Record) -> tuple[Phone, ...]:
    return record.phones("phone") or (MISSING,)


def _disposition(record: Record) -> Disposition | None:
    """Read 离院方式, else the words of 转归; death in either wins."""
    stated, outcome = record.row["disposition"], record.row["outcome"]
    if any(says_died(text) for text in (stated, outcome)):
        return Disposition.DIED
    if stated:
        return _stated_disposition(record, stated)
    if outcome.isdecimal():
        # 4 was death on the old front page, 5 is now: a bare code proves nothing.
        record.note("outcome_code", "outcome")
    return None if outcome.isdecimal() else parse_disposition(outcome)


def _stated_disposition(record: Record, text: str) -> Disposition | None:
    disposition = parse_disposition(text)
    if disposition is None:
        record.note("word_unknown", "disposition")
    return disposition


def _is_protected(record: Record) -> bool:
    """Take any remark but a plain no as a wish to keep the diagnosis from the patient."""
    text = record.row["protective_disclosure"]
    return bool(text) and yes_or_no(text) is not False


def _flagged(record: Record, column: str) -> tuple[str, ...]:
    """Turn 耳聋=是 into a label, and 耳聋=左耳 into what it says."""
    answer = yes_or_no(record.row[column])
    if answer:
        return (phrase("flag_labels", column),)
    return () if answer is False else record.items(column)


def _needs(record: Record) -> tuple[str, ...]:
    return (*_flagged(record, "hearing"), *record.items("language"), *record.items("needs"))


def _tags(record: Record) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*_flagged(record, "high_risk"), *record.items("tags"))))


def _note_reach(record: Record, row: DischargeRow) -> None:
    """Note who cannot be written to, and who must not be; the dead are left in peace."""
    if row.disposition is Disposition.DIED:
        record.note("patient_died", "disposition")
        return
    if MISSING in row.phones and not any(phone.number for phone in row.guardian_phones):
        record.note("phone_missing", "phone")
    every = chain(row.phones, row.contact_phones, row.guardian_phones)
    if not any(_takes_messages(phone) for phone in every):
        record.note("no_mobile", "phone")
    is_child = row.age_years is not None and row.age_years < _CHILD
    if is_child and not any(phone.number for phone in row.guardian_phones):
        record.note("guardian_missing", "guardian_phone")


def _takes_messages(phone: Phone) -> bool:
    return phone.kind is PhoneKind.MOBILE and phone.status is PhoneStatus.OK
