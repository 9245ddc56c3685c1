"""A hospital's discharge list in any file to rows and faults."""

import datetime as dt

from bot.intake.discharge_fields import Days, read_discharge
from bot.intake.discharge_row import DischargeList
from bot.intake.faults import FaultLog
from bot.intake.headers import DISCHARGES
from bot.intake.record import Record
from bot.intake.repeats import with_shared_phones, without_repeats
from bot.intake.table import read_table


def read_discharges(
    content: bytes, filename: str, *, today: dt.date, expected: bool = False
) -> DischargeList:
    """Read a discharge list; `today` is the day in Shanghai.

    `expected`: a list of those who are to leave, from today to seven days ahead (R004).

    Rows with an error are left out and named, all others go on. Deceased patients stay in the
    list with disposition 5, because their open plans must be stopped (R055).
    """
    table = read_table(content, filename, headers=DISCHARGES)
    log, days = FaultLog(DISCHARGES.labels), Days(today, expected)
    read = (read_discharge(Record(row, log), days) for row in table.rows)
    found = [row for row in read if row]
    rows = without_repeats(found, log, has_visit_seq="visit_seq" in table.columns)
    rows = with_shared_phones(rows, log)
    faults = tuple(sorted((*table.faults, *log.all()), key=lambda fault: fault.line or 0))
    return DischargeList(filename, tuple(rows), faults, table.unknown_columns, table.total_rows)
