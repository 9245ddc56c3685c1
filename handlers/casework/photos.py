"""The photos that came with the words of a complaint: seen by who may know who complains (R217)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from handlers.cards import look
from handlers.casework.access import may_know_who, visible_complaints
from models.complaint import ComplaintEntry
from models.conversation import Inbound, Media
from models.hospital import StaffMember


async def photos_with(entries: Iterable[ComplaintEntry]) -> list[UUID]:
    """Return the pictures that came with these lines of a history, oldest first."""
    ids = [entry.inbound_id for entry in entries if entry.inbound_id]
    messages = Inbound.filter(id__in=ids, media_id__isnull=False).order_by("received_at")
    return [row.media_id for row in await messages if row.media_id]


async def open_complaint_photo(media_id: UUID, staff: StaffMember, now: datetime) -> Media | None:
    """Find a photo of a case somebody works on, and note the look.

    A photo shows whose it is: of an anonymous case there is none to be seen.
    """
    sent = [row.id for row in await Inbound.filter(media_id=media_id).only("id")]
    lines = await ComplaintEntry.filter(inbound_id__in=sent).only("id", "complaint_id")
    ids = [line.complaint_id for line in lines]
    cases = await visible_complaints(staff).filter(id__in=ids)
    if not any(may_know_who(staff, case) for case in cases):
        return None
    await look(staff, "complaint.photo_opened", "media", media_id, now)
    return await Media.get_or_none(id=media_id)
