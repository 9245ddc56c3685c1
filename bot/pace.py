"""A pace: so many sends a second, each a step after the one before, however late that one was."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

# a provider that finds us too fast gets half, never less than an eighth, and slowly more again:
# so slowly that less than one call in a hundred meets its limit
_SLOWEST: Final = 1 / 8
_REGAINED: Final = 1 / 500


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
        self._most = per_second or 0.0
        self._share = 1.0
        self._time = time or (lambda: asyncio.get_running_loop().time())
        self._sleep = sleep
        self._turn = asyncio.Lock()
        self._next = 0.0

    async def wait(self) -> None:
        """Wait for one's turn."""
        if not self._most:
            return
        async with self._turn:
            while (pause := self._next - self._time()) > 0:
                await self._sleep(pause)
            self._next = self._time() + 1.0 / (self._most * self._share)

    def slacken(self) -> None:
        """Go half as fast from now on."""
        self._share = max(self._share / 2, _SLOWEST)

    def quicken(self) -> None:
        """Go a little faster again, never faster than what was set."""
        self._share = min(self._share + _REGAINED, 1.0)
