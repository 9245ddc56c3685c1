"""The list of liaison doctors, one or two a department and a deputy, to rows and faults (R157)."""

from dataclasses import dataclass, field
from typing import Final

from bot.intake.faults import Fault, FaultLog
from bot.intake.headers import LIAISONS
from bot.intake.names import tidy_name
from bot.intake.record import Record
from bot.intake.table import read_table
from bot.intake.words import folded, meanings
from models.duty import LiaisonPlace

_PLACES: Final = meanings("liaison_place")


@dataclass(frozen=True, slots=True)
class LiaisonRow:
    """A doctor named by a department; `place` None: in the order of the list."""

    line: int
    department: str
    number: str
    name: str = field(repr=False)
    place: LiaisonPlace | None


@dataclass(frozen=True, slots=True)
class LiaisonList:
    """The good rows and all that was found about the file."""

    filename: str
    rows: tuple[LiaisonRow, ...]
    faults: tuple[Fault, ...]
    unknown_columns: tuple[str, ...]
    total_rows: int


def read_liaisons(content: bytes, filename: str) -> LiaisonList:
    """Read a list of liaison doctors."""
    table = read_table(content, filename, headers=LIAISONS)
    log = FaultLog(LIAISONS.labels)
    read = (_row(Record(found, log)) for found in table.rows)
    rows = tuple(row for row in read if row)
    faults = tuple(sorted((*table.faults, *log.all()), key=lambda fault: fault.line or 0))
    return LiaisonList(filename, rows, faults, table.unknown_columns, table.total_rows)


def _row(record: Record) -> LiaisonRow | None:
    department, number = record.required("department"), record.required("number")
    name, text = record.required("name"), record.text("place")
    meaning = _PLACES.get(folded(text))
    if text and meaning is None:
        record.note("place_unknown", "place")
        return None
    if department is None or number is None or name is None:
        return None
    place = LiaisonPlace(meaning) if meaning else None
    return LiaisonRow(record.row.line, department, number, tidy_name(name), place)
