"""Insert a row unless it is there already: one statement, no race."""

from typing import Any

from pypika_tortoise.terms import Parameter

from models.row import Row


async def insert_once(row: Row) -> bool:
    """Insert `row`; False when a unique key says that it, or its like, is there already.

    INSERT ... ON CONFLICT DO NOTHING RETURNING, on both databases. Other faults (a missing
    parent, an empty column) raise as in `save()`.
    """
    meta = row._meta  # noqa: SLF001 - Tortoise's documented description of a table
    client = row._choose_db(for_write=True)  # noqa: SLF001 - the connection `save()` would use
    columns = {column: _stored(row, name) for name, column in meta.fields_db_projection.items()}
    start: Any = client.query_class.into(meta.basetable)
    query = (
        start.columns(*columns)
        .insert(*(Parameter(idx=place) for place in range(1, len(columns) + 1)))
        .on_conflict()
        .do_nothing()
        .returning(meta.db_pk_column)
    )
    inserted = bool(await client.execute_query_dict(query.get_sql(), list(columns.values())))
    row._saved_in_db = row._saved_in_db or inserted  # noqa: SLF001 - as `save()` does
    return inserted


def _stored(row: Row, name: str) -> Any:
    field = row._meta.fields_map[name]  # noqa: SLF001 - as above
    return field.to_db_value(getattr(row, name), row)
