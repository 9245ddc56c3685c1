"""Tab, comma and semicolon separated text, whatever the file is called."""

import csv
import io
from collections.abc import Iterator
from itertools import islice

from bot.intake.cells import clean_row
from bot.intake.encoding import decode
from bot.intake.grid import Grid
from bot.intake.headers import Headers

_DELIMITERS = (",", "\t", ";", "|", "，")
_HEAD = 40


def read_delimited(content: bytes, headers: Headers) -> tuple[Grid, int]:
    """Return the rows of a text file and how many characters were lost in decoding.

    Rows count as Excel counts them: a cell with a line break is one row.
    """
    decoded = decode(content)
    text = decoded.text.removeprefix("\ufeff")
    if text[:4].lower() == "sep=":
        text = "\n" + text.partition("\n")[2]
    delimiter = max(_DELIMITERS, key=lambda each: _score(text, each, headers))
    try:
        rows = [clean_row(row) for row in _rows(text, delimiter, strict=True)]
    except csv.Error:
        rows = [clean_row(row) for row in _line_by_line(text, delimiter)]
        return Grid("", rows, faults=("quotes_unbalanced",)), decoded.lost
    return Grid("", rows), decoded.lost


def _rows(text: str, delimiter: str, *, strict: bool) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)


def _line_by_line(text: str, delimiter: str) -> Iterator[list[str]]:
    """Read without trusting quotes, so that one stray quote cannot swallow the rows below."""
    reader = csv.reader(text.splitlines(), delimiter=delimiter, quoting=csv.QUOTE_NONE)
    for row in reader:
        yield [cell.strip().strip('"') for cell in row]


def _score(text: str, delimiter: str, headers: Headers) -> int:
    head = "\n".join(text[:100_000].splitlines()[:_HEAD])
    rows = _rows(head, delimiter, strict=False)
    return max((_recognised(row, headers) for row in islice(rows, _HEAD)), default=0)


def _recognised(row: list[str], headers: Headers) -> int:
    return len(set(headers.recognised(row)) - {None})
