"""The month's report of a hospital with 15,000 discharges a quarter: laid, counted, written.

    python -m benchmarks.month_report            # 15,000 stays, SQLite in an empty folder

Twenty departments, three rounds a stay. Told are the seconds for the report of the last month
(R1), for the pages behind a figure, and for the files. Nobody in it exists.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from bot.follow_up_month import month_workbook
from bot.follow_up_paper import month_paper
from dialogs.timing.spans import moment
from handlers.desk import Desk
from handlers.reports.follow_up_month import report_follow_up
from handlers.reports.follow_up_pack import pack_month
from handlers.reports.follow_up_records import records_behind
from handlers.reports.period import month_of
from models.care import Encounter, FollowUpPlan, FollowUpTask, TaskStatus
from models.database import close_database, open_database
from models.hospital import Department
from models.migrate import migrate
from models.people import HospitalPhone, HospitalPhoneRole, HospitalPhoneStatus, Patient
from models.unit import unit_of_work

STAYS: Final = 15_000
DEPARTMENTS: Final = 20
FIRST: Final = date(2026, 8, 1)
DAYS: Final = 92
MONTH: Final = month_of("2026-10")
NOW: Final = datetime(2026, 11, 1, 0, 30, tzinfo=UTC)
DEADLINES: Final = (5, 10, 30)
CODES: Final = ("F11", "F12", "F14", "F14", "F15", "F21", "F24", "F31", "F51", "")
BATCH: Final = 500
T = TypeVar("T")


@dataclass(slots=True)
class Rows:
    """The rows of some stays, table by table."""

    patients: list[Patient] = field(default_factory=list)
    stays: list[Encounter] = field(default_factory=list)
    phones: list[HospitalPhone] = field(default_factory=list)
    plans: list[FollowUpPlan] = field(default_factory=list)
    tasks: list[FollowUpTask] = field(default_factory=list)


def main() -> None:
    """Lay the hospital and tell the times."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else STAYS
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_run(Path(folder), count))


async def _run(folder: Path, count: int) -> None:
    url = f"sqlite://{folder / 'month.db'}"
    await migrate(url, NOW)
    await open_database(url, folder / "keys.json")
    try:
        await _told("laid", _lay(count))
        desk = Desk(hospital="示例医院")
        report = await _told("R1", report_follow_up(MONTH, None, NOW))
        _say(f"      {report.total.figures.discharged} stays, {report.total.figures.followed}")
        await _told("records", records_behind("followed", MONTH, None, NOW))
        pack = await _told("pack", pack_month(desk, MONTH, None, NOW))
        began = time.perf_counter()
        size = len(month_workbook(desk, pack))
        _say(f"xlsx    {time.perf_counter() - began:6.2f} s  {size} bytes")
        began = time.perf_counter()
        size = len(month_paper(desk, pack))
        _say(f"pdf     {time.perf_counter() - began:6.2f} s  {size} bytes")
    finally:
        await close_database()


async def _told(name: str, work: Awaitable[T]) -> T:
    began, used = time.perf_counter(), time.process_time()
    found = await work
    took, cpu = time.perf_counter() - began, time.process_time() - used
    _say(f"{name:<7} {took:6.2f} s  {cpu:6.2f} s of the processor")
    return found


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


async def _lay(count: int) -> None:
    chance = random.Random(2026)  # noqa: S311 - no secret
    wards = [
        await Department.create(code=f"D{number:02}", name=f"科室{number:02}")
        for number in range(DEPARTMENTS)
    ]
    for start in range(0, count, BATCH):
        rows = Rows()
        for number in range(start, min(start + BATCH, count)):
            _add(rows, number, wards[number % DEPARTMENTS], chance)
        await _write(rows)


async def _write(rows: Rows) -> None:
    async def work() -> None:
        await Patient.bulk_create(rows.patients)
        await Encounter.bulk_create(rows.stays)
        await HospitalPhone.bulk_create(rows.phones)
        await FollowUpPlan.bulk_create(rows.plans)
        await FollowUpTask.bulk_create(rows.tasks)

    await unit_of_work(work)


def _add(rows: Rows, number: int, ward: Department, chance: random.Random) -> None:
    patient = Patient(name=f"测试{number}", created_at=NOW, updated_at=NOW)
    # by a step that shares no factor with the days, so that any count fills all of them
    day = FIRST + timedelta(days=number * 37 % DAYS)
    stay = Encounter(
        patient_id=patient.id,
        inpatient_no=f"B{number:07}",
        department_id=ward.id,
        ward=ward.name,
        discharged_on=day,
        created_at=NOW,
        updated_at=NOW,
    )
    rows.patients.append(patient)
    rows.stays.append(stay)
    rows.phones.append(
        HospitalPhone(
            encounter_id=stay.id,
            role=HospitalPhoneRole.SELF,
            number=f"139{number:08}",
            status=HospitalPhoneStatus.OK,
        )
    )
    plan = FollowUpPlan(
        encounter_id=stay.id, template="three_rounds", created_at=NOW, stop_reason=""
    )
    rows.plans.append(plan)
    rows.tasks += _rounds(stay, plan, chance)


def _rounds(stay: Encounter, plan: FollowUpPlan, chance: random.Random) -> Iterator[FollowUpTask]:
    for number, days in enumerate(DEADLINES, 1):
        until = moment(stay.discharged_on + timedelta(days=days + 1), datetime.min.time())
        at = until - timedelta(days=1)
        task = FollowUpTask(
            plan_id=plan.id, encounter_id=stay.id, round=number, due_at=at, deadline_at=until
        )
        if at < NOW:
            _end(task, at, chance)
        yield task


def _end(task: FollowUpTask, at: datetime, chance: random.Random) -> None:
    task.attempted_at = task.closed_at = at
    if chance.random() < 0.9:  # noqa: PLR2004 - nine in ten
        task.status, task.reached_at = TaskStatus.COMPLETED, at
    else:
        task.status, task.reason = TaskStatus.CLOSED, chance.choice(CODES)


if __name__ == "__main__":
    main()
