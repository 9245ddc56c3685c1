"""APScheduler as the ticker: a handful of intervals, no patient; what is due is rows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

Tick = Callable[[datetime], Awaitable[int]]
_log = structlog.get_logger()
MINUTELY: Final = 60
HOURLY: Final = 60 * 60


class Ticker:
    """Runs registered ticks at their intervals, each never twice at a time in this process."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        # memory store: nothing is lost with the process, since nothing is kept here
        self._scheduler = AsyncIOScheduler(
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )

    def every(self, seconds: float, name: str, tick: Tick) -> None:
        """Register a tick."""
        self._scheduler.add_job(
            self._run, IntervalTrigger(seconds=seconds), args=(name, tick), id=name
        )

    def start(self) -> None:
        """Begin to tick."""
        self._scheduler.start()

    async def stop(self) -> None:
        """Tick no more; a tick that runs is let finish."""
        self._scheduler.shutdown(wait=False)
        await asyncio.sleep(0)

    async def _run(self, name: str, tick: Tick) -> None:
        try:
            await tick(self._clock())
        except Exception as fault:  # noqa: BLE001 - the next tick finds the same rows again
            _log.error("tick_failed", kind=name, fault=type(fault).__name__)
