"""5,000 mixed messages through the whole path, killed in the middle and gone on with.

    python -m benchmarks.mixed
    python -m benchmarks.mixed --messages 600

Messages of the shipped corpus (answers, questions, praise, complaints, red flags) come in from
some hundred patients on a clock that is run forward. The process that takes them is killed with
SIGKILL half-way; the next one gets the last messages again, as a channel would send them. Then:

* every message is there once;
* whatever was heard as urgent stands before people, and after how long;
* every clock of a complaint is what an independent count makes it;
* whoever wrote 投诉 or 举报 has a case, and no number was given twice.

Any of these that does not hold ends the command with an error.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Final

from benchmarks.mixed_scene import PATIENTS, START, scene
from dialogs.tagging.corpus import shipped_corpus
from dialogs.timing.spans import local, moment
from models.alert import Alert
from models.complaint import Complaint, ComplaintEntry, ComplaintEvent, Opinion
from models.conversation import Inbound
from models.database import close_database, open_database
from models.migrate import migrate
from models.room import GroupPost

MESSAGES: Final = 5000
_AGAIN: Final = 20
_PERCENT: Final = 99
_DAY: Final = timedelta(days=1)
_MINUTE: Final = timedelta(minutes=1)
_CONTACT: Final = timedelta(hours=4)
# as the hospital's own papers have it, not as the product reads it
_SHIFTS: Final = ((clock(8), clock(12)), (clock(14, 30), clock(17, 30)))
_FREE: Final = {date(2027, 1, 1)}


@dataclass(slots=True)
class Told:
    """What the processes said about each message: seconds until it was committed."""

    seconds: dict[int, float] = field(default_factory=dict)
    urgent: list[float] = field(default_factory=list)


def run(url: str, keys: Path, count: int) -> Told:
    """Let a process take the messages, kill it half-way, and let another one go on."""
    told = Told()
    _take(url, keys, 0, count, told, kill_at=count // 2)
    _take(url, keys, max(0, len(told.seconds) - _AGAIN), count, told)
    return told


def _take(
    url: str, keys: Path, first: int, count: int, told: Told, kill_at: int | None = None
) -> None:
    command = [sys.executable, "-m", "benchmarks.mixed_worker", url, str(keys)]
    process = subprocess.Popen(  # noqa: S603 - our own command line
        [*command, str(first), str(count)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None  # noqa: S101 - asked for above
    for line in process.stdout:
        number, seconds, urgent = json.loads(line)
        fresh = number not in told.seconds
        told.seconds[number] = seconds
        if urgent and fresh:
            told.urgent.append(seconds)
        if kill_at is not None and number >= kill_at:
            os.kill(process.pid, signal.SIGKILL)
            break
    process.wait()
    if process.returncode not in (0, -signal.SIGKILL):
        raise SystemExit(f"a process ended with {process.returncode}")


async def check(count: int) -> tuple[list[str], dict[str, object]]:
    """Look at what stands in the database; faults, and figures."""
    faults: list[str] = []
    inbound = await Inbound.all().count()
    if inbound != count:
        faults.append(f"{inbound} messages stored of {count}")
    complaints = await Complaint.all()
    later = set(
        await ComplaintEntry.filter(event=ComplaintEvent.PATIENT_ADDED).values_list(
            "complaint_id", flat=True
        )
    )
    faults += [fault for row in complaints if (fault := _wrong_clock(row, grew=row.id in later))]
    faults += await _lost()
    numbers = Counter(row.number for row in complaints)
    faults += [f"{number} given {n} times" for number, n in numbers.items() if n > 1]
    unheard = await _unheard()
    faults += [f"urgent and before nobody: {each}" for each in unheard]
    figures: dict[str, object] = {
        "messages": inbound,
        "patients": PATIENTS,
        "complaints": len(complaints),
        "opinions": await Opinion.all().count(),
        "alerts": dict(Counter(row.level.value for row in await Alert.all())),
        "posts": await GroupPost.all().count(),
    }
    return faults, figures


async def _lost() -> list[str]:
    """Who wrote 投诉 or 举报 outside a surrendered conversation, and has no case; no history."""
    filed = set(
        await ComplaintEntry.filter(event=ComplaintEvent.FILED).values_list(
            "complaint_id", flat=True
        )
    )
    faults = [
        f"{row.number} has no beginning" for row in await Complaint.all() if row.id not in filed
    ]
    posts = set(
        await GroupPost.filter(complaint_id__not_isnull=True).values_list("complaint_id", flat=True)
    )
    faults += [
        f"{row.number} was told to nobody" for row in await Complaint.all() if row.id not in posts
    ]
    return faults


async def _unheard() -> list[str]:
    """Messages that were tagged urgent and raised no alert, nor stand beside an open one."""
    alerted = {(a.conversation_id, a.raised_at) for a in await Alert.all()}
    noted = await Alert.filter(entries__event="patient_wrote").values_list(
        "conversation_id", "entries__at"
    )
    alerted |= set(noted)
    rows = await Opinion.all()
    urgent = [row for row in rows if row.urgent_types]
    return [str(row.inbound_id) for row in urgent if (row.conversation_id, row.at) not in alerted]


def _wrong_clock(row: Complaint, *, grew: bool) -> str:
    """Compare a case's stored instants with a count of minutes and days of our own.

    A case that grew by further words may have become urgent after its clocks were set; they stay.
    """
    result = moment(local(row.received_at).date() + 4 * _DAY, clock())
    contact = (
        row.received_at + timedelta(minutes=30)
        if row.urgent
        else _staffed(row.received_at, _CONTACT)
    )
    legal = moment(_working(local(row.received_at).date(), 10 if row.joint else 5) + _DAY, clock())
    wrong = [
        name
        for name, mine, theirs in (
            ("contact", contact, row.contact_due_at),
            ("result", result, row.result_due_at),
            ("law", legal, row.legal_due_at),
        )
        if mine != theirs
    ]
    if grew and row.urgent and row.contact_due_at == _staffed(row.received_at, _CONTACT):
        wrong = [name for name in wrong if name != "contact"]
    return f"{row.number}: clock of {', '.join(wrong)}" if wrong else ""


def _working(day: date, count: int) -> date:
    while count:
        day += _DAY
        count -= day.weekday() < 5 and day not in _FREE  # noqa: PLR2004 - Monday to Friday
    return day


def _staffed(at: datetime, wanted: timedelta) -> datetime:
    """Walk minute by minute; a minute counts while somebody is at the desk."""
    seconds = timedelta(seconds=at.second, microseconds=at.microsecond)
    minute, left = at - seconds, wanted
    if _at_desk(minute):
        left += seconds
    while left > timedelta():
        if _at_desk(minute):
            left -= _MINUTE
        minute += _MINUTE
    return minute + left


def _at_desk(at: datetime) -> bool:
    wall = local(at)
    if wall.date() in _FREE or wall.weekday() == 6:  # noqa: PLR2004 - Sunday
        return False
    shifts = _SHIFTS[:1] if wall.weekday() == 5 else _SHIFTS  # noqa: PLR2004 - Saturday
    return any(begin <= wall.time() < end for begin, end in shifts)


async def _prepare(url: str, keys: Path) -> None:
    await migrate(url, START)
    await open_database(url, keys)
    await scene()
    await close_database()


async def _checked(url: str, keys: Path, count: int) -> tuple[list[str], dict[str, object]]:
    await open_database(url, keys)
    try:
        return await check(count)
    finally:
        await close_database()


def _percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) * percent // 100, len(ordered) - 1)] if ordered else 0.0


def main() -> None:
    """Run it on SQLite in an empty folder and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    count = parser.parse_args().messages
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        url, keys = f"sqlite://{folder}/mixed.db", Path(folder) / "keys"
        asyncio.run(_prepare(url, keys))
        told = run(url, keys, count)
        faults, figures = asyncio.run(_checked(url, keys, count))
    figures |= {
        "corpus": len(shipped_corpus()),
        "urgent": len(told.urgent),
        "urgent p99 (ms)": round(1000 * _percentile(told.urgent, _PERCENT)),
        "all p50 (ms)": round(1000 * _percentile(list(told.seconds.values()), 50)),
        "all p99 (ms)": round(1000 * _percentile(list(told.seconds.values()), _PERCENT)),
        "wall (s)": round(time.perf_counter() - begun),
    }
    for name, figure in figures.items():
        sys.stdout.write(f"{name}: {figure}\n")
    for fault in faults:
        sys.stdout.write(f"FAULT {fault}\n")
    if faults:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
