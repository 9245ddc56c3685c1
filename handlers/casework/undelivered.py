"""What the office told about a case and no channel took: the case says that a person must call."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final
from uuid import UUID

from handlers.casework.entries import note
from handlers.desk import Desk
from handlers.staff_words import staff_words
from models.complaint import Complaint, ComplaintEvent
from models.conversation import Outgoing
from models.unit import lock

# the office believes that these were read: a later day, the result, words of its own
_TOLD: Final = re.compile(
    r"complaint(?:-reply:([0-9a-f-]{36}):|:([0-9a-f-]{36}):(?:interim|result):)"
)


async def note_untold(desk: Desk, row: Outgoing, now: datetime) -> None:
    """Note it in the case, in the unit of work that ended the message."""
    told = _TOLD.match(row.occurrence)
    if told is None:
        return
    case = await lock(Complaint.filter(id=UUID(told[1] or told[2]))).get()
    detail = staff_words(desk.language).complaint_notes["unsent"]
    await note(case, ComplaintEvent.NOTED, now, detail=detail)
