"""Races for places with real processes, on SQLite and on PostgreSQL; prints a Markdown table.

    python -m benchmarks.race
    python -m benchmarks.race postgres

Two processes of eight tasks each try to sell 150 last places; four processes move visits about a
thousand times; a process gives 500 visits up at the last second while another claims reminders.
Ends with an error when a place was sold twice, lost, or a reminder of a changed visit claimed.
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import timedelta
from typing import Final

from benchmarks.ground import Ground, Result, postgres, run, sqlite, start_part, tally_of
from benchmarks.race_scene import (
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

PLACES: Final = 150
MOVES: Final = 1000
CHANGES: Final = 500
CONTROL: Final = 50
_VISITS: Final = 80


def sale(ground: Ground) -> str:
    """2 processes of 8 tasks on 150 last places."""
    share = TASKS * PLACES

    async def prepare() -> Ledger:
        await last_places(PLACES)
        await people(2 * share)
        return await ledger()

    asyncio.run(ground.within(prepare))
    result = run(ground, [["book", str(first), str(share)] for first in (0, share)])
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
    result = run(ground, [["move", str(seed), str(MOVES // 4)] for seed in range(4)])
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


def _pipe(ground: Ground) -> Result:
    """Let the claims follow the commits from one process to another."""
    result, start = Result(), time.perf_counter()
    changing = start_part(ground, ["change", str(CHANGES)])
    claiming = start_part(ground, ["claim"], changing)
    if changing.stdout is not None:
        changing.stdout.close()
    for process in (claiming, changing):
        said = process.stderr.read() if process.stderr is not None else ""
        process.wait()
        result.add(tally_of(process, said))
    result.seconds = time.perf_counter() - start
    return result


def _row(ground: Ground, race: str, figure: str, result: Result) -> str:
    refusals = {"taken", "twice", "done", "claimed"}
    faults = sum(n for name, n in result.outcomes.items() if name not in refusals)
    return (
        f"| {ground.name} | {race} | {figure} | {faults} | {len(result.milliseconds)} "
        f"| {result.percentile(50):.0f} | {result.percentile(99):.0f} | {result.seconds:.1f} |"
    )


def main() -> None:
    """Run every race on both databases and print the table."""
    head = ("database", "race", "result", "errors shown", "tries", "p50 ms", "p99 ms", "s")
    sys.stdout.write(f"| {' | '.join(head)} |\n|{'---|' * len(head)}\n")
    grounds = {"sqlite": sqlite, "postgres": postgres}
    for name in sys.argv[1:] or grounds:
        with grounds[name]() as fresh:
            for race in (sale, moving, reminding):
                sys.stdout.write(race(fresh()) + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
