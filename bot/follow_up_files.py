"""The commands that write the month of follow-up to a file: xlsx or PDF (R1), xlsx (R7)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final, NoReturn

import typer

from bot.follow_up_month import month_workbook, quality_workbook
from bot.follow_up_paper import month_paper
from bot.opening import connected, desk_of, now
from bot.settings import Settings
from handlers.desk import Desk
from handlers.exports import note_export
from handlers.reports.follow_up_pack import MonthPack, pack_month
from handlers.reports.follow_up_words import month_words
from handlers.reports.period import Period, month_of
from models.hospital import Department

ACTOR: Final = "command line"
_say: Final = month_words().say
Layout = Callable[[Desk, MonthPack], bytes]
_LAYOUTS: Final[dict[str, Layout]] = {".xlsx": month_workbook, ".pdf": month_paper}


def write_follow_up_month(month: str, department: str, file: Path, settings: Settings) -> None:
    """Write the month's report (R1); BadParameter for a month, department or file that is none.

    `department` is a code or a name, empty for the whole house. A month that was issued is
    written as it was issued.
    """
    layout = _LAYOUTS.get(file.suffix.lower())
    if layout is None:
        _refuse(_say("bad_ending"), "FILE")
    _write(_period(month), department, file, settings, layout)


def write_quality(month: str, department: str, file: Path, settings: Settings) -> None:
    """Write what is unfinished and what data is missing in a month (R7), as it stands."""
    if file.suffix.lower() != ".xlsx":
        _refuse(_say("bad_quality_ending"), "FILE")
    _write(_period(month), department, file, settings, quality_workbook)


def _write(period: Period, department: str, file: Path, settings: Settings, layout: Layout) -> None:
    async def work() -> bool:
        async with connected(settings):
            at, desk = now(), desk_of(settings)
            _not_to_come(period, at)
            pack = await pack_month(desk, period, await _codes(department), at)
            await asyncio.to_thread(lambda: file.write_bytes(layout(desk, pack)))
            await note_export(ACTOR, "follow_up_month", pack.count, at)
            return not pack.report.empty

    found = asyncio.run(work())
    typer.echo(_say("done" if found else "done_empty", file=file))


def _period(month: str) -> Period:
    try:
        return month_of(month)
    except ValueError:
        _refuse(_say("bad_month"), "PERIOD")


def _not_to_come(period: Period, at: datetime) -> None:
    if period.begins > at:
        _refuse(_say("future_month", month=period.name), "PERIOD")


async def _codes(department: str) -> list[str] | None:
    """Return the code of a department that was named; None for the whole house."""
    if not department:
        return None
    rows = await Department.all().order_by("code")
    found = [row.code for row in rows if department in (row.code, row.name, *row.aliases)]
    if not found:
        known = _say("comma").join(f"{row.code} {row.name}" for row in rows)
        _refuse(_say("no_such_department", known=known), "--department")
    return found


def _refuse(words: str, what: str) -> NoReturn:
    raise typer.BadParameter(words, param_hint=what)
