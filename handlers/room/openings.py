"""Who opened a case by the link of a post, on record."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from uuid import UUID

from models.alert import Alert
from models.audit import append_entry
from models.complaint import Complaint
from models.hospital import StaffMember
from models.unit import unit_of_work

_LONGEST: Final = 256
_CASE: Final = re.compile(r"/(alerts|complaints)/([\w-]+)\Z")
_KINDS: Final = {"alerts": ("alert", Alert), "complaints": ("complaint", Complaint)}


async def note_opening(staff: StaffMember, page: str, now: datetime) -> None:
    """Record that somebody followed a signed link; the page itself decides what is shown."""

    async def work() -> None:
        kind, subject = await _case_of(page)
        await append_entry(
            now,
            staff.username,
            "link.opened",
            subject_type=kind,
            subject=subject,
            reason=page[:256],
        )

    await unit_of_work(work)


async def _case_of(page: str) -> tuple[str, UUID | None]:
    found = _CASE.search(page)
    if found is None:
        return "page", None
    kind, table = _KINDS[found[1]]
    row = await table.get_or_none(number=found[2])
    return kind, row.id if row else None
