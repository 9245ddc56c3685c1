"""Migrations: nothing is lost, nothing is half done, a newer database is left alone."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from textwrap import dedent, indent

import asyncpg
import pytest
from tortoise.context import TortoiseContext
from tortoise.exceptions import OperationalError
from tortoise.migrations.autodetector import MigrationAutodetector

from models.database import close_database, is_postgres, tortoise_config
from models.keys import KeyRing
from models.migrate import MigrationReport, NewerSchema, RowsLost, migrate
from tests.conftest import Opening
from tests.handlers.people import an_encounter

FIRST = """
ops.CreateModel(name="Ward", fields=[
    ("id", fields.IntField(primary_key=True)),
    ("name", fields.CharField(max_length=10)),
], options={"table": "ward", "app": "models", "pk_attr": "id"}),
ops.CreateModel(name="Bed", fields=[
    ("id", fields.IntField(primary_key=True)),
    ("ward", fields.ForeignKeyField("models.Ward", related_name="beds")),
], options={"table": "bed", "app": "models", "pk_attr": "id"}),
"""
WIDEN = """
ops.AlterField(model_name="Ward", name="name", field=fields.CharField(max_length=20)),
"""
CLEAR = "ops.RunPython(clear_beds),"
ORPHAN = "ops.RunPython(clear_wards),"
FAIL_HALF_WAY = WIDEN + "ops.RunPython(fail),"


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package of migrations for two tables, wards and their beds (ON DELETE CASCADE)."""
    folder = tmp_path / "tomorrow"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    write(folder, "0001_first", FIRST, after=None)
    yield folder
    for name in [name for name in sys.modules if name.split(".")[0] == "tomorrow"]:
        del sys.modules[name]


def write(
    package: Path, name: str, operations: str, after: str | None = "0001_first", extra: str = ""
) -> None:
    """Add a migration to the package."""
    dependencies = [("models", after)] if after else []
    text = dedent(
        """\
        from tortoise import fields, migrations
        from tortoise.migrations import operations as ops

        async def clear_beds(apps, editor):
            await editor.client.execute_query("DELETE FROM bed")

        async def clear_wards(apps, editor):
            await editor.client.execute_query("UPDATE bed SET ward_id = 99")

        async def fail(apps, editor):
            await editor.client.execute_query("SELECT nothing FROM nowhere")

        class Migration(migrations.Migration):
            dependencies = DEPENDENCIES
            EXTRA
            operations = [
        OPERATIONS
            ]
        """
    )
    text = text.replace("DEPENDENCIES", repr(dependencies)).replace("EXTRA", extra or "pass")
    text = text.replace("OPERATIONS", indent(operations, " " * 8))
    (package / f"{name}.py").write_text(text)


async def query(url: str, sql: str) -> list[tuple[object, ...]]:
    """Ask the database without any of our code."""
    if is_postgres(url):
        connection = await asyncpg.connect(url)
        try:
            return [tuple(row) for row in await connection.fetch(sql)]
        finally:
            await connection.close()
    with closing(sqlite3.connect(url.removeprefix("sqlite://"))) as file, file:
        return list(file.execute(sql))


async def tomorrow(url: str, now: datetime) -> MigrationReport:
    """Apply the package's migrations."""
    return await migrate(url, now, migrations="tomorrow")


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without any table, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite://{tmp_path / 'empty.db'}"
    found: str = request.getfixturevalue("empty_postgres_url")
    return found


@pytest.fixture
async def wards(empty_url: str, package: Path, now: datetime) -> str:
    """A database with one ward and two beds."""
    await tomorrow(empty_url, now)
    await query(empty_url, "INSERT INTO ward (id, name) VALUES (1, 'A') RETURNING id")
    await query(empty_url, "INSERT INTO bed (id, ward_id) VALUES (1, 1), (2, 1) RETURNING id")
    return empty_url


async def test_a_fresh_database_gets_every_table_and_a_second_start_changes_nothing(
    empty_url: str, now: datetime
) -> None:
    first, second = await migrate(empty_url, now), await migrate(empty_url, now)
    assert first.applied[0] == "0001_initial"
    assert second == MigrationReport((), None)
    assert await query(empty_url, "SELECT count(*) FROM patient") == [(0,)]


async def test_rebuilding_a_parent_table_keeps_its_children(
    wards: str, package: Path, now: datetime
) -> None:
    write(package, "0002_widen", WIDEN)
    report = await tomorrow(wards, now)
    assert report.applied == ("0002_widen",)
    assert await query(wards, "SELECT count(*) FROM bed") == [(2,)]


async def test_a_migration_that_would_remove_rows_is_undone_as_a_whole(
    wards: str, package: Path, now: datetime
) -> None:
    write(package, "0002_clear", WIDEN + CLEAR)
    with pytest.raises(RowsLost, match="bed"):
        await tomorrow(wards, now)
    assert await query(wards, "SELECT count(*) FROM bed") == [(2,)]
    assert await query(wards, "SELECT name FROM tortoise_migrations") == [("0001_first",)]


async def test_a_migration_may_say_that_it_removes_rows(
    wards: str, package: Path, now: datetime
) -> None:
    write(package, "0002_clear", CLEAR, extra='may_lose = {"bed"}')
    await tomorrow(wards, now)
    assert await query(wards, "SELECT count(*) FROM bed") == [(0,)]


async def test_a_migration_that_fails_half_way_leaves_nothing_behind(
    wards: str, package: Path, now: datetime
) -> None:
    write(package, "0002_fail", "ops.RunPython(clear_beds)," + FAIL_HALF_WAY)
    with pytest.raises(OperationalError):
        await tomorrow(wards, now)
    assert await query(wards, "SELECT count(*) FROM bed") == [(2,)]
    assert await query(wards, "SELECT name FROM tortoise_migrations") == [("0001_first",)]


async def test_a_migration_that_would_orphan_rows_is_refused_on_sqlite(
    tmp_path: Path, package: Path, now: datetime
) -> None:
    url = f"sqlite://{tmp_path / 'orphans.db'}"
    await tomorrow(url, now)
    await query(url, "INSERT INTO ward (id, name) VALUES (1, 'A')")
    await query(url, "INSERT INTO bed (id, ward_id) VALUES (1, 1)")
    write(package, "0002_orphan", ORPHAN)
    with pytest.raises(RowsLost, match="bed"):
        await tomorrow(url, now)
    assert await query(url, "SELECT ward_id FROM bed") == [(1,)]


async def test_a_newer_database_is_refused_and_left_alone(
    wards: str, package: Path, now: datetime
) -> None:
    write(package, "0002_widen", WIDEN)
    await tomorrow(wards, now)
    (package / "0002_widen.py").unlink()
    with pytest.raises(NewerSchema, match="0002_widen"):
        await tomorrow(wards, now)
    assert await query(wards, "SELECT count(*) FROM tortoise_migrations") == [(2,)]


async def test_a_file_with_rows_is_copied_before_it_is_changed(
    tmp_path: Path, package: Path, now: datetime
) -> None:
    url = f"sqlite://{tmp_path / 'copied.db'}"
    assert (await tomorrow(url, now)).backup is None
    await query(url, "INSERT INTO ward (id, name) VALUES (1, 'A')")
    write(package, "0002_clear", "ops.DeleteModel(name='Bed'),")
    backup = (await tomorrow(url, now)).backup
    assert backup is not None
    assert backup.stat().st_mode & 0o777 == 0o600
    assert await query(f"sqlite://{backup}", "SELECT count(*) FROM bed") == [(0,)]
    assert await query(f"sqlite://{backup}", "SELECT name FROM ward") == [("A",)]


async def test_opening_a_database_with_patients_survives_a_second_migration(
    opening: Opening, url: str, key_ring: KeyRing, now: datetime
) -> None:
    await opening(url, key_ring)
    await an_encounter(now)
    await close_database()
    assert (await migrate(url, now)).applied == ()
    assert await query(url, "SELECT count(*) FROM encounter") == [(1,)]


async def test_the_committed_migrations_describe_the_tables_of_today() -> None:
    """Nobody changed a table and forgot the migration."""
    config = tortoise_config("sqlite://:memory:")
    async with TortoiseContext() as context:
        await context.init(config)
        assert context.apps is not None
        missing = await MigrationAutodetector(context.apps, config["apps"]).changes()
    assert [writer.as_string() for writer in missing] == []
