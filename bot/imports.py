"""The import command: a list of the hospital in, a report a clerk can read out."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.booking_lists import take_appointment_list, take_clinic_list, take_session_list
from bot.duty_lists import take_duty_list, take_liaison_list
from bot.import_lists import (
    Kind,
    ListFile,
    Summary,
    take_department_list,
    take_discharge_list,
    take_staff_list,
    take_tomorrow_list,
)
from bot.import_view import show, write_faults
from bot.import_words import KINDS, WORDS
from bot.knowledge_lists import take_knowledge_list
from bot.opening import desk_of, now, opened, prepare
from bot.recall_lists import take_recall_list
from bot.settings import Settings
from bot.taken_lists import taken_once_more
from handlers.booking.session_entry import Dropped
from handlers.desk import Desk
from handlers.taken_files import Arrived

Begin = Callable[[int], Callable[[int], None]]
_SHORT: Final = {
    "staff": take_staff_list,
    "clinics": take_clinic_list,
    "duty": take_duty_list,
    "liaisons": take_liaison_list,
    "knowledge": take_knowledge_list,
}
_LONG: Final = {
    "tomorrow": take_tomorrow_list,
    "appointments": take_appointment_list,
    "recalls": take_recall_list,
}
SUCCEEDED: Final = 0
FAILED: Final = 1


def unshown(_rows: int) -> Callable[[int], None]:
    """Show nobody how far a list has got."""
    return lambda _done: None


async def take_list(
    desk: Desk,
    kind: Kind,
    file: ListFile,
    at: datetime,
    *,
    dry_run: bool = False,
    progress: Begin = unshown,
    dropped: Dropped | None = None,
) -> Summary:
    """Take a list of any kind, with the database open."""
    short = _SHORT.get(kind)
    if short is not None:
        return await short(file, at, dry_run=dry_run)
    if kind == "departments":
        return await take_department_list(desk, file, at, dry_run=dry_run)
    if kind == "sessions":
        return await take_session_list(
            desk, file, at, dry_run=dry_run, progress=progress, dropped=dropped
        )
    take = _LONG.get(kind, take_discharge_list)
    return await take(desk, file, at, dry_run=dry_run, progress=progress)


@dataclass(frozen=True, slots=True)
class ImportCommand:
    """One call of the command: which list, where it is shown, and the instant it happens."""

    kind: Kind
    settings: Settings
    dry_run: bool
    at: datetime
    console: Console
    dropped: Dropped | None = None

    @property
    def title(self) -> str:
        """The heading of its report."""
        return WORDS["title_dry" if self.dry_run else "title"]

    async def take(self, file: ListFile) -> Summary:
        """Take the file with the database open, and note that it came."""
        async with opened(self.settings):
            if self.dry_run:
                return await self._take(file)
            return await taken_once_more(
                Arrived(file.name, self.kind, file.sha256), lambda: self._take(file), self.at
            )

    async def _take(self, file: ListFile) -> Summary:
        """Take a list; one that is long enough shows how far it has got."""
        desk = desk_of(self.settings)
        if self.kind in _SHORT or self.kind == "departments":
            return await take_list(desk, self.kind, file, self.at, dry_run=self.dry_run)
        await prepare(desk, self.settings, self.at)
        with self._bar() as bar:

            def begin(rows: int) -> Callable[[int], None]:
                words = WORDS["progress_dry" if self.dry_run else "progress"]
                task = bar.add_task(words, total=rows)
                return lambda done: bar.advance(task, done)

            return await take_list(
                desk,
                self.kind,
                file,
                self.at,
                dry_run=self.dry_run,
                progress=begin,
                dropped=self.dropped,
            )

    def _bar(self) -> Progress:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        return Progress(*columns, console=self.console, transient=True)


def import_file(  # noqa: PLR0913 - the options of the command
    kind: Kind,
    path: Path,
    settings: Settings,
    *,
    dry_run: bool = False,
    report: Path | None = None,
    dropped: Dropped | None = None,
    at: datetime | None = None,
    console: Console | None = None,
) -> int:
    """Take a list and show what came of it; `report` is a CSV file for everything to be checked.

    `dropped` says what becomes of booked visits that a list of sessions has no place for.
    Returns the exit code: 0, or 1 when the file cannot be read or nothing of it went in. With
    `dry_run` the report is the same and nothing is kept.
    """
    page = console or Console()
    command = ImportCommand(kind, settings, dry_run, at or now(), page, dropped)
    # a long list makes many objects that stay; looking them over again and again costs a tenth
    gc.set_threshold(50_000, 20, 100)
    if not path.is_file():
        command.console.print(WORDS["not_found"].format(file=path.name), style="red")
        return FAILED
    summary = asyncio.run(command.take(ListFile(path.name, path.read_bytes())))
    title = command.title.format(kind=KINDS[kind], file=path.name)
    show(command.console, title, summary, dry_run=dry_run)
    if report is not None:
        write_faults(report, summary)
        command.console.print(WORDS["saved"].format(file=report))
    return FAILED if summary.failed else SUCCEEDED
