"""Insert rows unless they are there already: one statement, no race."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

from pypika_tortoise.terms import Parameter

from models.row import Row


async def insert_once(row: Row) -> bool:
    """Insert `row`; False when a unique key says that it, or its like, is there already.

    INSERT ... ON CONFLICT DO NOTHING RETURNING, on both databases. Other faults (a missing
    parent, an empty column) raise as in `save()`.
    """
    return bool(await insert_new([row]))


async def insert_new(rows: Sequence[Row]) -> set[UUID]:
    """Insert those rows of one table whose like is not there yet; returns their ids."""
    if not rows:
        return set()
    meta = rows[0]._meta  # noqa: SLF001 - Tortoise's documented description of a table
    client = rows[0]._choose_db(for_write=True)  # noqa: SLF001 - the connection `save()` would use
    values = [_stored(row, name) for row in rows for name in meta.fields_db_projection.values()]
    dialect: Any = client.query_class
    told = await client.execute_query_dict(_statement(meta, dialect, len(rows)), values)
    inserted = {UUID(str(one[meta.db_pk_column])) for one in told}
    for row in rows:
        # as `save()` does
        row._saved_in_db = row._saved_in_db or row.id in inserted  # noqa: SLF001
    return inserted


@lru_cache(maxsize=256)
def _statement(meta: Any, dialect: Any, number: int) -> str:
    """Say it once for a table and a number of rows: saying it costs more than doing it."""
    columns = meta.fields_db_projection
    places = iter(range(1, len(columns) * number + 1))
    query: Any = dialect.into(meta.basetable).columns(*columns)
    rows = (tuple(Parameter(idx=next(places)) for _ in columns) for _ in range(number))
    statement = query.insert(*rows).on_conflict().do_nothing().returning(meta.db_pk_column)
    return str(statement.get_sql())


def _stored(row: Row, name: str) -> Any:
    field = row._meta.fields_map[name]  # noqa: SLF001 - as above
    return field.to_db_value(getattr(row, name), row)
