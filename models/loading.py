"""A row made of what the database gave, column by column.

It does what Tortoise does, with two differences that count when every message reads thirty rows:
what is the same for all rows of a table is found out once, and instants, which SQLite keeps as
texts of one form, are read by the standard library instead of a parser of every ISO 8601 form.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from tortoise import Model
from tortoise.fields import DatetimeField

ModelT = TypeVar("ModelT", bound=Model)
Reader = Callable[[Any], Any]


def load(model: type[ModelT], given: Mapping[str, Any]) -> ModelT | None:
    """Return the row with all its columns; None if some were not asked for."""
    row = model.__new__(model)
    held = row.__dict__
    columns, generates_its_key = _columns(model)
    try:
        for column, name, read in columns:
            value = given[column]
            held[name] = value if value is None or read is None else read(value)
    except KeyError:
        return None
    held["_partial"] = False
    held["_saved_in_db"] = True
    held["_custom_generated_pk"] = not generates_its_key
    held["_await_when_save"] = {}
    return row


def forget() -> None:
    """Forget how rows are read, as when a database is opened: drivers give other types."""
    _columns.cache_clear()


@cache
def _columns(model: type[Model]) -> tuple[list[tuple[str, str, Reader | None]], bool]:
    """Name each column, its attribute, and what makes a value of it; None: it is one already."""
    meta = model._meta  # noqa: SLF001 - Tortoise's documented description of a table
    columns: list[tuple[str, str, Reader | None]] = [
        (column, name, None) for column, name, _ in meta.db_native_fields
    ]
    columns += [(column, name, field.field_type) for column, name, field in meta.db_default_fields]
    columns += [
        (column, name, _instant if type(field) is DatetimeField else field.to_python_value)
        for column, name, field in meta.db_complex_fields
    ]
    return columns, meta.db_pk_column in meta.generated_db_fields


def _instant(value: str | datetime) -> datetime:
    """Read an instant in UTC, as `models.sqlite_engine` wrote it or as a driver made it."""
    read = datetime.fromisoformat(value) if isinstance(value, str) else value
    if read.tzinfo is UTC:
        return read
    return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
