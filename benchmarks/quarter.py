"""A quarter of a hospital of 1,200 beds on a clock that is run forward: every discharge ends.

    python -m benchmarks.quarter                        # 15,000 discharges, SQLite
    python -m benchmarks.quarter --discharges 1500
    python -m benchmarks.quarter --database postgres://…

Patients follow scripts; nurses work their lists twice a day, as the pages let them. At the end
every stay must be closed with an answer or a reason, and M1 to M6 of each month must equal an
independent count from the raw events; otherwise the faults are named and the command fails.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from typing import Final

from benchmarks.ground import opened
from benchmarks.quarter_check import compared, unclosed
from benchmarks.quarter_run import PhonesOfPeople, Quarter
from benchmarks.quarter_scene import DAYS, START, people, the_hospital
from bot.outbox import Outbox
from handlers.form_header import shipped_fields
from handlers.reminders.days import open_day
from handlers.reports.follow_up_month import report_follow_up
from handlers.reports.follow_up_rules import FigureRules
from handlers.reports.period import month_of
from models.conversation import Inbound, Outgoing

DISCHARGES: Final = 15_000
MONTHS: Final = ("2026-08", "2026-09", "2026-10")


async def simulate(discharges: int) -> list[str]:
    """Run the quarter in the open database, print what it came to and return the faults."""
    desk = await the_hospital()
    phones = PhonesOfPeople()
    quarter = Quarter(desk, Outbox(desk, {"web": phones}), list(people(discharges)))
    phones.quarter = quarter
    await open_day(START)
    began = time.perf_counter()
    await quarter.run()
    _say("quarter (s)", round(time.perf_counter() - began, 1))
    _say("scripts", dict(Counter(person.script.value for person in quarter.people)))
    _say("nurses' calls", dict(quarter.calls))
    _say("messages out", await Outgoing.filter(sent_at__not_isnull=True).count())
    _say("messages in", await Inbound.all().count())
    faults = await unclosed(quarter)
    rules = FigureRules(header=shipped_fields())
    for month in MONTHS:
        began = time.perf_counter()
        report = await report_follow_up(month_of(month), None, quarter.now, rules)
        _say(f"R1 of {month} (s)", round(time.perf_counter() - began, 2))
        _say(f"M1 of {month}", report.total.figures.followed)
        faults += await compared(quarter, month, report)
    return faults


def _say(name: str, figure: object) -> None:
    sys.stdout.write(f"{name}: {figure}\n")
    sys.stdout.flush()


async def main() -> int:
    """Run a quarter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--discharges", type=int, default=DISCHARGES)
    parser.add_argument("--database", default="")
    arguments = parser.parse_args()
    async with opened(arguments.database, START):
        faults = await simulate(arguments.discharges)
    _say("days", DAYS)
    for fault, number in Counter(faults).most_common():
        _say(f"FAULT {fault}", number)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main()))
