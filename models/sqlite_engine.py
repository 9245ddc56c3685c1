"""Tortoise's SQLite engine with the cures it needs: BEGIN IMMEDIATE, safe cancels, safe files.

Tortoise 1.1.9 opens transactions with a plain BEGIN, so that reading and then writing fails at
once when a second process wrote in between (busy_timeout cannot help there); and a task that is
cancelled while it enters a transaction leaves the connection's lock taken for ever.
"""

import asyncio
import os
import random
import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError

PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "busy_timeout": 5000,
    "foreign_keys": "ON",
    "journal_size_limit": 64 * 1024 * 1024,
}
# seconds until a writer gives up, and between two tries
PATIENCE = 15.0
KNOCKS = (0.0005, 0.003)


def as_utc_text(instant: datetime) -> str:
    """Write an instant so that the order of texts is the order in time, whatever its zone.

    SQLite compares instants as text: 10:00+08:00 would stand after 03:00+00:00, which is later.
    Raises ValueError for an instant without a zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return instant.astimezone(UTC).isoformat(" ", timespec="microseconds")


# after Tortoise's own, which keeps whatever zone it is given
sqlite3.register_adapter(datetime, as_utc_text)


class ImmediateClient(SqliteClient):
    """One connection to one file that only its owner can read."""

    def __init__(self, file_path: str, **options: Any) -> None:
        super().__init__(file_path, **(PRAGMAS | options))

    async def create_connection(self, with_db: bool) -> None:  # noqa: FBT001 - Tortoise's signature
        """Connect; the file is made with mode 0600, or brought to it."""
        if self.filename != ":memory:":
            keep_private(Path(self.filename))
        await super().create_connection(with_db)

    def _in_transaction(self) -> TransactionContext:
        return ImmediateContext(ImmediateTransaction(self), self._lock)


class ImmediateTransaction(SqliteTransactionWrapper):
    """A transaction that is a writer from its first moment."""

    async def begin(self) -> None:
        """BEGIN IMMEDIATE, knocking often and at odd moments.

        SQLite's own waiting looks only every 100 ms: under several busy processes one of them may
        find the door shut for five seconds on end (F05).
        """
        until = time.monotonic() + PATIENCE
        while (shut := await self._knock()) is not None:
            if "locked" not in str(shut) or time.monotonic() > until:
                raise TransactionManagementError(shut) from shut
            await asyncio.sleep(random.uniform(*KNOCKS))  # noqa: S311 - no secret, only no step

    async def _knock(self) -> sqlite3.OperationalError | None:
        """Try once, in one visit to the connection's thread: each costs more than its statement."""
        connection = self._connection
        # run in the connection's own thread, as aiosqlite runs every call
        run: Any = connection._execute  # noqa: SLF001
        shut: sqlite3.OperationalError | None = await run(begin_at_once, connection._conn)  # noqa: SLF001
        return shut

    async def execute_script(self, query: str) -> None:
        """Run each statement on its own: sqlite3's executescript would commit first."""
        for statement in statements(query):
            await self.execute_query(statement)


class ImmediateContext(SqliteTransactionContext):
    """Enters whole or not at all: a failed or cancelled entry gives the lock back."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
        except BaseException:
            await self._leave_nothing_open()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        transaction: TransactionalDBClient = self.connection
        return transaction

    async def __aexit__(self, exc_type: object, exc_val: object, exc_tb: object) -> None:
        try:
            await super().__aexit__(exc_type, exc_val, exc_tb)
        except sqlite3.Error as fault:
            raise TransactionManagementError(fault) from fault

    async def _leave_nothing_open(self) -> None:
        """The worker thread may still run the BEGIN; a rollback queued behind it undoes that."""
        try:
            if self.connection._connection is not None:  # noqa: SLF001 - Tortoise keeps it there
                await asyncio.shield(self.connection._connection.rollback())  # noqa: SLF001
        finally:
            self._trxlock.release()


def begin_at_once(connection: sqlite3.Connection) -> sqlite3.OperationalError | None:
    """BEGIN IMMEDIATE without waiting; returns what forbade it.

    Whatever a broken predecessor left open is rolled back first.
    """
    connection.rollback()
    connection.execute("PRAGMA busy_timeout=0")
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as fault:
        return fault
    finally:
        connection.execute(f"PRAGMA busy_timeout={PRAGMAS['busy_timeout']}")
    return None


def keep_private(path: Path) -> None:
    """Make the file if need be, and let nobody but its owner read it (T17)."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    path.chmod(0o600)


def statements(script: str) -> Iterator[str]:
    """The single statements of an SQL script."""
    pending = ""
    for piece in script.split(";"):
        pending += piece + ";"
        if sqlite3.complete_statement(pending):
            if pending.strip(" \n\t;"):
                yield pending
            pending = ""
    if pending.strip(" \n\t;"):
        yield pending


client_class = ImmediateClient
