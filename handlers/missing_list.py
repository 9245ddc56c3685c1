"""No list of discharges by the hour it is due: IT is told, until the list is there (Part D)."""

from __future__ import annotations

from datetime import datetime, time
from typing import Final

from dialogs.timing import date_text, local
from handlers.desk import Desk
from handlers.room.posts import Post, post
from handlers.scope import administers
from handlers.taken_files import discharges_came
from models.channel import GroupDelivery
from models.conversation import OutgoingStatus
from models.hospital import StaffMember, StaffRole
from models.room import GroupPost, PostKind

NOON: Final = time(12)
# where to look, for those who look after the machine
PAGE: Final = "/staff/files"
TOLD: Final = (StaffRole.IT, StaffRole.ADMIN)
_ARRIVED: Final = (OutgoingStatus.ACCEPTED, OutgoingStatus.DELIVERED, OutgoingStatus.READ)


async def is_missing(desk: Desk, now: datetime) -> bool:
    """Tell whether today's list is overdue; without a watched folder none is waited for."""
    wall = local(now)
    if desk.list_due is None or wall.time() < desk.list_due:
        return False
    return not await discharges_came(wall.date())


async def concerns(desk: Desk, staff: StaffMember, now: datetime) -> bool:
    """Tell whether the pages say to somebody that the list is missing.

    They say it to who looks after the machine, and to everybody while no group of theirs was
    reached: a list nobody misses is a day on which nobody is followed up.
    """
    if not await is_missing(desk, now):
        return False
    return administers(staff) or not await _reached_a_group(now)


async def _reached_a_group(now: datetime) -> bool:
    once = _once(local(now).date().isoformat(), "due")
    return await GroupDelivery.filter(post__occurrence=once, status__in=_ARRIVED).exists()


async def watch_for_list(desk: Desk, now: datetime) -> int:
    """Tell the group of IT that the list is missing, again at noon, and once it has come."""
    if desk.list_due is None:
        return 0
    day = local(now).date()
    if not await is_missing(desk, now):
        told = await GroupPost.exists(occurrence=_once(day.isoformat(), "due"))
        return int(told and await _tell(desk, "S-LIST-CAME", "came", now))
    done = await _tell(desk, "S-LIST-MISSING", "due", now)
    if local(now).time() >= max(NOON, desk.list_due):
        done += await _tell(desk, "S-LIST-MISSING", "noon", now)
    return done


async def _tell(desk: Desk, message: str, part: str, now: datetime) -> int:
    wall = local(now)
    values = {
        "date": date_text(wall.date()),
        "time": f"{desk.list_due:%H:%M}",
        "link": f"{desk.public_url}{PAGE}",
    }
    once = _once(wall.date().isoformat(), part)
    return int(await post(Post(PostKind.WARNING, message, values, once, roles=TOLD), now))


def _once(day: str, part: str) -> str:
    return f"discharge-list:{day}:{part}"
