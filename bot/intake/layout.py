"""Where the header of a sheet is, below titles and across two rows."""

from dataclasses import dataclass

from bot.intake.grid import Grid
from bot.intake.headers import Headers

_SEARCHED = 30  # rows from the top
_ENOUGH = 2  # known columns


@dataclass(frozen=True, slots=True)
class Header:
    """A header found: zero-based place, height in rows, canonical column per cell."""

    top: int
    height: int
    columns: tuple[str | None, ...]
    texts: tuple[str, ...]

    @property
    def score(self) -> int:
        """Count the different columns recognised."""
        return len(set(self.columns) - {None})

    @property
    def first_row(self) -> int:
        """Return the zero-based row below the header."""
        return self.top + self.height

    def unknown(self) -> tuple[str, ...]:
        """Return the header cells nobody knows, in order."""
        pairs = zip(self.columns, self.texts, strict=True)
        return tuple(text for column, text in pairs if text and column is None)


def find_header(grid: Grid, headers: Headers) -> Header | None:
    """Return the row (or pair of rows) that names most columns, the upper one on a tie."""
    tops = range(min(_SEARCHED, len(grid.rows)))
    singles = [_single(grid.rows[top], top, headers) for top in tops]
    doubles = [_double(grid, top, headers) for top in tops]
    found = max([*singles, *filter(None, doubles)], key=lambda each: each.score, default=None)
    if found is None or found.score < min(_ENOUGH, len(headers.labels)):
        return None
    return found if set(found.columns) & set(headers.required) else None


def _single(row: list[str], top: int, headers: Headers) -> Header:
    return Header(top, 1, tuple(headers.recognised(row)), tuple(row))


def _double(grid: Grid, top: int, headers: Headers) -> Header | None:
    """Read "联系人" over "姓名 | 电话" as one header of two rows."""
    if top + 1 >= len(grid.rows):
        return None
    lower = grid.rows[top + 1]
    if len(set(headers.recognised(lower)) - {None}) < _ENOUGH:
        return None
    cells = [_stacked(grid, top, at, headers) for at in range(_width(grid, top))]
    columns = tuple(column for column, _ in cells)
    return Header(top, 2, columns, tuple(text for _, text in cells))


def _width(grid: Grid, top: int) -> int:
    return max(len(grid.rows[top]), len(grid.rows[top + 1]))


def _stacked(grid: Grid, top: int, at: int, headers: Headers) -> tuple[str | None, str]:
    upper, lower = grid.cell(top, at), grid.cell(top + 1, at)
    if not lower:
        return headers.canonical(upper), upper
    group = next((grid.cell(top, left) for left in range(at, -1, -1) if grid.cell(top, left)), "")
    return headers.canonical(group + lower) or headers.canonical(lower), group + lower
