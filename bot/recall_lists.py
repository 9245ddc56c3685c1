"""The list of who did not come for review, read, taken and summed up (R090)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.import_lists import ACTOR, ListFile, Progress, Summary, by_line
from bot.import_words import WORDS, fault_of
from bot.intake.headers import RECALLS
from bot.intake.recalls import RecallRow, read_recalls
from dialogs.timing.spans import local
from handlers.desk import Desk
from handlers.discharges import Source
from handlers.reminders.recall_entry import Fate, RecallEntry
from handlers.reminders.recall_import import import_recalls

_WORDS: Final = {
    Fate.TOLD: "recalls_told",
    Fate.TO_PHONE: "recalls_phoned",
    Fate.KNOWN: "recalls_known",
    Fate.BOOKED: "recalls_booked",
    Fate.DECEASED: "recalls_deceased",
    Fate.UNKNOWN: "recalls_unknown",
}


async def take_recall_list(
    desk: Desk,
    file: ListFile,
    now: datetime,
    *,
    dry_run: bool,
    progress: Progress,
    actor: str = ACTOR,
) -> Summary:
    """Take a list of missed reviews; good rows go on when others are bad."""
    found = read_recalls(file.content, file.name, today=local(now).date())
    entries = [recall_entry(row) for row in found.rows]
    source = Source(file.name, file.sha256, actor)
    advance = progress(len(entries))
    report = await import_recalls(desk, entries, source, now, dry_run=dry_run, progress=advance)
    faulty = found.total_rows - len(entries) + report.fates[Fate.FAULTY]
    counts = (
        (WORDS["total"], found.total_rows),
        *((WORDS[word], report.fates[fate]) for fate, word in _WORDS.items()),
        (WORDS["faulty"], faulty),
    )
    own = [fault_of(finding, RECALLS.labels) for finding in report.findings]
    faults = by_line((*found.faults, *own))
    return Summary(counts, faults, RECALLS.labels, read=found.total_rows, taken=report.understood)


def recall_entry(row: RecallRow) -> RecallEntry:
    """Translate one row."""
    return RecallEntry(
        line=row.line,
        name=row.name,
        on=row.due_on,
        mrn=row.mrn,
        inpatient_no=row.inpatient_no,
        id_no=row.id_no,
        phones=row.phones,
        doctor=row.doctor,
        clinic=row.clinic,
        remark=row.remark,
    )
