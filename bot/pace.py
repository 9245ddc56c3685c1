"""A pace: so many sends a second, each a step after the one before, however late that one was."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class Pace:
    """Lets through `per_second` calls a second, evenly spread; None: no limit.

    A step is counted from when the call before was really let through: after a sleep that took
    too long several would go together otherwise, and be more than the provider allows.
    """

    def __init__(
        self,
        per_second: float | None,
        time: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._step = 1.0 / per_second if per_second else 0.0
        self._time = time or (lambda: asyncio.get_running_loop().time())
        self._sleep = sleep
        self._turn = asyncio.Lock()
        self._next = 0.0

    async def wait(self) -> None:
        """Wait for one's turn."""
        if not self._step:
            return
        async with self._turn:
            while (pause := self._next - self._time()) > 0:
                await self._sleep(pause)
            self._next = self._time() + self._step
