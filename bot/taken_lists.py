"""A list is taken and written down as taken: by the command, or from the watched folder."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from bot.import_lists import Summary
from handlers.taken_files import Arrived, Counted, Result, begin_taking, finish_taking
from models.ward_week import TakenFile

Take = Callable[[], Awaitable[Summary]]


async def taken_once_more(arrived: Arrived, take: Take, now: datetime) -> Summary:
    """Take a list somebody has asked for by name, also one that was taken before."""
    row = await begin_taking(arrived, now)
    summary = await take()
    if row is not None:
        await note_result(row, summary)
    return summary


async def note_result(row: TakenFile, summary: Summary) -> None:
    """Write down what became of a list."""
    result = Result.REFUSED if summary.failed else Result.TAKEN
    counted = Counted(summary.taken, max(0, summary.read - summary.taken))
    await finish_taking(row, result, counted)
