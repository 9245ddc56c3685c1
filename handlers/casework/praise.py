"""What was praised in a month, department by department; the names opened on record (R153)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from tortoise.queryset import QuerySet

from handlers.casework.access import OWNER_ROLES, WARD_HEADS
from handlers.reports.period import Period
from models.audit import append_entry
from models.complaint import Opinion, OpinionStatus
from models.hospital import StaffMember
from models.unit import unit_of_work


@dataclass(frozen=True, slots=True)
class Praise:
    """One message of praise; who wrote it is told nobody.

    `names` and `words` are empty until they are opened; the words of a survey that promised to
    stay unnamed are shown to the offices alone, and words that also complain to nobody here: they
    belong to the complaint, which a ward sees only with the patient's consent.
    """

    at: datetime
    department: str
    survey: bool
    named: bool
    names: tuple[str, ...] = ()
    words: str = field(default="", repr=False)


def visible_praise(staff: StaffMember) -> QuerySet[Opinion]:
    """Select the praise somebody may read: the offices all, a ward's heads their own."""
    rows = Opinion.filter(praise=True)
    if staff.role in OWNER_ROLES:
        return rows
    own: Collection[str] = staff.departments if staff.role in WARD_HEADS else ()
    return rows.filter(department__code__in=list(own)) if own else rows.filter(id__in=[])


async def praise_of(period: Period, staff: StaffMember) -> list[Praise]:
    """List what was praised, newest first, without a name or a word."""
    return [_praise(row) for row in await _rows(period, staff)]


async def open_praise(period: Period, staff: StaffMember, now: datetime) -> list[Praise]:
    """List it with the names of staff and the words; the look is on record."""
    rows = await _rows(period, staff)

    async def work() -> None:
        reason = f"{period.name}, {len(rows)} rows"
        await append_entry(
            now, staff.username, "praise.opened", subject_type="opinion", reason=reason
        )

    await unit_of_work(work)
    return [_praise(row, staff) for row in rows]


async def _rows(period: Period, staff: StaffMember) -> list[Opinion]:
    rows = visible_praise(staff).filter(at__gte=period.begins, at__lt=period.ends)
    return await rows.order_by("-at").prefetch_related("department", "inbound")


def _praise(row: Opinion, reader: StaffMember | None = None) -> Praise:
    told = (
        reader is not None
        and row.status is OpinionStatus.PRAISE
        and (not row.unnamed or reader.role in OWNER_ROLES)
    )
    return Praise(
        at=row.at,
        department=row.department.name if row.department else "",
        survey=row.unnamed,
        named=bool(row.praised),
        names=tuple(filter(None, row.praised.split("、"))) if reader else (),
        words=row.inbound.text if told else "",
    )
