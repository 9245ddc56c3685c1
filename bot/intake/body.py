"""Rows below the header: which are records, and what their cells say."""

from collections import Counter
from dataclasses import dataclass, field

from bot.intake.faults import FaultLog
from bot.intake.grid import Grid
from bot.intake.headers import Headers
from bot.intake.layout import Header
from bot.intake.totals import is_footer, is_subtotal, is_total, stated_headcount
from bot.intake.words import words

_DITTO = words("ditto")
_MOST = 0.6  # share of rows that makes a length the usual one
_FEW = 5  # rows below which nothing is usual


@dataclass(frozen=True, slots=True)
class Row:
    """One record: its line as Excel counts, and canonical column -> text (never None)."""

    line: int
    cells: dict[str, str] = field(repr=False)

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(slots=True)
class Body:
    """Reads the rows of one sheet in order, carrying what a row may take from the one above."""

    grid: Grid
    header: Header
    headers: Headers
    log: FaultLog
    exact_width: bool
    rows: list[Row] = field(default_factory=list, repr=False)
    counted: int = 0
    _since_subtotal: int = 0
    _above: dict[str, str] = field(default_factory=dict, repr=False)

    def read(self) -> list[Row]:
        """Return the records; faults go to the log."""
        self._fill_merges()
        skipped = {tuple(row) for row in self.grid.rows[: self.header.first_row]}
        for index in range(self.header.first_row, len(self.grid.rows)):
            row = self.grid.rows[index]
            if row and tuple(row) not in skipped:
                self._take(self.grid.first_line + index, row)
        self._warn_of_lost_zeros()
        return self.rows

    def _fill_merges(self) -> None:
        """Continue merged wards and dates downwards; never a name or a telephone."""
        for merge in self.grid.merges:
            columns = self.header.columns[merge.left : merge.right + 1]
            if merge.top < self.header.first_row or not columns:
                continue
            if columns[0] in self.headers.fill_down:
                self._fill(merge.top, merge.bottom, merge.left)

    def _fill(self, top: int, bottom: int, at: int) -> None:
        text = self.grid.cell(top, at)
        for row in self.grid.rows[top + 1 : bottom + 1]:
            if row:
                row.extend([""] * (at + 1 - len(row)))
                row[at] = row[at] or text

    def _take(self, line: int, row: list[str]) -> None:
        if is_total(row):
            self._compare_total(line, row)
        elif self.exact_width and len(row) > len(self.header.columns):
            self._count()
            self.log.add("row_shifted", line)
        else:
            self._take_record(line, row)

    def _take_record(self, line: int, row: list[str]) -> None:
        cells = self._cells(row)
        own = [column for column in self.headers.required if column not in self.headers.fill_down]
        filled = sum(bool(cells.get(column)) for column in own)
        if is_footer(row) and (filled < len(own) or sum(map(bool, row)) == 1):
            return
        if filled:
            self._count()
            self.rows.append(Row(line, self._completed(line, cells)))
        else:
            names = "、".join(self.headers.labels[column] for column in own)
            self.log.add("row_ignored", line, required=names)

    def _count(self) -> None:
        self.counted += 1
        self._since_subtotal += 1

    def _cells(self, row: list[str]) -> dict[str, str]:
        cells: dict[str, str] = {}
        for column, text in zip(self.header.columns, row, strict=False):
            if column is None or not text:
                continue
            if column not in cells:
                cells[column] = text
            elif column in self.headers.join and text != cells[column]:
                cells[column] += "、" + text
        return cells

    def _completed(self, line: int, cells: dict[str, str]) -> dict[str, str]:
        """Fill dittos and blanks from the row above where that is allowed."""
        for column, text in list(cells.items()):
            if text in _DITTO:
                cells[column] = self._ditto(line, column)
        for column in self.headers.fill_blanks:
            if not cells.get(column) and self._above.get(column):
                cells[column] = self._above[column]
                self.log.add("value_filled", line, column)
        self._above = cells
        return cells

    def _ditto(self, line: int, column: str) -> str:
        if column in self.headers.ditto:
            return self._above.get(column, "")
        self.log.add("ditto_refused", line, column)
        return ""

    def _compare_total(self, line: int, row: list[str]) -> None:
        stated = stated_headcount(row)
        subtotal = is_subtotal(row)
        read = self._since_subtotal if subtotal else self.counted
        if stated is not None and stated != read:
            self.log.add("total_mismatch", line, stated=stated, read=read)
        if subtotal:
            self._since_subtotal = 0

    def _warn_of_lost_zeros(self) -> None:
        for column in sorted(self.headers.text_codes):
            usual = _usual_length([row[column] for row in self.rows])
            for row in self.rows:
                if row[column].isdecimal() and len(row[column]) < usual:
                    self.log.add("zeros_lost", row.line, column)


def _usual_length(codes: list[str]) -> int:
    """Return the length nearly all codes share, when some of them begin with a zero."""
    lengths = Counter(len(code) for code in codes if code)
    if lengths.total() < _FEW or not any(code.startswith("0") for code in codes):
        return 0
    length, count = lengths.most_common(1)[0]
    return length if count >= _MOST * lengths.total() else 0
