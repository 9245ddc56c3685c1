"""What a provider pushes: written down at once, then dealt with by few, each person's in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID, uuid4

import structlog

from bot.turns import Turns
from handlers.pushes import Left, Push, Written, elsewhere, hold_on, let_go, take_up, write_down

T = TypeVar("T")
_log = structlog.get_logger()
# a process has one core and, on SQLite, the database one writer: more would only wait in turn
_WORKERS: Final = 3
# in one transaction; whoever comes meanwhile is in the next
_MOST_AT_ONCE: Final = 100
# so much of the newest duration is in the mean
_NEWEST: Final = 0.3
# what a message takes on a quiet machine, until we know better
_USUAL: Final = 0.05
# the first message loads much, and a stalled machine says nothing of the next one
_LONGEST_COUNTED: Final = 1.0
# who would wait longer than this is told at once that the message has come
_WORTH_WAITING: Final = 1.0
_AGAIN_AFTER: Final = timedelta(seconds=30)


class Journal:
    """The journal of one channel in this process; what it holds outlives the process.

    Copies and order are seen to here; a push that has been crossed out is known by what it did.
    """

    def __init__(self, channel: str, clock: Callable[[], datetime]) -> None:
        self._channel, self._clock = channel, clock
        self._holder = uuid4().hex
        self._coming: list[tuple[Push, asyncio.Future[Written]]] = []
        self._done: list[UUID] = []
        self._failed: list[UUID] = []
        self._writing: asyncio.Task[None] | None = None
        self._free = asyncio.Semaphore(_WORKERS)
        self._turns = Turns(self._elsewhere)
        self._waiting = 0
        self._mean = _USUAL

    @property
    def crowded(self) -> bool:
        """Whether so much waits that nobody should be kept on the line for an answer."""
        return (self._waiting - _WORKERS) * self._mean / _WORKERS > _WORTH_WAITING

    async def enter(self, push: Push) -> Written:
        """Write a push down; when this returns it is committed. Raises what the database does."""
        entered: asyncio.Future[Written] = asyncio.get_running_loop().create_future()
        self._coming.append((push, entered))
        self._write()
        return await entered

    async def in_turn(self, address: str, came_at: datetime, work: Callable[[], Awaitable[T]]) -> T:
        """Do some work once what this person wrote before is done, and somebody is free."""
        self._waiting += 1
        try:
            async with self._turns.turn(address, came_at), self._free:
                return await self._timed(work)
        finally:
            self._waiting -= 1

    def cross_out(self, row_id: UUID) -> None:
        """Note that a push is dealt with, in the next transaction."""
        self._done.append(row_id)
        self._write()

    def put_back(self, row_id: UUID) -> None:
        """Note that a push could not be dealt with: it is taken up again in a while."""
        self._failed.append(row_id)

    async def left_undone(self, now: datetime) -> Sequence[Left]:
        """Say that this process is there; take over what no process deals with any longer."""
        await hold_on(self._channel, self._holder, now)
        failed = tuple(self._failed)
        await let_go(failed, now + _AGAIN_AFTER)
        del self._failed[: len(failed)]
        self._write()
        return await take_up(self._channel, self._holder, now)

    async def settle(self) -> None:
        """Wait until everything is written."""
        self._write()
        while self._writing is not None and not self._writing.done():
            await asyncio.wait((self._writing,))

    def _write(self) -> None:
        idle = self._writing is None or self._writing.done()
        if idle and (self._coming or self._done):
            self._writing = asyncio.create_task(self._write_all())

    async def _write_all(self) -> None:
        while self._coming or self._done:
            coming, self._coming = self._coming[:_MOST_AT_ONCE], self._coming[_MOST_AT_ONCE:]
            done, self._done = self._done, []
            try:
                written = await self._transaction([push for push, _ in coming], done)
            except Exception as fault:  # noqa: BLE001 - whoever waits is told, and no push is lost
                self._done = done + self._done
                _refuse(coming, fault)
                break
            for (_, entered), result in zip(coming, written, strict=True):
                if not entered.done():
                    entered.set_result(result)
        if self._coming:
            # they came while a transaction failed
            asyncio.get_running_loop().call_soon(self._write)

    async def _transaction(self, pushes: Sequence[Push], done: Sequence[UUID]) -> list[Written]:
        return await write_down(self._channel, pushes, done, self._holder, self._clock())

    async def _timed(self, work: Callable[[], Awaitable[T]]) -> T:
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            return await work()
        finally:
            took = min(loop.time() - began, _LONGEST_COUNTED)
            self._mean += _NEWEST * (took - self._mean)

    async def _elsewhere(self, since: Mapping[str, datetime]) -> Collection[str]:
        return await elsewhere(self._channel, self._holder, since)


def _refuse(coming: Sequence[tuple[Push, asyncio.Future[Written]]], fault: Exception) -> None:
    _log.error("not_written_down", pushes=len(coming), fault=type(fault).__name__)
    for _, entered in coming:
        if not entered.done():
            entered.set_exception(fault)
