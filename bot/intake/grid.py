"""Raw rows of one sheet, before anybody knows which row is the header."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Merge:
    """A merged area that is more than one row high; zero-based, both ends inside."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Cleaned texts; `rows[0]` stands on line `first_line` as Excel counts."""

    sheet: str
    rows: list[list[str]] = field(repr=False)
    merges: tuple[Merge, ...] = ()
    faults: tuple[str, ...] = ()
    first_line: int = 1

    def cell(self, row: int, column: int) -> str:
        """Return the text at a place, blank outside the grid."""
        if 0 <= row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return ""


class UnreadableFileError(Exception):
    """The bytes are no table; `code` is a file fault of faults.toml."""

    def __init__(self, code: str, cells: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.cells = cells
