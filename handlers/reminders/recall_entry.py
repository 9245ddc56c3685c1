"""One missed review as a list states it, and what can come of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class RecallEntry:
    """Who did not come and when it should have been; blank is what the list does not say.

    `clinic` names a clinic or a department; `remark` is for the consult room.
    """

    line: int
    name: str = field(repr=False)
    on: date
    mrn: str = field(default="", repr=False)
    inpatient_no: str = field(default="", repr=False)
    id_no: str = field(default="", repr=False)
    phones: tuple[str, ...] = field(default=(), repr=False)
    doctor: str = ""
    clinic: str = ""
    remark: str = field(default="", repr=False)


class Fate(StrEnum):
    """What came of a row."""

    TOLD = "told"  # by message; the consult room has its task as well
    TO_PHONE = "to_phone"  # by the consult room alone
    KNOWN = "known"  # recalled before
    BOOKED = "booked"
    DECEASED = "deceased"
    UNKNOWN = "unknown"  # no such patient
    FAULTY = "faulty"  # left to a person: the row contradicts the database
