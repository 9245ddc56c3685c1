"""Bytes of a list, of whatever kind, to rows under canonical column names."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from bot.intake.body import Body, Row
from bot.intake.delimited import read_delimited
from bot.intake.faults import Fault, FaultLog, Severity
from bot.intake.grid import Grid, UnreadableFileError
from bot.intake.headers import DISCHARGES, Headers
from bot.intake.layout import Header, find_header
from bot.intake.markup import is_markup, read_markup
from bot.intake.workbooks import OLE2, ZIP, read_workbook

_LONG_NUMBER = re.compile(r"\d{5,}")
_SHOWN = 20  # characters of an unknown header


class Kind(StrEnum):
    """What a file is by its content."""

    XLSX = "xlsx"
    XLS = "xls"
    MARKUP = "markup"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A list that was read. `rows` keep their order and original line numbers.

    Columns outside the catalogue are named in `unknown_columns` and their values dropped
    (PIPL 6, minimum necessary; R213). `total_rows` counts all records, good and bad.
    """

    filename: str
    kind: Kind
    sheet: str = ""
    header_line: int = 0
    columns: tuple[str, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = field(default=(), repr=False)
    total_rows: int = 0
    faults: tuple[Fault, ...] = ()

    @property
    def is_readable(self) -> bool:
        """Tell whether rows may be taken: a header was found and no required column lacks."""
        whole = (fault for fault in self.faults if fault.line is None)
        return not any(fault.severity is Severity.ERROR for fault in whole)


def kind_of(content: bytes) -> Kind:
    """Tell the kind by content; the name of a hospital's export proves nothing."""
    if content.startswith(ZIP):
        return Kind.XLSX
    if content.startswith(OLE2):
        return Kind.XLS
    return Kind.MARKUP if is_markup(content) else Kind.TEXT


def read_table(content: bytes, filename: str, *, headers: Headers = DISCHARGES) -> Table:
    """Read a list of any kind; what is wrong with it is in `faults`, never raised."""
    kind = kind_of(content)
    log = FaultLog(headers.labels)
    try:
        grids = _grids(content, kind, headers, log)
    except UnreadableFileError as error:
        log.add(error.code, cells=error.cells)
        return Table(filename, kind, faults=log.all())
    return _best_sheet(grids, Table(filename, kind), headers, log)


def _grids(content: bytes, kind: Kind, headers: Headers, log: FaultLog) -> list[Grid]:
    if kind in {Kind.XLSX, Kind.XLS}:
        return read_workbook(content)
    if not content.strip(b"\0 \r\n\t"):
        raise UnreadableFileError("file_empty")
    if kind is Kind.MARKUP:
        return read_markup(content)
    grid, lost = read_delimited(content, headers)
    if lost:
        log.add("encoding_damaged", count=lost)
    for code in grid.faults:
        log.add(code)
    return [grid]


def _best_sheet(grids: list[Grid], empty: Table, headers: Headers, log: FaultLog) -> Table:
    found = [(find_header(grid, headers), grid) for grid in grids]
    usable = [(header, grid) for header, grid in found if header]
    if not usable:
        code = "header_missing" if any(any(grid.rows) for grid in grids) else "file_empty"
        log.add(code, required=headers.required_labels())
        return Table(empty.filename, empty.kind, faults=log.all())
    header, grid = max(usable, key=lambda pair: (pair[0].score, len(pair[1].rows)))
    for other_header, other in usable:
        if other is not grid and len(other.rows) > other_header.first_row:
            log.add("sheet_ignored", sheet=other.sheet, chosen=grid.sheet)
    return _table(empty, grid, header, headers, log)


def _table(empty: Table, grid: Grid, header: Header, headers: Headers, log: FaultLog) -> Table:
    columns = tuple(dict.fromkeys(column for column in header.columns if column))
    unknown = tuple(_shown(text) for text in header.unknown())
    if unknown:
        log.add("columns_ignored", columns="、".join(unknown))
    missing = [column for column in headers.required if column not in columns]
    for column in missing:
        log.add("column_missing", None, column)
    body = Body(grid, header, headers, log, exact_width=empty.kind is Kind.TEXT)
    rows = [] if missing else body.read()
    return Table(
        empty.filename,
        empty.kind,
        grid.sheet,
        grid.first_line + header.top,
        columns,
        unknown,
        tuple(rows),
        body.counted,
        log.all(),
    )


def _shown(text: str) -> str:
    """Shorten an unknown header; a long number in it may be somebody's."""
    return _LONG_NUMBER.sub("*", text)[:_SHOWN]
