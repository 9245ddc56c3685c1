"""One session as the hospital states it, whatever it was read from: the input of the import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from handlers.import_report import ImportReport
from models.booking import ClinicKind


@dataclass(frozen=True, slots=True)
class SessionEntry:
    """A doctor's hours; instants are aware. `line` is where it stands in its source.

    `quota` counts all numbers, `walk_in` those of them that are not booked. `slot_minutes` is None
    where the clinic's rule decides. `stopped`: the hospital says that it does not take place.
    """

    line: int
    clinic: str
    doctor: str
    day: date
    starts_at: datetime
    ends_at: datetime
    quota: int
    walk_in: int = 0
    room: str = ""
    doctor_code: str = ""
    slot_minutes: int | None = None
    kind: ClinicKind | None = None
    stopped: bool = False


class Dropped(StrEnum):
    """What becomes of booked patients whose places a new list does not have any more."""

    MOVE = "move"
    CANCEL = "cancel"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Hit:
    """A booked visit that a list would drop; `name` is masked."""

    number: str
    starts_at: datetime
    name: str
    clinic: str
    doctor: str


@dataclass(frozen=True, slots=True)
class SessionReport:
    """What an import of sessions did; where it was refused, whom it would have hit."""

    rows: ImportReport
    hits: tuple[Hit, ...] = ()
    refused: bool = False
    stopped: int = 0
    moved: int = 0
    cancelled: int = 0
    kept: int = 0
