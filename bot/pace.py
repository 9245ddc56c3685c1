"""A token bucket: at most so many sends a second, evenly spread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Pace:
    """Lets through `per_second` calls a second and no burst above `burst`; None: no limit."""

    def __init__(
        self,
        per_second: float | None,
        burst: float = 1.0,
        time: Callable[[], float] | None = None,
    ) -> None:
        self._rate = per_second
        self._burst = burst
        self._time = time or (lambda: asyncio.get_running_loop().time())
        # when the next call would be let through, were there no burst
        self._next = 0.0

    def take(self) -> float:
        """Take one place and return how many seconds to wait for it."""
        if self._rate is None:
            return 0.0
        now, step = self._time(), 1.0 / self._rate
        self._next = max(self._next, now - (self._burst - 1) * step) + step
        return max(0.0, self._next - step - now)

    async def wait(self) -> None:
        """Wait for one's turn."""
        if pause := self.take():
            await asyncio.sleep(pause)
