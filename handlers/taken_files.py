"""The lists that came: each content is taken once, whoever brings it and however often (R009)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from dialogs.timing import local
from models.once import insert_once
from models.ward_week import TakenFile

# whoever reads a list for so long has stopped half-way; lists may be taken twice without harm
GIVEN_UP_AFTER: Final = timedelta(minutes=15)
_PUT_AWAY: Final = timedelta(minutes=2)
DISCHARGES: Final = "discharges"


class Result(StrEnum):
    """What became of a list."""

    TAKEN = "taken"
    REFUSED = "refused"
    # some process reads it
    READING = ""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A list as it came: its file's name, what it is about, the SHA-256 of its content."""

    name: str
    kind: str
    digest: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of a list's rows went in, and how many did not."""

    good: int
    bad: int


async def begin_taking(arrived: Arrived, now: datetime) -> TakenFile | None:
    """Claim a list for this process; None where it was taken before or another one reads it.

    What was refused may be tried again: nothing of it went in. A list without any row is the same
    every day, so it counts once a day.
    """
    today = local(now).date()
    row = _row(arrived, arrived.digest, today, now)
    if await insert_once(row):
        return row
    known = await TakenFile.get(digest=arrived.digest)
    if known.result == Result.TAKEN:
        return await _empty_again(known, arrived, today, now)
    if known.result == Result.READING and now - known.taken_at < GIVEN_UP_AFTER:
        return None
    mine = TakenFile.filter(id=known.id, result=known.result, taken_at=known.taken_at)
    claimed = {"name": row.name, "kind": row.kind, "day": today}
    if not await mine.update(result=Result.READING.value, taken_at=now, **claimed):
        return None
    return await TakenFile.get(id=known.id)


async def finish_taking(row: TakenFile, result: Result, counted: Counted) -> None:
    """Write down what became of a list."""
    counts = {"good_rows": counted.good, "bad_rows": counted.bad}
    await TakenFile.filter(id=row.id).update(result=result.value, **counts)


async def was_taken(digest: str, now: datetime) -> bool:
    """Tell whether this content went in, and whoever took it has had time to put it away."""
    rows = TakenFile.filter(digest=digest, result=Result.TAKEN.value)
    return await rows.filter(taken_at__lte=now - _PUT_AWAY).exists()


async def files_since(day: date) -> list[TakenFile]:
    """List what came from a day on, the newest first."""
    return await TakenFile.filter(day__gte=day).order_by("-taken_at", "name")


async def discharges_came(day: date) -> bool:
    """Tell whether a list of discharges went in on a day."""
    rows = TakenFile.filter(kind=DISCHARGES, day=day, result=Result.TAKEN.value)
    return await rows.exists()


async def _empty_again(
    known: TakenFile, arrived: Arrived, today: date, now: datetime
) -> TakenFile | None:
    if known.day == today or known.good_rows or known.bad_rows:
        return None
    daily = hashlib.sha256(f"{arrived.digest}:{today}".encode()).hexdigest()
    row = _row(arrived, daily, today, now)
    return row if await insert_once(row) else None


def _row(arrived: Arrived, digest: str, day: date, now: datetime) -> TakenFile:
    return TakenFile(
        name=arrived.name[:256], digest=digest, kind=arrived.kind, day=day, taken_at=now
    )
