"""Whose turn it is: what one person wrote is dealt with in its order, whichever process has it."""

from __future__ import annotations

import asyncio
from bisect import insort
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

# asks for many people at once which of them another process still deals with, given since when
Elsewhere = Callable[[Mapping[str, datetime]], Awaitable[Collection[str]]]

# who is next in line looks again so often
_LOOK_EVERY: Final = 0.2
# longer than a process that ended holds what it had, so that its words come first
_PATIENCE: Final = 30.0
_MOST_AT_ONCE: Final = 500


@dataclass(slots=True, eq=False)
class _Place:
    """A place in one person's line; `first` is set while it is at the head."""

    person: str
    came_at: datetime
    first: asyncio.Event = field(default_factory=asyncio.Event)
    begun: bool = False


class Turns:
    """A line for each person, in the order of coming, however late somebody joins it."""

    def __init__(self, elsewhere: Elsewhere) -> None:
        self._lines: dict[str, list[_Place]] = {}
        self._look = _Look(elsewhere)

    @asynccontextmanager
    async def turn(self, person: str, came_at: datetime) -> AsyncIterator[None]:
        """Wait until what this person wrote before is done, here and elsewhere, and hold the turn.

        For what another process has one waits half a minute, not for ever.
        """
        place = self._join(_Place(person, came_at))
        try:
            await self._wait(place)
            yield
        finally:
            self._leave(place)

    def _join(self, place: _Place) -> _Place:
        line = self._lines.setdefault(place.person, [])
        begun = bool(line) and line[0].begun
        insort(line, place, lo=int(begun), key=lambda one: one.came_at)
        self._point_out(line)
        return place

    def _leave(self, place: _Place) -> None:
        line = self._lines[place.person]
        line.remove(place)
        self._point_out(line)
        if not line:
            del self._lines[place.person]

    def _point_out(self, line: list[_Place]) -> None:
        """Let the head of a line know, and whoever was it no longer."""
        for number, place in enumerate(line[:2]):
            if number:
                place.first.clear()
            else:
                place.first.set()

    async def _wait(self, place: _Place) -> None:
        loop = asyncio.get_running_loop()
        given_up_at = None
        while not place.begun:
            await place.first.wait()
            given_up_at = given_up_at or loop.time() + _PATIENCE
            waits = loop.time() < given_up_at and await self._look.is_elsewhere(place)
            # while we looked, somebody may have come who wrote before
            place.begun = not waits and place.first.is_set()
            if waits:
                await asyncio.sleep(_LOOK_EVERY)


class _Look:
    """One question to the database for all who ask while the last one is answered."""

    def __init__(self, elsewhere: Elsewhere) -> None:
        self._elsewhere = elsewhere
        self._asking: list[tuple[_Place, asyncio.Future[bool]]] = []
        self._looking: asyncio.Task[None] | None = None

    async def is_elsewhere(self, place: _Place) -> bool:
        """Tell whether another process has what the person wrote before; raises its fault."""
        told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._asking.append((place, told))
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        return await told

    async def _look(self) -> None:
        while self._asking:
            asking, self._asking = self._asking[:_MOST_AT_ONCE], self._asking[_MOST_AT_ONCE:]
            try:
                there = await self._elsewhere({one.person: one.came_at for one, _ in asking})
            except Exception as fault:  # noqa: BLE001 - told to whoever asked
                for _, told in asking:
                    if not told.done():
                        told.set_exception(fault)
                continue
            for place, told in asking:
                if not told.done():
                    told.set_result(place.person in there)
