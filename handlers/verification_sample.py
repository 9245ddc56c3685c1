"""Who is asked whether anybody was in touch: drawn by a hash, each week and each month (R188).

Nobody chooses, and everybody can check: the same rounds give the same sample.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final
from uuid import UUID

from dialogs.timing import local
from handlers.reports.period import Period, month_of
from models.care import FollowUpTask, TaskKind, TaskStatus
from models.once import insert_once
from models.unit import unit_of_work
from models.ward_week import Verification

SHARE: Final = 0.05
FEWEST: Final = 10
# 933 in half a year (000-1)
MOST: Final = 155
# a stay with the department it ended in and its completed round of the period
_Candidate = tuple[UUID, UUID | None, UUID, datetime]


def size_of(rounds: int) -> int:
    """How many a month are drawn of so many rounds: 5 %, at least 10, at most 155."""
    return min(rounds, MOST, max(FEWEST, math.ceil(SHARE * rounds)))


async def draw(month: date, now: datetime) -> int:
    """Draw what a month's sample still lacks, one round a stay; what was drawn before stays."""
    found = await _candidates(month_of(f"{month:%Y-%m}"))
    drawn = await _drawn_before(found)
    rest = _first_by_hash((one for one in found if one[0] not in drawn), "")
    return len(await _keep(rest[: max(0, size_of(len(found)) - len(drawn))], now))


async def draw_of_week(week: Period, each: int, now: datetime) -> list[UUID]:
    """Draw so many of each department for a week; returns what was drawn, nothing when repeated.

    The week is the seed: who was passed over in one may come up in the next.
    """
    found = await _candidates(week)
    drawn = await _drawn_before(found)
    chosen: list[_Candidate] = []
    for of_department in _by_department(found).values():
        before = sum(one[0] in drawn for one in of_department)
        rest = _first_by_hash((one for one in of_department if one[0] not in drawn), week.name)
        chosen += rest[: max(0, each - before)]
    return await _keep(chosen, now)


async def _candidates(period: Period) -> list[_Candidate]:
    """Return a completed round of each stay whose round fell due in the period."""
    rounds = FollowUpTask.filter(
        kind=TaskKind.ROUND,
        status=TaskStatus.COMPLETED,
        deadline_at__gte=period.begins,
        deadline_at__lt=period.ends,
        encounter__withdrawn_at=None,
        encounter__patient__deceased_at=None,
    )
    columns = ("encounter_id", "encounter__department_id", "id", "deadline_at")
    rows = await rounds.order_by("-round").values_list(*columns)
    return list({row[0]: row for row in rows}.values())


async def _drawn_before(found: Iterable[_Candidate]) -> set[UUID]:
    """Return which of the stays are in a sample already: nobody is asked twice."""
    drawn = await Verification.all().values_list("task__encounter_id", flat=True)
    return {one[0] for one in found} & set(drawn)


def _by_department(found: Iterable[_Candidate]) -> dict[UUID | None, list[_Candidate]]:
    departments: dict[UUID | None, list[_Candidate]] = defaultdict(list)
    for one in found:
        departments[one[1]].append(one)
    return departments


def _first_by_hash(found: Iterable[_Candidate], seed: str) -> list[_Candidate]:
    return sorted(found, key=lambda one: hashlib.sha256(seed.encode() + one[0].bytes).digest())


async def _keep(chosen: Iterable[_Candidate], now: datetime) -> list[UUID]:
    """Write the drawn rounds, each with the month its round fell due in."""
    rows = [
        Verification(task_id=task_id, month=local(due).date().replace(day=1), drawn_at=now)
        for _, _, task_id, due in chosen
    ]

    async def work() -> list[UUID]:
        return [row.id for row in rows if await insert_once(row)]

    return await unit_of_work(work)
