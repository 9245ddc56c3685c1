"""Who a discharged patient is: identity number, birth, age and sex in agreement."""

import datetime as dt
from dataclasses import dataclass, field

from bot.intake.ages import age_on, birth_from_age, parse_age
from bot.intake.cells import is_damaged
from bot.intake.dates import parse_day, parse_month
from bot.intake.discharge_row import Sex
from bot.intake.identity import Identity, compact, parse_identity, was_rounded
from bot.intake.record import Record
from bot.intake.words import folded, meanings

_ID_TYPES = meanings("id_type")
_SEXES = meanings("sex")
_CHECKED = {"resident_card", "hmt_residence", "foreign_residence", "household_book", ""}
_OLDEST_YEARS = 130
_EMPTY_DATE = dt.date(1900, 1, 1)  # what many systems write for "no date"
_TOLERANCE = 1.5  # years: ages are counted by calendar year in some places
_LONGEST_ID = 20


@dataclass(frozen=True, slots=True, repr=False)
class Person:
    """Identity fields of a discharge row."""

    id_type: str
    id_no: str
    sex: Sex
    birth_date: dt.date | None
    birth_is_approximate: bool
    age_years: float | None


@dataclass(frozen=True, slots=True)
class _Birth:
    date: dt.date | None = field(default=None, repr=False)
    is_approximate: bool = False


def read_person(record: Record, on: dt.date) -> Person:
    """Read who somebody is; `on` is the day the age was counted, that of discharge."""
    id_type, id_no, identity = _document(record)
    stated_age = _age(record)
    birth = _birth(record, identity, stated_age, on)
    age = age_on(on, birth.date) if birth.date and not birth.is_approximate else stated_age
    if None not in (age, stated_age) and abs((age or 0) - (stated_age or 0)) > _TOLERANCE:
        record.note("age_disagrees", "age")
    return Person(id_type, id_no, _sex(record, identity), birth.date, birth.is_approximate, age)


def _document(record: Record) -> tuple[str, str, Identity | None]:
    text = record.text("id_no")
    stated = _ID_TYPES.get(folded(record.row["id_type"]), "other" if record.row["id_type"] else "")
    if not text:
        return stated, "", None
    if is_damaged(text):
        record.note("number_lost", "id_no")
        return stated, "", None
    if identity := parse_identity(text):
        return identity.id_type, identity.number, identity
    if stated in _CHECKED:
        record.note("id_damaged" if was_rounded(text) else "id_checksum", "id_no")
        return stated, "", None
    return stated, compact(text)[:_LONGEST_ID], None


def _age(record: Record) -> float | None:
    text = record.text("age")
    age = parse_age(text) if text else None
    if text and age is None:
        record.note("age_invalid", "age")
    return age


def _birth(record: Record, identity: Identity | None, age: float | None, on: dt.date) -> _Birth:
    stated = _stated_birth(record, on)
    if identity:
        if stated.date and not _agree(stated, identity.birth):
            record.note("birth_disagrees", "birth")
        return _Birth(identity.birth)
    if stated.date or age is None:
        return stated
    return _Birth(birth_from_age(age, on), is_approximate=True)


def _stated_birth(record: Record, on: dt.date) -> _Birth:
    text = record.text("birth")
    month = parse_month(text)
    date = month or parse_day(text)
    if not text or date == _EMPTY_DATE:
        return _Birth()
    if date is None or not 0 <= (on - date).days <= _OLDEST_YEARS * 366:
        record.note("birth_invalid", "birth")
        return _Birth()
    return _Birth(date, is_approximate=month is not None)


def _agree(stated: _Birth, proved: dt.date) -> bool:
    if stated.date is None or not stated.is_approximate:
        return stated.date == proved
    return (stated.date.year, stated.date.month) == (proved.year, proved.month)


def _sex(record: Record, identity: Identity | None) -> Sex:
    text = record.row["sex"]
    meaning = _SEXES.get(folded(text))
    if text and meaning is None:
        record.note("word_unknown", "sex")
    stated = Sex(meaning or Sex.UNKNOWN)
    if identity is None:
        return stated
    proved = Sex.MALE if identity.is_male else Sex.FEMALE
    if stated not in {proved, Sex.UNKNOWN}:
        record.note("sex_disagrees", "sex")
        return stated
    return proved
