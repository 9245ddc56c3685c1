"""The feed of the staff room: the posts of one's own departments and offices, newest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from handlers.casework.access import is_accused
from handlers.room.posts import words_of
from handlers.scope import WIDE, visible_alerts
from models.alert import AlertStatus
from models.hospital import StaffMember
from models.room import GroupPost

SHOWN_FOR: Final = timedelta(days=3)
MOST: Final = 100
_READ: Final = 1000


@dataclass(frozen=True, slots=True)
class FeedLine:
    """One post as the page shows it; `open_number` is of an alert that can still be taken."""

    kind: str
    at: datetime
    line: str
    link: str
    number: str
    open_number: str


async def feed(staff: StaffMember, now: datetime, language: str = "zh") -> list[FeedLine]:
    """Read what the group was told of late, as far as it is for this member of staff."""
    rows = GroupPost.filter(at__gt=now - SHOWN_FOR).order_by("-at", "-occurrence").limit(_READ)
    found = await rows.prefetch_related("department", "alert", "complaint")
    mine = await _alerts_of(staff, {row.alert_id for row in found if row.alert_id})
    shown = [row for row in found if _is_for(staff, row, mine)]
    return [_line(row, now, language) for row in shown[:MOST]]


def _is_for(staff: StaffMember, row: GroupPost, alerts: Collection[UUID]) -> bool:
    """An alert's post is for who may know of the alert; others go by role and department."""
    if row.alert_id is not None:
        return row.alert_id in alerts
    if row.complaint is not None and is_accused(staff, row.complaint):
        return False
    named = staff.role in row.roles if row.roles else row.complaint_id is None
    return named and _in_place(staff, row)


def _in_place(staff: StaffMember, row: GroupPost) -> bool:
    if row.department is None:
        return True
    if not staff.departments:
        return staff.role in WIDE
    return row.department.code in staff.departments


async def _alerts_of(staff: StaffMember, ids: Collection[UUID]) -> set[UUID]:
    seen = visible_alerts(staff).filter(id__in=list(ids))
    return {row.id for row in await seen.only("id")}


def _line(row: GroupPost, now: datetime, language: str) -> FeedLine:
    words = words_of(row, now, language)
    number = row.values.get("alert") or row.values.get("tick", "")
    free = row.alert is not None and row.alert.status == AlertStatus.OPEN and not row.alert.drill
    invites = free and bool(words.buttons)
    page = _page(row, number)
    return FeedLine(row.kind, row.at, words.line, page, number, number if invites else "")


def _page(row: GroupPost, number: str) -> str:
    """Where a post leads within the pages; the address in it may be that of another machine."""
    if row.alert_id is not None:
        return f"/staff/alerts/{number}"
    _, found, page = row.values.get("link", "").partition("/staff")
    return f"/staff{page}" if found else ""
