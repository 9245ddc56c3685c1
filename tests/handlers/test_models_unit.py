"""Units of work: one transaction each, whatever happens to the caller or to the server."""

import asyncio
import random
import sqlite3
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from textwrap import dedent
from uuid import UUID

import asyncpg
import psutil
import pytest
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError
from tortoise.expressions import F
from tortoise.transactions import in_transaction

from models.conversation import Conversation, Inbound
from models.database import Limits, close_database
from models.hospital import Department
from models.keys import KeyRing
from models.once import insert_once
from models.people import Patient, Respondent
from models.timetable import NumberSeries, next_number
from models.unit import CONNECTION_LOST, NoUnitOfWork, lock, lock_row, settle, unit_of_work
from tests.conftest import Opening
from tests.handlers.people import a_patient

ROOT = Path(__file__).parents[2]
DAY = date(2026, 11, 22)
CANCELLED_UNITS = 300


async def a_series(last: int = 0) -> NumberSeries:
    """A row to count in."""
    return await NumberSeries.create(name="count", day=DAY, last_number=last)


async def count_up() -> None:
    """Read, think, write: the pattern that loses updates without a lock."""
    series = await lock(NumberSeries.filter(name="count")).get()
    await asyncio.sleep(0)
    series.last_number += 1
    await series.save(update_fields=["last_number"])


async def test_a_unit_returns_its_result_and_commits(database: str, now: datetime) -> None:
    patient = await unit_of_work(lambda: a_patient(now))
    assert (await Patient.get(id=patient.id)).name == "测试甲"


async def test_a_unit_that_fails_leaves_nothing(database: str, now: datetime) -> None:
    async def work() -> None:
        await a_patient(now)
        raise LookupError

    with pytest.raises(LookupError):
        await unit_of_work(work)
    assert await Patient.all().count() == 0


async def test_a_unit_inside_a_unit_joins_it(database: str, now: datetime) -> None:
    async def work() -> None:
        await unit_of_work(lambda: a_patient(now))
        raise LookupError

    with pytest.raises(LookupError):
        await unit_of_work(work)
    assert await Patient.all().count() == 0


async def test_a_task_that_outlives_its_unit_gets_a_unit_of_its_own(
    database: str, now: datetime
) -> None:
    begun = asyncio.Event()
    tasks: list[asyncio.Task[Patient]] = []

    async def later() -> Patient:
        await begun.wait()
        return await unit_of_work(lambda: a_patient(now))

    async def work() -> None:
        tasks.append(asyncio.create_task(later()))

    await unit_of_work(work)
    begun.set()
    await tasks[0]
    assert await Patient.all().count() == 1


async def test_parallel_units_count_without_losing_one(database: str) -> None:
    await a_series()
    await asyncio.gather(*(unit_of_work(count_up) for _ in range(24)))
    assert (await NumberSeries.get()).last_number == 24


async def test_a_lock_outside_a_unit_is_refused(sqlite_database: str) -> None:
    series = await a_series()
    with pytest.raises(NoUnitOfWork):
        lock(NumberSeries.all())
    with pytest.raises(NoUnitOfWork):
        await lock_row(series)


async def test_a_locked_row_is_read_anew(database: str) -> None:
    stale = await a_series()
    await NumberSeries.all().update(last_number=7)

    async def work() -> int:
        return (await lock_row(stale)).last_number

    assert await unit_of_work(work) == 7


async def test_a_locked_conversation_still_takes_inbound_rows_from_others(
    postgres_database: str, now: datetime
) -> None:
    """FOR UPDATE would make every insert that refers to the row wait for the lock."""
    respondent = await Respondent.create(created_at=now)
    conversation = await Conversation.create(respondent=respondent)

    async def work() -> None:
        await lock_row(conversation)
        connection = await asyncpg.connect(postgres_database)
        try:
            await connection.execute(
                "INSERT INTO inbound (id, channel, external_id, conversation_id, position, kind, "
                "text, received_at) VALUES (gen_random_uuid(), 'web', '1', $1, 1, 'text', '', $2)",
                conversation.id,
                now,
                timeout=3,
            )
        finally:
            await connection.close()

    await unit_of_work(work)
    assert await Inbound.all().count() == 1


async def test_the_next_number_is_given_once(database: str) -> None:
    numbers = await asyncio.gather(
        *(unit_of_work(lambda: next_number("alert", DAY)) for _ in range(12))
    )
    assert sorted(numbers) == list(range(1, 13))


async def test_eight_tasks_insert_one_message_once(database: str, now: datetime) -> None:
    async def receive(external_id: str) -> bool:
        row = Inbound(channel="wechat", external_id=external_id, text="在吗", received_at=now)
        return await unit_of_work(partial(insert_once, row))

    for number in range(10):
        outcomes = await asyncio.gather(*(receive(str(number)) for _ in range(8)))
        assert sorted(outcomes) == [False] * 7 + [True]
    assert await Inbound.all().count() == 10
    assert {row.text for row in await Inbound.all()} == {"在吗"}


async def test_insert_once_reports_other_faults(database: str) -> None:
    orphan = Conversation(respondent_id=UUID(int=0))

    async def work() -> bool:
        return await insert_once(orphan)

    with pytest.raises(IntegrityError):
        await unit_of_work(work)


async def test_a_row_inserted_once_can_be_saved_again(database: str) -> None:
    department = Department(code="01", name="普外科")
    assert await insert_once(department)
    department.name = "普通外科"
    await department.save()
    assert (await Department.get()).name == "普通外科"


async def test_the_work_of_a_cancelled_caller_still_ends(database: str, now: datetime) -> None:
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        await a_patient(now)
        await asyncio.sleep(0.05)
        await a_patient(now)

    caller = asyncio.create_task(unit_of_work(work))
    await begun.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await settle()
    assert await Patient.all().count() == 2


async def test_cancelled_units_never_wedge_the_database(database: str) -> None:
    """300 cancels at random moments; afterwards work goes on and every unit is whole."""
    await a_series()
    await NumberSeries.create(name="other", day=DAY)

    async def work() -> None:
        await NumberSeries.filter(name="count").update(last_number=F("last_number") + 1)
        await NumberSeries.filter(name="other").update(last_number=F("last_number") + 1)

    await cancel_at_random(lambda: unit_of_work(work))
    await asyncio.wait_for(unit_of_work(work), 10)
    await settle()
    counts = {row.last_number for row in await NumberSeries.all()}
    assert len(counts) == 1


async def test_cancelled_plain_transactions_never_wedge_the_database(database: str) -> None:
    """The engines themselves survive it, for code that does not go through a unit of work."""
    await a_series()

    async def work() -> None:
        async with in_transaction():
            await NumberSeries.filter(name="count").update(last_number=F("last_number") + 1)

    await cancel_at_random(work)
    await asyncio.wait_for(work(), 10)


async def cancel_at_random(work: Callable[[], Awaitable[None]]) -> None:
    """Start many pieces of work and cancel each after a random moment."""
    rng = random.Random(20261122)  # noqa: S311 - a repeatable test, not a secret

    async def one() -> bool:
        task = asyncio.ensure_future(work())
        await asyncio.sleep(rng.random() * 0.004)
        task.cancel()
        return isinstance((await asyncio.gather(task, return_exceptions=True))[0], BaseException)

    async with asyncio.timeout(60):
        cancelled = 0
        while cancelled < CANCELLED_UNITS:
            cancelled += sum(await asyncio.gather(*(one() for _ in range(10))))


async def test_a_cancelled_bulk_insert_is_whole_or_absent(database: str) -> None:
    for code in range(20):
        rows = [Department(code=f"{code}-{number}", name="普外科") for number in range(200)]
        task = asyncio.ensure_future(Department.bulk_create(rows))
        await asyncio.sleep(code * 0.001)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert await Department.all().count() % 200 == 0
    await asyncio.wait_for(unit_of_work(a_series), 10)


READ_THEN_WRITE = """
import asyncio, sys
from models.database import open_database, close_database
from models.keys import KeyRing
from models.timetable import NumberSeries
from models.unit import unit_of_work
from pathlib import Path

async def work():
    series = await NumberSeries.get(name="count")
    await asyncio.sleep(0.001)
    series.last_number += 1
    await series.save()

async def main(url, keys):
    await open_database(url, Path(keys))
    try:
        for _ in range(100):
            await unit_of_work(work)
    finally:
        await close_database()

asyncio.run(main(*sys.argv[1:]))
"""


async def test_two_processes_read_and_then_write_without_a_locked_database(
    opening: Opening, sqlite_url: str, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.json"
    await opening(sqlite_url, keys)
    await a_series()
    await close_database()
    command = [sys.executable, "-c", dedent(READ_THEN_WRITE), sqlite_url, str(keys)]
    both = [await asyncio.create_subprocess_exec(*command, cwd=ROOT) for _ in range(2)]
    assert [await process.wait() for process in both] == [0, 0]
    await opening(sqlite_url, keys)
    assert (await NumberSeries.get()).last_number == 200
    await close_database()


async def test_a_busy_sqlite_file_fails_the_unit_and_not_the_next_one(
    opening: Opening, sqlite_url: str, key_ring: KeyRing
) -> None:
    await opening(sqlite_url, key_ring)
    await get_connection("default").execute_query("PRAGMA busy_timeout=50")
    other = sqlite3.connect(sqlite_url.removeprefix("sqlite://"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Exception, match="locked"):
        await unit_of_work(a_series)
    other.execute("ROLLBACK")
    other.close()
    await asyncio.wait_for(unit_of_work(a_series), 5)
    await close_database()


def loosened(url: str) -> Path:
    """The file of a database, as somebody careless left it."""
    path = Path(url.removeprefix("sqlite://"))
    path.chmod(0o644)
    return path


async def test_the_sqlite_file_and_its_log_are_private(
    opening: Opening, sqlite_url: str, key_ring: KeyRing
) -> None:
    path = loosened(sqlite_url)
    await opening(sqlite_url, key_ring)
    await a_series()
    for file in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        assert file.stat().st_mode & 0o777 == 0o600
    await close_database()


async def test_sqlite_runs_with_the_settings_that_survive_a_power_cut(sqlite_database: str) -> None:
    async def pragma(name: str) -> object:
        rows = await get_connection("default").execute_query_dict(f"PRAGMA {name}")
        return next(iter(rows[0].values()))

    names = ("journal_mode", "synchronous", "busy_timeout", "foreign_keys", "journal_size_limit")
    assert [await pragma(name) for name in names] == ["wal", 2, 5000, 1, 64 * 1024 * 1024]


async def test_postgresql_runs_with_limits(postgres_database: str) -> None:
    async def setting(name: str) -> object:
        rows = await get_connection("default").execute_query_dict(f"SHOW {name}")
        return rows[0][name]

    names = ("statement_timeout", "idle_in_transaction_session_timeout", "application_name")
    assert [await setting(name) for name in names] == ["4s", "30s", "suifang"]


async def cut_all_connections(url: str) -> int:
    """What a restart of the server does to the program: every connection is gone."""
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await connection.close()
    return len(rows)


async def test_a_connection_lost_before_the_commit_is_tried_once_more(
    postgres_database: str, now: datetime
) -> None:
    attempts = 0

    async def work() -> None:
        nonlocal attempts
        attempts += 1
        await a_patient(now)
        if attempts == 1:
            assert await cut_all_connections(postgres_database) >= 1
        await a_patient(now)

    await unit_of_work(work)
    assert (attempts, await Patient.all().count()) == (2, 2)


async def test_a_fault_during_the_commit_is_not_tried_again(
    postgres_database: str, now: datetime
) -> None:
    """Nobody knows whether the rows are there, so a second try might write them twice."""
    attempts = 0

    async def work() -> None:
        nonlocal attempts
        attempts += 1
        await a_patient(now)
        await cut_all_connections(postgres_database)

    with pytest.raises(CONNECTION_LOST):
        await unit_of_work(work)
    assert attempts == 1


async def test_a_looping_task_lives_on_after_the_server_cut_it_off(postgres_database: str) -> None:
    """Failed BEGINs must neither stick to the task nor keep connections of the pool."""
    await a_series()
    for _ in range(8):
        await unit_of_work(count_up)
        await cut_all_connections(postgres_database)
        try:
            await asyncio.wait_for(unit_of_work(count_up), 10)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            continue
    await asyncio.wait_for(unit_of_work(count_up), 10)


async def server_processes(url: str) -> list[psutil.Process]:
    """The server's first process and all its children."""
    connection = await asyncpg.connect(url)
    backend = psutil.Process(connection.get_server_pid())
    first = backend.parent()
    await connection.close()
    assert first is not None
    return [first, *first.children(recursive=True)]


@contextmanager
def stopped(processes: list[psutil.Process]) -> Iterator[None]:
    """Stop processes as a dead disk or a paused machine would (SIGSTOP)."""
    alive = [process for process in processes if process.is_running()]
    try:
        for process in alive:
            process.suspend()
        yield
    finally:
        for process in alive:
            process.resume()


async def test_a_frozen_server_fails_each_unit_in_bounded_time_and_the_pool_recovers(
    opening: Opening, postgres_url: str, key_ring: KeyRing
) -> None:
    """Without limits the units would wait for ever; each failed BEGIN would keep a connection."""
    await opening(postgres_url, key_ring, limits=Limits(command=1.0, connect=1.0))
    await a_series()
    with stopped(await server_processes(postgres_url)):
        faults = await asyncio.wait_for(
            asyncio.gather(*(unit_of_work(count_up) for _ in range(8)), return_exceptions=True), 20
        )
    assert all(isinstance(fault, TimeoutError | OSError) for fault in faults)
    await asyncio.wait_for(asyncio.gather(*(unit_of_work(count_up) for _ in range(8))), 20)
    assert (await NumberSeries.get()).last_number == 8
    await close_database()


async def test_a_server_frozen_in_the_middle_of_a_unit_fails_it_in_bounded_time(
    opening: Opening, postgres_url: str, key_ring: KeyRing
) -> None:
    await opening(postgres_url, key_ring, limits=Limits(command=1.0, connect=1.0))
    await a_series()
    processes = await server_processes(postgres_url)

    async def work() -> None:
        await NumberSeries.all().update(last_number=1)
        processes.extend(processes[0].children())
        with stopped(processes):
            await NumberSeries.all().update(last_number=2)

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(unit_of_work(work), 10)
    assert (await NumberSeries.get()).last_number == 0
    await close_database()
