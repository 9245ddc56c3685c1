"""What of a talk its leader is shown: what was said to the complaint office stays with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from handlers.casework.access import disputes_visible, may_know_who
from handlers.transcript import Line
from models.complaint import Complaint
from models.conversation import Dialog, DialogKind, Inbound, Outgoing
from models.hospital import StaffMember
from models.room import HumanTalk


async def without_complaints(
    lines: Sequence[Line], conversation_id: UUID, staff: StaffMember
) -> list[Line]:
    """Leave out both sides of the complaint desk's talk, unless somebody may know who complains.

    A talk shows with whom it is, so that an unnamed case is shown in it to nobody.
    """
    if await _may_read(conversation_id, staff):
        return list(lines)
    rows = Dialog.filter(conversation_id=conversation_id, kind=DialogKind.COMPLAINT)
    desk = {"dialog_id__in": [dialog.id for dialog in await rows]}
    hidden = {row.position for row in await Inbound.filter(**desk)}
    hidden |= {row.position for row in await Outgoing.filter(**desk)}
    return [line for line in lines if line.position not in hidden]


async def place_before(talk: HumanTalk, began: datetime) -> int:
    """Return the last place of a conversation before a talk began: nothing older is read again."""
    rows = {"conversation_id": talk.conversation_id}
    heard = await Inbound.filter(received_at__lt=began, **rows).order_by("-position").first()
    told = await Outgoing.filter(sent_at__lt=began, **rows).order_by("-position").first()
    return max((row.position for row in (heard, told) if row is not None), default=0)


async def _may_read(conversation_id: UUID, staff: StaffMember) -> bool:
    cases = await Complaint.filter(conversation_id=conversation_id)
    return disputes_visible(staff) and all(may_know_who(staff, case) for case in cases)
