"""The report of an import: tables in the terminal, and every fault as CSV."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.exports import harmless
from bot.import_lists import Summary
from bot.import_words import SEVERITIES, WORDS
from bot.intake.faults import Fault, Severity

SHOWN: Final = 50
_STYLES: Final = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "dim"}
_GRAVEST_FIRST: Final = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def show(console: Console, title: str, summary: Summary, *, dry_run: bool) -> None:
    """Print counts and the gravest faults; a file that went in whole is a short report."""
    if summary.refused or not summary.readable:
        console.print(escape(summary.refused or WORDS["unreadable"]), style="red")
    else:
        console.print(escape(title), style="bold")
        console.print(_counts(summary))
    if summary.faults:
        console.print(WORDS["faults_title"], style="bold")
        console.print(_faults(summary))
    if len(summary.faults) > SHOWN:
        console.print(WORDS["faults_more"].format(count=len(summary.faults) - SHOWN))
    if dry_run:
        console.print(WORDS["dry_run"], style="bold")


def write_faults(path: Path, summary: Summary) -> None:
    """Write every fault in UTF-8 with BOM, so that Excel shows Chinese."""
    heads = ("column_line", "column_severity", "column_column", "column_message")
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out)
        writer.writerow([WORDS[head] for head in heads])
        if summary.refused:
            writer.writerow(["", SEVERITIES[Severity.ERROR.value], "", summary.refused])
        for fault in summary.faults:
            writer.writerow([harmless(cell) for cell in _cells(fault, summary)])


def _counts(summary: Summary) -> Table:
    table = Table()
    table.add_column(WORDS["column_item"])
    table.add_column(WORDS["column_count"], justify="right")
    for name, count in summary.counts:
        table.add_row(escape(name), str(count))
    return table


def _faults(summary: Summary) -> Table:
    table = Table()
    table.add_column(WORDS["column_line"], justify="right")
    table.add_column(WORDS["column_severity"], no_wrap=True)
    table.add_column(WORDS["column_message"], overflow="fold")
    ranked = sorted(summary.faults, key=lambda fault: _GRAVEST_FIRST.index(fault.severity))
    for fault in sorted(ranked[:SHOWN], key=lambda fault: fault.line or 0):
        line, severity, _, message = _cells(fault, summary)
        table.add_row(line, severity, escape(message), style=_STYLES[fault.severity])
    return table


def _cells(fault: Fault, summary: Summary) -> tuple[str, str, str, str]:
    return (
        "" if fault.line is None else str(fault.line),
        SEVERITIES[fault.severity.value],
        summary.labels.get(fault.column or "", ""),
        fault.message,
    )
