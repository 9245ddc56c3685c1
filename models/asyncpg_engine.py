"""Tortoise's asyncpg engine with the cures it needs: bounded waits, no connection lost for ever.

Tortoise 1.1.9 waits without limit for a connection of the pool, and keeps the connection of a
transaction whose BEGIN failed, so that a restart of the server or a few cancelled tasks empty
the pool.
"""

import asyncio
from contextlib import suppress
from typing import Any

from asyncpg import Connection, InterfaceError, Pool
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import (
    PoolConnectionWrapper,
    TransactionalDBClient,
    TransactionContext,
    TransactionContextPooled,
)
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError

RELEASE_SECONDS = 1.0


class BoundedClient(AsyncpgDBClient):
    """A pool in which nobody waits for ever."""

    @property
    def patience(self) -> float | None:
        """How long to wait for a free connection: as long as for one command."""
        seconds: float | None = self.extra.get("command_timeout")
        return seconds

    def acquire_connection(self) -> "BoundedConnection":
        """A connection of the pool for one statement."""
        return BoundedConnection(self, self._pool_init_lock)

    def _in_transaction(self) -> TransactionContext:
        return BoundedContext(BoundedTransaction(self), self._pool_init_lock)


class BoundedTransaction(TransactionWrapper):
    """One transaction on one connection of the pool."""


class BoundedConnection(PoolConnectionWrapper[Any]):
    """Takes a connection within the client's patience, and gives it back within a second."""

    client: BoundedClient

    async def __aenter__(self) -> Any:
        await self.ensure_connection()
        pool: Pool = self.client._pool  # noqa: SLF001 - the client keeps its pool there
        self.connection = await pool.acquire(timeout=self.client.patience)
        return self.connection

    async def __aexit__(self, exc_type: object, exc_val: object, exc_tb: object) -> None:
        await give_back(self.client, self.connection)


class BoundedContext(TransactionContextPooled):
    """Enters whole or not at all: a failed or cancelled BEGIN gives the connection back."""

    async def __aenter__(self) -> TransactionalDBClient:
        await self.ensure_connection()
        parent = self._parent
        pool: Pool = parent._pool  # noqa: SLF001 - the client keeps its pool there
        connection = await pool.acquire(timeout=parent.patience)
        self.client._connection = connection  # noqa: SLF001 - as in Tortoise
        try:
            await self.client.begin()
        except BaseException:
            await give_back(parent, connection)
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc_val: object, exc_tb: object
    ) -> None:
        connection = self.client._connection  # noqa: SLF001 - as in Tortoise
        try:
            if not self.client._finalized:  # noqa: SLF001 - as in Tortoise
                await self._finish(exc_type, connection)
        finally:
            get_connections().reset(self.token)
            await give_back(self._parent, connection)

    async def _finish(self, exc_type: type[BaseException] | None, connection: Any) -> None:
        if exc_type is None:
            await self.client.commit()
        elif not issubclass(exc_type, TransactionManagementError):
            await self._roll_back(connection)

    async def _roll_back(self, connection: Any) -> None:
        # the fault that ended the transaction is on its way up and must not be hidden by a
        # connection that cannot even roll back: the server does so when the connection goes
        try:
            async with asyncio.timeout(RELEASE_SECONDS):
                await self.client.rollback()
        except Exception:  # noqa: BLE001 - whatever it was, this connection is not used again
            connection.terminate()

    @property
    def _parent(self) -> BoundedClient:
        parent = self.client._parent  # noqa: SLF001 - as in Tortoise
        if not isinstance(parent, BoundedClient):
            raise TypeError(type(parent).__name__)
        return parent


async def give_back(client: BoundedClient, connection: Connection | None) -> None:
    """Return a connection to its pool; one that does not answer is cut off instead."""
    pool: Pool | None = client._pool  # noqa: SLF001 - the client keeps its pool there
    if pool is None or connection is None:
        return
    try:
        await pool.release(connection, timeout=RELEASE_SECONDS)
    except TimeoutError:
        # the release may have ended in the same instant: then there is nothing left to cut off
        with suppress(InterfaceError):
            connection.terminate()


client_class = BoundedClient
