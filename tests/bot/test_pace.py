"""How fast a lane may send: never faster, also where the machine stalls."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from itertools import pairwise

from bot.pace import Pace


@dataclass(slots=True)
class Machine:
    """A clock that moves while somebody sleeps, now and then much too far."""

    now: float = 100.0
    dice: random.Random = field(default_factory=lambda: random.Random(5))  # noqa: S311

    def time(self) -> float:
        """What it says."""
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Sleep, and sometimes oversleep."""
        self.now += seconds + self.dice.choice((0.0, 0.0, 0.001, 0.4))
        await asyncio.sleep(0)


async def released(pace: Pace, machine: Machine, count: int) -> list[float]:
    """When each of so many calls that want to go at once is let through."""
    times: list[float] = []

    async def one() -> None:
        await pace.wait()
        times.append(machine.now)

    await asyncio.gather(*(one() for _ in range(count)))
    return times


async def test_calls_are_a_step_apart_however_late_the_one_before_was() -> None:
    machine = Machine()
    times = await released(Pace(20, machine.time, machine.sleep), machine, 200)
    gaps = [later - before for before, later in pairwise(times)]
    assert min(gaps) > 0.05 - 1e-9
    assert max(sum(at <= other < at + 1 for other in times) for at in times) <= 20


async def test_the_first_call_waits_for_nothing_and_a_pause_is_not_made_up_for() -> None:
    machine = Machine()
    pace = Pace(2, machine.time, machine.sleep)
    assert await released(pace, machine, 1) == [100.0]
    machine.now += 60
    first, second = await released(pace, machine, 2)
    assert first == 160.0
    assert second >= 160.5


async def test_without_a_limit_nobody_waits() -> None:
    machine = Machine()
    assert await released(Pace(None, machine.time, machine.sleep), machine, 50) == [100.0] * 50


async def test_a_provider_that_allows_half_meets_less_than_one_call_in_a_hundred_too_many() -> None:
    """Its limit is ten a second where we were told twenty (F14)."""
    machine = Machine()
    pace, taken, over = Pace(20, machine.time, machine.sleep), [-1.0], 0
    for _ in range(5_000):
        await pace.wait()
        if machine.now - taken[-1] < 0.1 - 1e-9:
            over += 1
            pace.slacken()
            machine.now += 1.0
            continue
        taken.append(machine.now)
        pace.quicken()
    assert over <= 50
    assert len(taken) / machine.now > 2
