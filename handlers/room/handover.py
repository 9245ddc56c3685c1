"""The night's alerts with what came of them, for who takes over in the morning (R164)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from tortoise.queryset import QuerySet

from dialogs.levels import Level
from dialogs.timing import local, moment
from handlers.alert_board import BoardRow, board_rows
from handlers.desk import Desk
from handlers.room.digests import by_ward, room_link, ward_names
from handlers.room.posts import Post, post
from handlers.scope import visible_alerts
from handlers.staff_words import staff_words
from models.alert import Alert, AlertLevel, AlertStatus
from models.hospital import StaffMember
from models.room import PostKind
from models.timetable import Due

EVENING: Final = time(20)
MORNING: Final = time(7, 30)


@dataclass(frozen=True, slots=True)
class Handover:
    """A night as somebody may see it: its alerts, and what was open before it and still is."""

    begins: datetime
    ends: datetime
    night: tuple[BoardRow, ...]
    earlier: tuple[BoardRow, ...]


async def post_handover(desk: Desk, due: Due, now: datetime) -> str:
    """Post, once a morning and ward, how many alerts the night brought and what came of them."""
    day = local(due.due_at).date()
    begins, ends = night_before(day)
    night = Alert.filter(raised_at__gte=begins, raised_at__lt=ends, drill=False)
    wards = by_ward(await night.order_by("raised_at"))
    names = await ward_names(desk)
    for ward, rows in wards.items():
        values = {"ward": names[ward], **_counts(desk, rows)}
        values["link"] = room_link(desk, f"/handover?day={day}")
        await _post(values, f"handover:{day}:{ward}", ward, now)
    return f"{len(wards)} wards"


async def handover(staff: StaffMember, day: date) -> Handover:
    """Read the night before a day, gravest first."""
    begins, ends = night_before(day)
    seen = visible_alerts(staff).filter(drill=False)
    open_ones = seen.exclude(status=AlertStatus.CLOSED).filter(raised_at__lt=begins)
    return Handover(
        begins,
        ends,
        await _rows(seen.filter(raised_at__gte=begins, raised_at__lt=ends), staff),
        await _rows(open_ones, staff),
    )


def night_before(day: date) -> tuple[datetime, datetime]:
    """Return when the night before a day began and ended: 20:00 to 07:30."""
    return moment(day - timedelta(days=1), EVENING), moment(day, MORNING)


async def _rows(alerts: QuerySet[Alert], staff: StaffMember) -> tuple[BoardRow, ...]:
    order = list(Level)
    rows = await board_rows(alerts, staff)
    return tuple(sorted(rows, key=lambda row: (order.index(Level(row.level)), row.raised_at)))


def _counts(desk: Desk, rows: Sequence[Alert]) -> dict[str, str]:
    words = staff_words(desk.language)
    levels, states = Counter(row.level for row in rows), Counter(row.status for row in rows)
    grave = [AlertLevel(level) for level in Level if levels[AlertLevel(level)]]
    named = (f"{words.levels[level]}{levels[level]}" for level in grave)
    return {
        "n": str(len(rows)),
        "levels": words.room["comma"].join(named),
        **{status.value: str(states[status]) for status in AlertStatus},
    }


async def _post(values: dict[str, str], once: str, ward: UUID | None, now: datetime) -> None:
    await post(Post(PostKind.HANDOVER, "S-HANDOVER", values, once, ward), now)
