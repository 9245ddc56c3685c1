"""The same work, kept or only tried: what a preview says is what would have happened."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from models.unit import unit_of_work

T = TypeVar("T")


class _Tried(Exception, Generic[T]):
    """Carries the result out of a transaction that is to be rolled back."""

    def __init__(self, result: T) -> None:
        super().__init__()
        self.result = result


async def kept_or_tried(work: Callable[[], Awaitable[T]], *, dry_run: bool) -> T:
    """Run `work` in a unit of work and return its result; with `dry_run` nothing of it is kept."""
    if not dry_run:
        return await unit_of_work(work)

    async def tried() -> None:
        raise _Tried(await work())

    try:
        await unit_of_work(tried)
    except _Tried as end:
        result: T = end.result
        return result
    raise AssertionError("a trial always ends by raising")
