"""Discharges as the hospital lists them become patients, stays and plans, once each (R009, R055).

The same list twice changes nothing; a corrected one changes what it corrects. Bad rows are named
and left out, the others go on. Stopped half-way, the import is simply run again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import asyncpg
from tortoise.exceptions import IntegrityError, OperationalError, ValidationError

from handlers.desk import Desk
from handlers.discharge_entry import DischargeEntry, not_yet
from handlers.discharge_rows import RowDesk
from handlers.import_report import (
    Finding,
    ImportReport,
    RowOutcome,
    Trouble,
    faulty,
    report_of,
)
from handlers.known_records import known_stays
from handlers.person_groups import in_chunks
from handlers.preview import kept_or_tried
from models.audit import append_entry
from models.timetable import next_number
from models.unit import unit_of_work

ROWS_AT_ONCE: Final = 300
# SQLite lets one write at a time, and whoever waits looks again every tenth of a second: without
# a pause a patient's answer would wait for the whole list
PAUSE: Final = 0.11
# chunks of two imports take turns, or both would make the same new patient
_TURN: Final = ("discharge_import", date(1970, 1, 1))
_REASON_WIDTH: Final = 256


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from: the file's name and SHA-256, and who brought it."""

    name: str
    sha256: str = ""
    actor: str = "cli"


@dataclass(frozen=True, slots=True)
class Importing:
    """One import under way."""

    desk: Desk
    source: Source
    now: datetime
    dry_run: bool = False
    progress: Callable[[int], None] = field(default=lambda _rows: None)
    expected: bool = False

    async def take(self, rows: list[DischargeEntry]) -> list[RowOutcome]:
        """Take rows in one unit of work; when one of them cannot be written, each in its own."""
        try:
            outcomes = await kept_or_tried(lambda: self._write(rows), dry_run=self.dry_run)
        except (IntegrityError, OperationalError, ValidationError) as fault:
            if not _about_data(fault):
                raise
            outcomes = await self._one_by_one(rows)
        return outcomes

    async def _one_by_one(self, rows: list[DischargeEntry]) -> list[RowOutcome]:
        if len(rows) == 1:
            return [faulty(rows[0].line, [Finding(rows[0].line, Trouble.ROW_REFUSED)])]
        return [outcome for row in rows for outcome in await self.take([row])]

    async def _write(self, rows: list[DischargeEntry]) -> list[RowOutcome]:
        await next_number(*_TURN)
        known = await known_stays(rows)
        desk = RowDesk(self.desk, self.source.name, known, self.now, expected=self.expected)
        return await desk.take_all(rows)


async def import_discharges(
    desk: Desk,
    entries: Sequence[DischargeEntry],
    source: Source,
    now: datetime,
    *,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
    expected: bool = False,
) -> ImportReport:
    """Take a list of discharges and report on every row; `expected`: of those still to come (R004).

    `dry_run` does the same work and keeps nothing of it. `progress` is told after each chunk how
    many rows it had. Raises what the database raises when it is not the rows' fault; what was
    taken until then stays.
    """
    told = progress or (lambda _rows: None)
    importing = Importing(desk, source, now, dry_run, told, expected)
    entries = [not_yet(entry) for entry in entries] if expected else entries
    outcomes: list[RowOutcome] = []
    for rows in in_chunks(entries, ROWS_AT_ONCE):
        outcomes += await importing.take(rows)
        importing.progress(len(rows))
        await asyncio.sleep(PAUSE)
    report = report_of(outcomes, dry_run=dry_run)
    if not dry_run:
        action = "discharges.expected" if expected else "discharges.imported"
        await unit_of_work(lambda: _audit(report, action, source, now))
    return report


async def _audit(report: ImportReport, action: str, source: Source, now: datetime) -> None:
    counts = (
        f"rows={report.rows} created={report.created} updated={report.updated} "
        f"unchanged={report.unchanged} faulty={report.faulty} sha256={source.sha256} "
    )
    reason = (counts + source.name)[:_REASON_WIDTH]
    await append_entry(now, source.actor, action, reason=reason)


def _about_data(fault: Exception) -> bool:
    """Tell whether the rows are at fault; a database that is busy or gone is not their fault."""
    return not isinstance(fault, OperationalError) or isinstance(fault.__cause__, asyncpg.DataError)
