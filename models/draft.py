"""New rows by the thousand: the shape of a table is worked out once, not for each row."""

from __future__ import annotations

from functools import cache
from typing import Any
from uuid import uuid4

from models.row import Row, RowT


def drafted(table: type[RowT], **values: Any) -> RowT:
    """Make a new row as `table(**values)` does, in a twentieth of the time.

    Tortoise asks every column of every new row for its default and sets it by way of several
    checks; an import makes twenty rows a patient. Values are taken as they are: of the column's
    own type, no related rows, nothing left out that has no default. What cannot be stored is
    refused when the row is written, as always.
    """
    row = table.__new__(table)
    blank, own = _blank(table)
    row.__dict__.update(blank)
    row.__dict__.update({name: kind() for name, kind in own}, id=uuid4(), _await_when_save={})
    row.__dict__.update(values)
    return row


@cache
def _blank(table: type[Row]) -> tuple[dict[str, Any], tuple[tuple[str, type[Any]], ...]]:
    """What a row holds before anything is said of it, and which lists and mappings are its own."""
    held = table().__dict__
    own = ((name, type(value)) for name, value in held.items() if isinstance(value, list | dict))
    return held, tuple((name, kind) for name, kind in own if not name.startswith("_"))
