"""The history of a complaint: every change is a line of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from models.complaint import Complaint, ComplaintEntry, ComplaintEvent


async def note(
    complaint: Complaint,
    event: ComplaintEvent,
    now: datetime,
    *,
    staff_id: UUID | None = None,
    inbound_id: UUID | None = None,
    detail: str = "",
) -> ComplaintEntry:
    """Add a line to the history of a complaint, whose row the caller has locked or just made."""
    before = await ComplaintEntry.filter(complaint_id=complaint.id).count()
    return await ComplaintEntry.create(
        complaint_id=complaint.id,
        position=before + 1,
        at=now,
        staff_id=staff_id,
        inbound_id=inbound_id,
        event=event,
        state=complaint.state,
        detail=detail,
    )


async def patients_words(complaint: Complaint) -> list[str]:
    """Return what the complainant said, oldest first: the first words and what was added."""
    said = (ComplaintEvent.FILED, ComplaintEvent.PATIENT_ADDED)
    entries = ComplaintEntry.filter(complaint_id=complaint.id, event__in=said)
    return [entry.detail for entry in await entries.order_by("position")]
