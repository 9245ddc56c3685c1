"""An installation of any age comes up to date with its rows: no migration trips over a row."""

from __future__ import annotations

import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest

import models.migrations
from models.database import is_postgres
from models.migrate import migrate

SHIPPED: Final = Path(models.migrations.__path__[0])
NAMES: Final = sorted(file.stem for file in SHIPPED.glob("0*.py"))
# every row has this id, so that whatever points to a row of another table finds one
ID: Final = "11111111-1111-4111-8111-111111111111"
AT: Final = "2026-11-22 02:00:00+00:00"
# by a sign of the type's name, the first that fits
VALUES: Final[tuple[tuple[str, Any], ...]] = (
    (r"uuid|\(36\)", ID),
    ("bool", False),
    ("int|double|real|numeric|float", 1),
    ("json", "[]"),
    ("timestamp", AT),
    ("^date$", AT[:10]),
    ("blob|bytea", b"x"),
    ("", "x"),
)
_OWN: Final = "tortoise_migrations"


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The packages of migrations as they were shipped: the first one, the first two, all."""
    monkeypatch.syspath_prepend(tmp_path)
    packages = [f"shipped_{number}" for number in range(1, len(NAMES) + 1)]
    for number, package in enumerate(packages, 1):
        (folder := tmp_path / package).mkdir()
        (folder / "__init__.py").write_text("")
        for name in NAMES[:number]:
            shutil.copy(SHIPPED / f"{name}.py", folder)
    yield packages
    for name in [name for name in sys.modules if name.partition(".")[0] in packages]:
        del sys.modules[name]


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite://{tmp_path / 'old.db'}"
    found: str = request.getfixturevalue("empty_postgres_url")
    return found


def value_for(kind: str) -> Any:
    """Something a column of this type takes."""
    return next(value for sign, value in VALUES if re.search(sign, kind.lower()))


class Filling:
    """Puts one row into every empty table, and counts the rows of all."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def fill(self) -> None:
        """Fill what is empty, with foreign keys looking away until all is there."""
        await (self._fill_postgres() if is_postgres(self.url) else self._fill_sqlite())

    async def counts(self) -> dict[str, int]:
        """Count the rows of every table."""
        if is_postgres(self.url):
            return await self._count_postgres()
        with closing(self._sqlite()) as file:
            return {name: self._count(file, name) for name in self._tables(file)}

    def _sqlite(self) -> sqlite3.Connection:
        return sqlite3.connect(self.url.removeprefix("sqlite://"))

    @staticmethod
    def _tables(file: sqlite3.Connection) -> list[str]:
        rows = file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        return [name for (name,) in rows if name != _OWN and not name.startswith("sqlite_")]

    @staticmethod
    def _count(file: sqlite3.Connection, table: str) -> int:
        found: int = file.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]  # noqa: S608
        return found

    async def _fill_sqlite(self) -> None:
        with closing(self._sqlite()) as file, file:
            for table in self._tables(file):
                if self._count(file, table):
                    continue
                columns = file.execute(f'PRAGMA table_info("{table}")').fetchall()
                values = {column[1]: value_for(column[2]) for column in columns}
                places = ", ".join("?" for _ in values)
                names = ", ".join(f'"{name}"' for name in values)
                file.execute(
                    f'INSERT INTO "{table}" ({names}) VALUES ({places})',  # noqa: S608
                    list(values.values()),
                )

    async def _fill_postgres(self) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute("SET session_replication_role = replica")
            for table, count in (await self._count_postgres()).items():
                if not count:
                    await connection.execute(await self._insert(connection, table))
        finally:
            await connection.close()

    async def _count_postgres(self) -> dict[str, int]:
        connection = await asyncpg.connect(self.url)
        try:
            listed = await connection.fetch(
                "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
            )
            names = [row["tablename"] for row in listed if row["tablename"] != _OWN]
            return {
                name: await connection.fetchval(f'SELECT count(*) FROM "{name}"')  # noqa: S608
                for name in names
            }
        finally:
            await connection.close()

    @staticmethod
    async def _insert(connection: Any, table: str) -> str:
        columns = await connection.fetch(
            "SELECT column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND table_name = $1",
            table,
        )
        values = {row["column_name"]: value_for(row["data_type"]) for row in columns}
        names = ", ".join(f'"{name}"' for name in values)
        written = ", ".join(f"'{_literal(value)}'" for value in values.values())
        return f'INSERT INTO "{table}" ({names}) VALUES ({written})'  # noqa: S608


def _literal(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


async def test_every_migration_takes_tables_with_rows_and_loses_none(
    empty_url: str, versions: list[str], now: datetime
) -> None:
    filling = Filling(empty_url)
    for version, name in zip(versions, NAMES, strict=True):
        before = await filling.counts() if version != versions[0] else {}
        report = await migrate(empty_url, now, migrations=version)
        assert report.applied == (name,)
        after = await filling.counts()
        assert {table: after.get(table) for table in before} == before, name
        await filling.fill()
        assert set((await filling.counts()).values()) == {1}, name


async def test_the_oldest_installation_comes_up_to_date_at_once(
    tmp_path: Path, versions: list[str], now: datetime
) -> None:
    url = f"sqlite://{tmp_path / 'old.db'}"
    filling = Filling(url)
    await migrate(url, now, migrations=versions[0])
    await filling.fill()
    before = await filling.counts()
    report = await migrate(url, now, migrations=versions[-1])
    assert report.applied == tuple(NAMES[1:])
    after = await filling.counts()
    assert {table: after[table] for table in before} == before
