"""The photos that came with the words of a complaint, for who may know who complains (R217).

What was sent to the complaint desk is for the offices that work on the case. What was sent to the
nurses is a part of the record, and seen by those who may read that.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from handlers.cards import look, open_photo
from handlers.casework.access import may_know_who, visible_complaints
from handlers.scope import may_open
from models.complaint import ComplaintEntry
from models.conversation import DialogKind, Inbound, Media
from models.hospital import StaffMember


async def photos_for(staff: StaffMember, entries: Iterable[ComplaintEntry]) -> list[UUID]:
    """Return the pictures that came with these lines and somebody may see, oldest first."""
    ids = [entry.inbound_id for entry in entries if entry.inbound_id]
    messages = Inbound.filter(id__in=ids, media_id__isnull=False)
    if not may_open(staff):
        messages = messages.filter(dialog__kind=DialogKind.COMPLAINT)
    found = await messages.order_by("received_at").values_list("media_id", flat=True)
    return [UUID(str(media_id)) for media_id in found]


async def open_case_photo(media_id: UUID, staff: StaffMember, now: datetime) -> Media | None:
    """Find a photo of a record or of a case, and note the look; None for who may not see it."""
    seen = await open_photo(media_id, staff, now)
    if seen is not None or not await _is_of_own_case(media_id, staff):
        return seen
    await look(staff, "complaint.photo_opened", "media", media_id, now)
    return await Media.get_or_none(id=media_id)


async def _is_of_own_case(media_id: UUID, staff: StaffMember) -> bool:
    """A photo shows whose it is: of an anonymous case there is none to be seen."""
    sent = Inbound.filter(media_id=media_id, dialog__kind=DialogKind.COMPLAINT)
    lines = ComplaintEntry.filter(inbound_id__in=await sent.values_list("id", flat=True))
    ids = await lines.values_list("complaint_id", flat=True)
    cases = await visible_complaints(staff).filter(id__in=list(ids))
    return any(may_know_who(staff, case) for case in cases)
