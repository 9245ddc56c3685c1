"""What a department says to its month, and its signature under one issue (R039)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from handlers.reports.follow_up_access import speaks_for
from handlers.reports.follow_up_issue import latest
from handlers.reports.period import Period
from models.audit import append_entry
from models.hospital import Department, StaffMember
from models.unit import lock, unit_of_work
from models.ward_week import DepartmentMonth

LONGEST: Final = 500


class Said(StrEnum):
    """What came of a comment."""

    SAVED = "saved"
    SIGNED = "signed"
    LOCKED = "locked"
    NOT_ISSUED = "not_issued"
    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_FOUND = "not_found"


async def say_to_month(
    staff: StaffMember, period: Period, code: str, comment: str, now: datetime, *, sign: bool
) -> Said:
    """Keep a department's comment, or sign it; what was signed stays until the next issue."""
    text = comment.strip()
    if not speaks_for(staff, code):
        return Said.NOT_FOUND
    if len(text) > LONGEST:
        return Said.TOO_LONG
    if sign and not text:
        return Said.EMPTY
    return await unit_of_work(lambda: _say(staff, period, code, text, now, sign=sign))


async def _say(
    staff: StaffMember, period: Period, code: str, text: str, now: datetime, *, sign: bool
) -> Said:
    department = await Department.get_or_none(code=code)
    issued = await latest(period)
    if department is None:
        return Said.NOT_FOUND
    if issued is None:
        return Said.NOT_ISSUED
    await DepartmentMonth.get_or_create(month=period.first, department=department)
    row = await lock(DepartmentMonth.filter(month=period.first, department=department)).get()
    if row.signed_at is not None and row.issue == issued.issue:
        return Said.LOCKED
    row.comment, row.issue = text, issued.issue
    row.signed_by, row.signed_at = (staff.name, now) if sign else ("", None)
    await row.save()
    if not sign:
        return Said.SAVED
    reason = f"{period.name} issue {issued.issue}"
    await append_entry(
        now, staff.username, "month.signed", subject_type="department_month", subject=row.id,
        reason=reason,
    )  # fmt: skip
    return Said.SIGNED
