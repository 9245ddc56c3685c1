"""One process of a race; it prints one line of JSON, or one line a commit.

python -m benchmarks.race_worker book|move|change|claim|take URL KEYS ARGUMENTS…
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from benchmarks.ground import NOW
from benchmarks.race_scene import FIRST_DAY, REMINDED_AT, the_desk
from dialogs.appointments.events import WhyNot
from dialogs.timing.spans import local
from handlers import claims
from handlers.booking.actor import Actor
from handlers.booking.bookings import Order, book
from handlers.booking.cancellations import cancel
from handlers.booking.moves import move
from handlers.casework.claims import claim_complaint
from handlers.claims import Claim
from handlers.delivery import claim_outgoing
from models.alert import Alert
from models.booking import Appointment, Slot
from models.complaint import Complaint
from models.database import close_database, open_database
from models.hospital import StaffMember
from models.people import Patient

TASKS: Final = 8
_MOVERS: Final = 5


@dataclass(slots=True)
class Tally:
    """What a process saw: outcomes by name, and how long each took in milliseconds."""

    outcomes: Counter[str] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)

    async def time(self, work: Callable[[], Awaitable[object]]) -> bool:
        """Do something, note how it ended and how long it took; True when it was done."""
        start = time.perf_counter()
        try:
            done = await work()
        except Exception as fault:  # noqa: BLE001 - whatever is shown to a caller is a result
            self.outcomes[type(fault).__name__] += 1
            return False
        self.milliseconds.append((time.perf_counter() - start) * 1000)
        self.outcomes[_named(done)] += 1
        return not isinstance(done, WhyNot)


def _named(done: object) -> str:
    if isinstance(done, WhyNot):
        return done.value
    return done if isinstance(done, str) else "done"


async def sell(first: int, people: int) -> Tally:
    """Let eight tasks try to book every slot, each time for another person."""
    desk, tally = the_desk(), Tally()
    slots = [row.id for row in await Slot.all().order_by("starts_at").only("id")]
    rows = await Patient.all().order_by("id").offset(first).limit(people).only("id")
    share = len(slots)

    async def task(number: int) -> None:
        own = rows[number * share : (number + 1) * share]
        for slot_id, person in zip(slots, own, strict=True):
            order = Order(person.id, slot_id)
            await tally.time(lambda order=order: book(desk, order, NOW))  # type: ignore[misc]

    await asyncio.gather(*(task(number) for number in range(TASKS)))
    return tally


async def shuffle(seed: int, wanted: int) -> Tally:
    """Move visits about until so many moves were made, five tasks at a time."""
    desk, tally, dice = the_desk(), Tally(), random.Random(seed)  # noqa: S311 - a benchmark's dice
    slots = [row.id for row in await Slot.all().only("id")]
    visits = [row.id for row in await Appointment.all().only("id")]
    patient = Actor("patient", "web")

    async def task(share: int) -> None:
        while share:
            visit, slot = dice.choice(visits), dice.choice(slots)
            share -= await tally.time(lambda v=visit, s=slot: move(desk, v, s, patient, NOW))  # type: ignore[misc]

    await asyncio.gather(*(task(wanted // _MOVERS) for _ in range(_MOVERS)))
    return tally


async def change(count: int) -> Tally:
    """Cancel or move each visit at the last second, and say so once it is committed."""
    desk, tally, patient = the_desk(), Tally(), Actor("patient", "web")
    at = REMINDED_AT - timedelta(seconds=1)
    visits = await _in_order(count)
    spare = iter(await _spare_slots())

    async def give_up(visit: UUID, number: int) -> object:
        if number % 2:
            return await move(desk, visit, next(spare), patient, at)
        return await cancel(desk, visit, patient, at)

    for number, visit in enumerate(visits):
        await tally.time(lambda v=visit, n=number: give_up(v, n))  # type: ignore[misc]
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
    return tally


async def claim() -> Tally:
    """Claim the reminder of each visit as soon as its change was said to be committed."""
    desk, tally = the_desk(), Tally()
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        now = REMINDED_AT + timedelta(milliseconds=int(line))
        start = time.perf_counter()
        try:
            tally.outcomes["claimed"] += len(await claim_outgoing(desk, now, 1000))
        except Exception as fault:  # noqa: BLE001 - the outbox notes it and tries again, as here
            tally.outcomes[type(fault).__name__] += 1
            continue
        tally.milliseconds.append((time.perf_counter() - start) * 1000)
    return tally


async def take(first: int) -> Tally:
    """Let eight members of staff try to take every alert and every complaint, each for itself."""
    desk, tally = the_desk(), Tally()
    staff = await StaffMember.all().order_by("username").offset(first).limit(TASKS)
    alerts = [row.id for row in await Alert.all().order_by("number").only("id")]
    cases = [row.id for row in await Complaint.all().order_by("number").only("id")]

    async def attempt(claiming: Awaitable[Claim]) -> str:
        return "won" if (await claiming).taken else "lost"

    async def everything(one: StaffMember) -> None:
        for alert in alerts:
            await tally.time(lambda a=alert: attempt(claims.claim(a, one, None, desk, NOW)))  # type: ignore[misc]
        for case in cases:
            await tally.time(lambda c=case: attempt(claim_complaint(c, one, NOW)))  # type: ignore[misc]

    await asyncio.gather(*(everything(one) for one in staff))
    return tally


async def _in_order(count: int) -> list[UUID]:
    """The visits in the order of their reminders: the first day's, by hour."""
    rows = await Appointment.all().order_by("starts_at").limit(count)
    return [row.id for row in rows]


async def _spare_slots() -> list[UUID]:
    rows = await Slot.filter(places__appointment_id__isnull=True).order_by("-starts_at")
    return [row.id for row in rows if local(row.starts_at).date() > FIRST_DAY]


async def work(role: str, url: str, keys: str, arguments: list[int]) -> Tally:
    """Open the database as a process of the product does, and do the part."""
    await open_database(url, Path(keys))
    try:
        match role:
            case "book":
                return await sell(*arguments)
            case "move":
                return await shuffle(*arguments)
            case "change":
                return await change(*arguments)
            case "take":
                return await take(*arguments)
            case _:
                return await claim()
    finally:
        await close_database()


def main() -> None:
    """Do the part the command line names; the tally goes to standard error."""
    role, url, keys, *arguments = sys.argv[1:]
    tally = asyncio.run(work(role, url, keys, [int(each) for each in arguments]))
    sys.stderr.write(json.dumps([dict(tally.outcomes), tally.milliseconds]) + "\n")


if __name__ == "__main__":
    main()
