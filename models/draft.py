"""New rows by the thousand: the shape of a table is worked out once, not for each row."""

from __future__ import annotations

from copy import copy
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
    row.__dict__.update(
        {name: copy(value) if type(value) is list else value for name, value in _blank(table)}
    )
    row.__dict__.update(values, id=uuid4(), _await_when_save={})
    return row


@cache
def _blank(table: type[Row]) -> tuple[tuple[str, Any], ...]:
    return tuple(table().__dict__.items())
