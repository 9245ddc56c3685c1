"""The unit of work: one transaction that a cancelled caller cannot break."""

import asyncio
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final, TypeVar

import asyncpg
from tortoise.backends.base.client import TransactionalDBClient
from tortoise.connection import get_connections
from tortoise.queryset import QuerySet
from tortoise.transactions import in_transaction

from models.row import RowT

T = TypeVar("T")

CONNECTION_LOST: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.DeadlockDetectedError,
    OSError,
)
RETRY_PAUSE: Final = 0.2


class NoUnitOfWork(RuntimeError):
    """A row was to be locked outside a unit of work, where a lock holds nothing."""


@dataclass(slots=True)
class _Unit:
    """Whether a unit of work can still be joined, and whether its commit was begun."""

    open: bool = True
    committing: bool = False


_current: ContextVar[_Unit | None] = ContextVar("unit_of_work", default=None)
_running: set[asyncio.Task[object]] = set()


async def unit_of_work(work: Callable[[], Awaitable[T]]) -> T:
    """Run `work` inside one transaction and return what it returns.

    Inside an open unit of work it joins that one. Otherwise it runs in a task of its own: when
    the caller is cancelled the work still ends, committed or rolled back, in the background. A
    connection lost (or a deadlock) before the commit began is tried once more, so `work` must do
    nothing outside the database. A TimeoutError is not tried again: a frozen server would make
    the caller wait twice.
    """
    unit = _current.get()
    if unit is not None and unit.open:
        return await work()
    unit = _Unit()
    try:
        return await _shielded(unit, work)
    except TimeoutError:
        raise
    except CONNECTION_LOST:
        if unit.committing:
            raise
    await asyncio.sleep(RETRY_PAUSE)
    return await _shielded(_Unit(), work)


def lock(rows: QuerySet[RowT], *, skip_locked: bool = False) -> QuerySet[RowT]:
    """Lock the rows of a query until the unit of work ends.

    PostgreSQL: FOR NO KEY UPDATE, which lets others insert rows that refer to them. SQLite: the
    transaction is the only writer already, and Tortoise leaves the clause out.
    """
    unit = _current.get()
    if unit is None or not unit.open:
        raise NoUnitOfWork("lock rows inside a unit of work")
    return rows.select_for_update(skip_locked=skip_locked, no_key=True)


async def lock_row(row: RowT) -> RowT:
    """Lock one row and return it as it is now; what the caller held may be stale."""
    return await lock(type(row).filter(id=row.id)).get()


async def settle() -> None:
    """Wait until no unit of work runs any more, as before closing the database."""
    while _running:
        await asyncio.wait(tuple(_running))


async def _shielded(unit: _Unit, work: Callable[[], Awaitable[T]]) -> T:
    task = asyncio.create_task(_transaction(unit, work))
    _running.add(task)
    task.add_done_callback(_forget)
    return await asyncio.shield(task)


async def _transaction(unit: _Unit, work: Callable[[], Awaitable[T]]) -> T:
    _current.set(unit)
    _leave_inherited_transaction()
    try:
        async with in_transaction():
            result = await work()
            unit.committing = True
        return result
    finally:
        unit.open = False


def _leave_inherited_transaction() -> None:
    """A task made inside a transaction inherits its connection, which may be given back by now."""
    connections = get_connections()
    for name in connections.db_config:
        client = connections.get(name)
        while isinstance(client, TransactionalDBClient):
            client = client._parent  # noqa: SLF001 - Tortoise names it only there
            connections.set(name, client)


def _forget(task: asyncio.Task[object]) -> None:
    _running.discard(task)
    if not task.cancelled():
        # read it, or asyncio would report the fault of a unit whose caller was cancelled
        task.exception()
