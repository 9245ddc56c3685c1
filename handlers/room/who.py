"""Who is on duty now, in lines as the group reads them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dialogs.timing import due_text
from handlers.duty import sees_shift, who_is_on
from handlers.staff_words import StaffWords
from models.duty import DutyShift
from models.hospital import StaffMember


async def on_now(staff: StaffMember, words: StaffWords, now: datetime) -> list[str]:
    """Say who is on duty in one's own departments and for the house; empty without a roster."""
    shifts = [shift for shift in await who_is_on(now) if sees_shift(staff, shift)]
    lines: dict[tuple[str, str], list[DutyShift]] = {}
    for shift in shifts:
        place = shift.department.name if shift.department else words.group["whole_house"]
        lines.setdefault((place, words.roles[shift.role]), []).append(shift)
    return [_line(place, role, many, words, now) for (place, role), many in lines.items()]


def _line(
    place: str, role: str, shifts: Iterable[DutyShift], words: StaffWords, now: datetime
) -> str:
    people = words.room["comma"].join(
        words.group["until"].format(
            name=shift.staff.name, until=due_text(shift.ends_at, now, language="zh")
        )
        for shift in shifts
    )
    return words.group["on_now"].format(place=place, role=role, people=people)
