"""A month of forty clinics on a clock that is run forward, every patient to a script.

    python -m benchmarks.month                       # 30,000 appointments, SQLite
    python -m benchmarks.month --appointments 500
    python -m benchmarks.month --database postgres://…

Every reminder must have gone in its window and every breach must be what an independent count
makes it; otherwise the faults are named and the command fails.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from benchmarks.ground import opened
from benchmarks.month_check import faults
from benchmarks.month_patients import END, SHARES, Month, Script, Visitor
from benchmarks.month_scene import CLINICS, DAYS, START, open_clinics, people, the_desk
from benchmarks.phones import Phones
from bot.outbox import Outbox
from handlers.reminders.days import open_day
from models.booking import Slot
from models.conversation import Inbound, Outgoing
from models.people import ContactPoint, Patient

APPOINTMENTS: Final = 30_000
VISITS_EACH: Final = 3
_APART: Final = timedelta(days=8)
_TRIES: Final = 12
_SLOTS: Final = 14 * 20
_ROOM: Final = 1.3
_PEOPLE_A_VISIT: Final = 0.6
# a small month is held in fewer clinics
_EACH_CLINIC: Final = 20
_SEED: Final = 20261102


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a simulated month came to."""

    faults: list[str]
    figures: dict[str, object]


async def simulate(appointments: int) -> Outcome:
    """Run a month in the open database and check it."""
    started = time.perf_counter()
    desk = await the_desk()
    clinics = min(CLINICS, math.ceil(appointments / _EACH_CLINIC))
    places = max(2, math.ceil(appointments * _ROOM / (clinics * _SLOTS)))
    await open_clinics(clinics, places)
    who = await people(math.ceil(appointments * _PEOPLE_A_VISIT))
    month = Month(desk, Outbox(desk, {"web": Phones()}), random.Random(_SEED))  # noqa: S311 - repeatable
    await _plan(month, who, appointments)
    await open_day(START)
    laid = time.perf_counter()
    _tell_of_days(month, laid)
    await month.run()
    run = time.perf_counter()
    found = await faults(month.expected)
    figures = {
        "scene (s)": round(laid - started, 1),
        "month (s)": round(run - laid, 1),
        "scripts": dict(month.done),
        "expected breaches": Counter(broken.kind for broken in month.expected),
        **await _counts(),
    }
    return Outcome(found, figures)


def _tell_of_days(month: Month, began: float) -> None:
    """Have each night say how far the month has come: the whole of it takes a while."""
    night = START

    async def tell() -> None:
        passed = time.perf_counter() - began
        sent = await Outgoing.filter(sent_at__not_isnull=True).count()
        sys.stderr.write(f"{month.now:%m-%d} after {passed:.0f} s, {sent} messages out\n")

    while (night := night + timedelta(days=1)) < END:
        month.at(night, tell)


async def _plan(month: Month, who: list[tuple[Patient, ContactPoint]], appointments: int) -> None:
    """Give everybody a few visits, each with a script, until there are enough."""
    slots = await Slot.all().order_by("starts_at", "session__doctor")
    left = appointments
    for patient, point in who:
        for script, slot in _visits(month.dice, slots)[:left]:
            Visitor(month, patient, point, slot, script).begin()
            left -= 1


def _visits(dice: random.Random, slots: list[Slot]) -> list[tuple[Script, Slot]]:
    """Visits so far apart that never two are booked at once: "cancel" then means one of them.

    Whoever moves a visit has no other, since nobody knows beforehand where it will go.
    """
    scripts = dice.choices(list(SHARES), list(SHARES.values()), k=VISITS_EACH)
    if Script.MOVES in scripts:
        return [(Script.MOVES, dice.choice(slots))]
    chosen: list[Slot] = []
    for _ in range(_TRIES):
        slot = dice.choice(slots)
        if all(abs(slot.starts_at - other.starts_at) >= _APART for other in chosen):
            chosen.append(slot)
    return list(zip(scripts, chosen, strict=False))


async def _counts() -> dict[str, object]:
    sent = Outgoing.filter(sent_at__not_isnull=True)
    kinds = await sent.filter(occurrence__startswith="remind:").values_list("occurrence", flat=True)
    return {
        "reminders": Counter(str(name).split(":")[1] for name in kinds),
        "messages out": await sent.count(),
        "messages in": await Inbound.all().count(),
        "days": DAYS,
    }


async def main() -> int:
    """Run a month and print what it came to."""
    arguments = _arguments()
    async with opened(arguments.database, START):
        outcome = await simulate(arguments.appointments)
        for name, figure in outcome.figures.items():
            sys.stdout.write(f"{name}: {figure}\n")
    for fault, number in Counter(outcome.faults).most_common():
        sys.stdout.write(f"FAULT {fault}: {number}\n")
    return 1 if outcome.faults else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--appointments", type=int, default=APPOINTMENTS)
    parser.add_argument("--database", default="")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
