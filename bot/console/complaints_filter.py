"""What somebody wants to see of the complaint board, as the address of the page says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from urllib.parse import urlencode

from handlers.casework.board import ComplaintBoard, ComplaintRow


@dataclass(frozen=True, slots=True)
class Filter:
    """`owner` is an office or the name of a person; empty wants all."""

    department: str = ""
    tag: str = ""
    owner: str = ""
    mine: str = ""
    overdue: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Filter:
        """Read the address of a page."""
        return cls(**{name: query.get(name, "")[:64] for name in cls.__slots__})

    @property
    def query(self) -> str:
        """The same as part of an address, with its question mark."""
        said = {name: value for name, value in asdict(self).items() if value}
        return f"?{urlencode(said)}" if said else ""

    def wants(self, row: ComplaintRow, now: datetime) -> bool:
        """Tell whether a case is among those wanted."""
        return (
            self.department in ("", str(row.department_id))
            and (not self.tag or self.tag in row.tags)
            and self.owner in ("", row.owner_role, row.owner)
            and (not self.mine or row.mine)
            and (not self.overdue or row.late(now))
        )

    def narrow(self, board: ComplaintBoard, now: datetime) -> ComplaintBoard:
        """Return the board with those alone."""
        columns = {state: self._wanted(rows, now) for state, rows in board.columns.items()}
        return ComplaintBoard(columns, self._wanted(board.disputes, now))

    def _wanted(self, rows: Iterable[ComplaintRow], now: datetime) -> tuple[ComplaintRow, ...]:
        return tuple(row for row in rows if self.wants(row, now))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the board could be narrowed to: only what is on it."""

    departments: Mapping[str, str]
    tags: tuple[str, ...]
    offices: tuple[str, ...]
    owners: tuple[str, ...]


def choices_of(rows: Iterable[ComplaintRow]) -> Choices:
    """Gather what the cases on the board differ by."""
    found = list(rows)
    named = {str(row.department_id): row.department for row in found if row.department}
    return Choices(
        departments=dict(sorted(named.items(), key=lambda one: one[1])),
        tags=tuple(sorted({tag for row in found for tag in row.tags}, key=_by_number)),
        offices=tuple(sorted({row.owner_role for row in found})),
        owners=tuple(sorted({row.owner for row in found if row.owner})),
    )


def _by_number(tag: str) -> tuple[str, int]:
    return tag[:1], int(tag[1:] or 0)
