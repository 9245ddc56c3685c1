"""Bring the tables to what this program knows, losing nothing on the way."""

import asyncio
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from tortoise.backends.base.client import TransactionalDBClient
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor
from tortoise.transactions import in_transaction

from models.database import APP, CONNECTION, MIGRATIONS, Limits, sqlite_path, tortoise_config
from models.sqlite_engine import keep_private

# one number for all processes of the program, so that only one of them migrates
_MIGRATION_LOCK: Final = 7_264_826
_RECORDS: Final = "tortoise_migrations"
_SQLITE_TABLES: Final = (
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
)
_POSTGRES_TABLES: Final = (
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()"
)
_PATIENT: Final = Limits(command=3600, statement=3600, idle_in_transaction=3600)


class NewerSchema(Exception):
    """The database was migrated by a newer program; this one must not touch it."""


class RowsLost(Exception):
    """A migration would have removed rows, or left rows without their parent; nothing was kept."""


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """Which migrations were applied, and where the file stands as it was before."""

    applied: tuple[str, ...]
    backup: Path | None


async def migrate(url: str, now: datetime, *, migrations: str = MIGRATIONS) -> MigrationReport:
    """Apply what is missing in one transaction, on SQLite after a copy of the file.

    A migration that drops rows on purpose says so: `may_lose = {"table"}` on its class. Raises
    NewerSchema or RowsLost, with the database as it was.
    """
    EXECUTOR_CACHE.clear()
    config = tortoise_config(url, _PATIENT)
    config["apps"][APP]["migrations"] = migrations
    connection = config["connections"][CONNECTION]
    if "file_path" in connection["credentials"]:
        # rebuilding a table drops the old one: with foreign keys on, its children would go too
        connection["credentials"]["foreign_keys"] = "OFF"
    async with TortoiseContext() as context:
        await context.init(config)
        async with in_transaction(CONNECTION) as client:
            report = await _apply(client, config["apps"], url, now)
    EXECUTOR_CACHE.clear()
    return report


async def _apply(
    client: TransactionalDBClient, apps: dict[str, dict[str, object]], url: str, now: datetime
) -> MigrationReport:
    is_sqlite = client.capabilities.dialect == "sqlite"
    if not is_sqlite:
        await client.execute_query("SELECT pg_advisory_xact_lock($1)", [_MIGRATION_LOCK])
    steps = await _missing(MigrationExecutor(client, apps))
    if not steps:
        return MigrationReport((), None)
    before = await _count_rows(client)
    names = tuple(step for step, _ in steps)
    backup = None
    if is_sqlite and any(before.values()):
        backup = await asyncio.to_thread(_back_up, sqlite_path(url), now, names[-1])
    await MigrationExecutor(client, apps).migrate(direction="forward")
    _refuse_loss(before, await _count_rows(client), set().union(*(lost for _, lost in steps)))
    if is_sqlite:
        await _refuse_orphans(client)
    return MigrationReport(names, backup)


async def _missing(executor: MigrationExecutor) -> list[tuple[str, frozenset[str]]]:
    known = executor.loader
    # made first: asking for a table that is not there would end a PostgreSQL transaction
    editor = executor._schema_editor(atomic=False)  # noqa: SLF001 - as executor.migrate does
    await executor.recorder.ensure_schema(editor)
    await known.build_graph()
    unknown = known.applied_migrations - known.disk_migrations.keys()
    if unknown:
        raise NewerSchema(
            f"the database has {', '.join(sorted(key.name for key in unknown))}, which this "
            "program does not know; start the newer program, or restore the older copy"
        )
    return [
        (key.name, frozenset(getattr(migration, "may_lose", ())))
        for key, migration in sorted(known.disk_migrations.items(), key=lambda item: item[0].name)
        if key not in known.applied_migrations
    ]


async def _count_rows(client: TransactionalDBClient) -> dict[str, int]:
    is_sqlite = client.capabilities.dialect == "sqlite"
    listed = await client.execute_query_dict(_SQLITE_TABLES if is_sqlite else _POSTGRES_TABLES)
    counts = {}
    for table in (str(row["name"]) for row in listed if row["name"] != _RECORDS):
        # the name comes from the database's own catalogue
        rows = await client.execute_query_dict(f'SELECT count(*) AS n FROM "{table}"')  # noqa: S608
        counts[table] = int(rows[0]["n"])
    return counts


def _refuse_loss(before: Mapping[str, int], after: Mapping[str, int], may: Iterable[str]) -> None:
    shrunk = {table for table, count in before.items() if after.get(table, 0) < count} - {*may}
    if shrunk:
        raise RowsLost(f"rows would vanish from {', '.join(sorted(shrunk))}; nothing was changed")


async def _refuse_orphans(client: TransactionalDBClient) -> None:
    orphans = await client.execute_query_dict("PRAGMA foreign_key_check")
    if orphans:
        tables = sorted({str(row["table"]) for row in orphans})
        raise RowsLost(f"rows of {', '.join(tables)} would lose their parents; nothing was changed")


def _back_up(path: Path, now: datetime, migration: str) -> Path:
    """Copy the file as it was last committed; writers may go on meanwhile."""
    copy = path.with_name(f"{path.name}.before-{migration}-{now:%Y%m%dT%H%M%SZ}")
    keep_private(copy)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy
