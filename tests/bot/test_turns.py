"""Turns: one person's words in the order they came, whoever deals with them."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from bot import turns
from bot.turns import Turns

NOW = datetime.fromisoformat("2026-11-23T09:30+08:00")


@dataclass
class Others:
    """What other processes have: people, by when they wrote."""

    has: dict[str, datetime] = field(default_factory=dict)
    asked: list[set[str]] = field(default_factory=list)
    broken: bool = False

    async def tell(self, since: Mapping[str, datetime]) -> Collection[str]:
        """Answer as the database would."""
        self.asked.append(set(since))
        await asyncio.sleep(0)
        if self.broken:
            raise ConnectionError
        return {who for who, at in since.items() if who in self.has and self.has[who] < at}


@dataclass
class Desk:
    """Deals with what people write, in their turns."""

    others: Others = field(default_factory=Others)
    done: list[str] = field(default_factory=list)
    busy: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.turns = Turns(self.others.tell)
        self.busy.set()

    def write(self, person: str, second: int) -> asyncio.Task[None]:
        """Somebody writes something."""
        return asyncio.create_task(self._write(person, second))

    async def _write(self, person: str, second: int) -> None:
        async with self.turns.turn(person, NOW + timedelta(seconds=second)):
            await self.busy.wait()
            self.done.append(f"{person}{second}")


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk that looks again without a pause."""
    monkeypatch.setattr(turns, "_LOOK_EVERY", 0.0)
    return Desk()


async def a_while() -> None:
    """Let everybody get as far as they can."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_words_are_taken_by_when_they_came_however_late_they_join(desk: Desk) -> None:
    desk.others.has["甲"] = NOW
    tasks = [desk.write("甲", 3)]
    await a_while()
    tasks += [desk.write("甲", second) for second in (2, 4, 1)]
    await a_while()
    assert desk.done == []
    desk.others.has.clear()
    await asyncio.gather(*tasks)
    assert desk.done == ["甲1", "甲2", "甲3", "甲4"]


async def test_what_has_begun_is_not_joined_by_what_came_before(desk: Desk) -> None:
    desk.busy.clear()
    tasks = [desk.write("甲", 2)]
    await a_while()
    tasks += [desk.write("甲", 1), desk.write("甲", 3)]
    await a_while()
    desk.busy.set()
    await asyncio.gather(*tasks)
    assert desk.done == ["甲2", "甲1", "甲3"]


async def test_nobody_waits_for_what_another_person_wrote(desk: Desk) -> None:
    desk.others.has["甲"] = NOW
    held = desk.write("甲", 1)
    await desk.write("乙", 1)
    assert desk.done == ["乙1"]
    desk.others.has.clear()
    await held


async def test_one_question_is_asked_for_all_who_wait(desk: Desk) -> None:
    people = {f"{number:03}号" for number in range(300)}
    await asyncio.gather(*(desk.write(who, 1) for who in people))
    assert len(desk.done) == 300
    assert len(desk.others.asked) <= 2
    assert set().union(*desk.others.asked) == people


async def test_what_another_process_never_ends_is_not_waited_for_for_ever(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_PATIENCE", 0.0)
    desk.others.has["甲"] = NOW
    await desk.write("甲", 1)
    assert desk.done == ["甲1"]


async def test_a_database_that_fails_fails_one_turn_and_not_the_next(desk: Desk) -> None:
    desk.others.broken = True
    with pytest.raises(ConnectionError):
        await desk.write("甲", 1)
    desk.others.broken = False
    await desk.write("甲", 2)
    assert desk.done == ["甲2"]


async def test_whoever_gives_up_holds_up_nobody(desk: Desk) -> None:
    desk.busy.clear()
    tasks = [desk.write("甲", second) for second in (1, 2, 3)]
    await a_while()
    tasks[0].cancel()
    tasks[1].cancel()
    desk.busy.set()
    await tasks[2]
    assert desk.done == ["甲3"]
    for task in tasks[:2]:
        with suppress(asyncio.CancelledError):
            await task
