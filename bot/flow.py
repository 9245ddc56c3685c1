"""How much of a provider we use: less after each "too fast", more again with what it takes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from bot.pace import Pace

# so many calls must be taken for one more side by side: less than one of them finds the limit
_CALM: Final = 100


class Flow:
    """Lets calls through: so many side by side, at a pace, both as the provider bears them.

    After "too fast" one goes alone; each that is taken lets one more go beside it, up to half of
    what was too many, and slowly beyond, so that less than one call in a hundred meets the limit.
    """

    def __init__(self, at_once: int, pace: Pace) -> None:
        self._most = at_once
        self._pace = pace
        self._width = self._safe = float(at_once)
        self._under_way = 0
        self._changed = asyncio.Condition()
        self._refusals = 0

    @property
    def at_once(self) -> int:
        """How many may go side by side now."""
        return int(self._width)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[int]:
        """Wait for one's turn and hold it; what it gives is to be told to `refused`."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._under_way < self.at_once)
            self._under_way += 1
        try:
            await self._pace.wait()
            yield self._refusals
        finally:
            async with self._changed:
                self._under_way -= 1
                self._changed.notify_all()

    def took(self) -> None:
        """Grow: the provider took a call."""
        step = 1.0 if self._width < self._safe else 1.0 / _CALM
        self._width = min(self._width + step, float(self._most))
        self._pace.quicken()

    def refused(self, turn: int) -> None:
        """Shrink: the provider found us too fast; what was on its way by then counts once."""
        if turn != self._refusals:
            return
        self._refusals += 1
        self._safe = max(self._width / 2, 1.0)
        self._width = 1.0
        self._pace.slacken()
