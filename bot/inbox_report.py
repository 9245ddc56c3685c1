"""The inbox command: which lists came, when, and how many rows of each went in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import timedelta

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.command_words import tell
from bot.import_words import KINDS
from bot.opening import desk_of, now, opened
from bot.settings import Settings
from dialogs.timing import local
from handlers.missing_list import is_missing
from handlers.taken_files import files_since
from models.ward_week import TakenFile

COMMAND = "inbox"


def show_inbox(settings: Settings, days: int) -> int:
    """Print what came in these days; returns 1 while today's list of discharges is missing."""
    return asyncio.run(_show(settings, days, Console()))


async def _show(settings: Settings, days: int, console: Console) -> int:
    at, desk = now(), desk_of(settings)
    async with opened(settings):
        rows = await files_since(local(at).date() - timedelta(days=days - 1))
        missing = await is_missing(desk, at)
    if settings.inbox is None:
        console.print(tell(COMMAND, "off"))
    else:
        console.print(escape(tell(COMMAND, "folder", folder=settings.inbox)))
    console.print(_table(rows) if rows else tell(COMMAND, "nothing", days=days))
    if missing:
        console.print(tell(COMMAND, "missing", time=settings.inbox_by), style="bold red")
    return int(missing)


def _table(rows: Iterable[TakenFile]) -> Table:
    table = Table()
    for column in ("at", "list", "file", "result"):
        table.add_column(tell(COMMAND, column))
    for column in ("good", "bad"):
        table.add_column(tell(COMMAND, column), justify="right")
    for row in rows:
        table.add_row(
            f"{local(row.taken_at):%m-%d %H:%M}",
            KINDS.get(row.kind, row.kind),
            escape(row.name),
            tell(COMMAND, row.result or "reading"),
            str(row.good_rows),
            str(row.bad_rows),
        )
    return table
