"""Who has how much in hand, and by which way patients are answered, for who leads a ward (R255)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from dialogs.timing import local
from dialogs.timing.spans import moment
from handlers.assigning import CALLERS
from handlers.distribution import calls_of_today
from handlers.duty import shifts_between
from handlers.staff_load import StaffLoad, loads_of_all
from models.alert import AlertEntry, AlertEvent
from models.care import FollowUpTask
from models.duty import DutyShift
from models.hospital import StaffMember, StaffRole
from models.room import HumanTalk

LEADERS: Final = frozenset(
    {
        StaffRole.HEAD_NURSE,
        StaffRole.DIRECTOR,
        StaffRole.MEDICAL_AFFAIRS,
        StaffRole.NURSING_OFFICE,
        StaffRole.MARKET_CENTRE,
        StaffRole.ADMIN,
    }
)
DAYS: Final = 7
_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class LoadRow:
    """A colleague: the hours of today, what is in hand, what was done in the last seven days."""

    name: str
    role: str
    hours: tuple[tuple[datetime, datetime], ...]
    load: StaffLoad
    by_phone: int
    online: int


@dataclass(frozen=True, slots=True)
class LoadBoard:
    """The colleagues of the reader's wards, the busiest first; `nobodys`: calls nobody has."""

    rows: tuple[LoadRow, ...]
    nobodys: int

    @property
    def by_phone(self) -> int:
        """How many rounds were ended on the phone."""
        return sum(row.by_phone for row in self.rows)

    @property
    def online(self) -> int:
        """How many answers were written and talks led."""
        return sum(row.online for row in self.rows)


def reads_load(staff: StaffMember) -> bool:
    """Tell whether somebody shares out the work of others."""
    return staff.role in LEADERS


async def load_board(staff: StaffMember, now: datetime) -> LoadBoard:
    """Count what the people of the reader's wards have to do; no patient is named."""
    people = [one for one in await _callers() if _leads(staff, one)]
    loads, since = await loads_of_all(now), now - DAYS * _A_DAY
    phoned, written = await _phoned(since), await _written(since)
    hours = await _hours(now)
    rows = [
        LoadRow(
            one.name,
            one.role.value,
            hours.get(one.id, ()),
            loads.get(one.id, StaffLoad()),
            phoned[one.id],
            written[one.id],
        )
        for one in people
    ]
    rows.sort(key=lambda row: (-row.load.all, row.name))
    return LoadBoard(tuple(rows), await _nobodys(staff, now))


async def _callers() -> Sequence[StaffMember]:
    return await StaffMember.filter(active=True, role__in=CALLERS).order_by("name", "username")


def _leads(staff: StaffMember, other: StaffMember) -> bool:
    return not staff.departments or bool({*staff.departments} & {*other.departments})


async def _nobodys(staff: StaffMember, now: datetime) -> int:
    rows = calls_of_today(now).filter(assigned_to_id__isnull=True)
    if staff.departments:
        rows = rows.filter(encounter__department__code__in=staff.departments)
    found: list[FollowUpTask] = await rows.only("id")
    return len(found)


async def _phoned(since: datetime) -> Counter[UUID]:
    """Count the rounds somebody ended on the phone, as the daily figure does (M24)."""
    rows = FollowUpTask.filter(closed_at__gte=since, closed_by_id__not_isnull=True)
    found = await rows.values_list("closed_by_id", flat=True)
    return Counter(UUID(str(one)) for one in found)


async def _written(since: datetime) -> Counter[UUID]:
    """Count answers on alerts and questions, and talks that were led to their end."""
    replies = AlertEntry.filter(at__gte=since, event=AlertEvent.REPLIED, staff_id__not_isnull=True)
    talks = HumanTalk.filter(closed_at__gte=since, staff_id__not_isnull=True)
    found = [*await replies.values_list("staff_id", flat=True)]
    found += await talks.values_list("staff_id", flat=True)
    return Counter(UUID(str(one)) for one in found)


async def _hours(now: datetime) -> dict[UUID, tuple[tuple[datetime, datetime], ...]]:
    """Return the shifts of each that touch this day."""
    today = moment(local(now).date(), time())
    shifts: dict[UUID, tuple[tuple[datetime, datetime], ...]] = {}
    for shift in await shifts_between(today, today + _A_DAY):
        shifts[shift.staff_id] = (*shifts.get(shift.staff_id, ()), _span(shift))
    return shifts


def _span(shift: DutyShift) -> tuple[datetime, datetime]:
    return shift.starts_at, shift.ends_at
