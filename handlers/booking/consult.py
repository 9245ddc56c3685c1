"""Tasks of the consult room: nothing that ends without a booking is lost (R090, R119)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from dialogs.timing.spans import local
from handlers.desk import Desk
from models.office import ConsultReason, ConsultTask
from models.once import insert_once
from models.timetable import next_number

SERIES: Final = "ZX"
# a person answers within four staffed hours (part D of the clocks)
ANSWERED_WITHIN: Final = timedelta(hours=4)


async def consult(  # noqa: PLR0913 - one a column
    desk: Desk,
    reason: ConsultReason,
    *,
    occurrence: str,
    now: datetime,
    due_at: datetime | None = None,
    patient_id: UUID | None = None,
    conversation_id: UUID | None = None,
    appointment_id: UUID | None = None,
    encounter_id: UUID | None = None,
    words: str = "",
    note: str = "",
) -> ConsultTask:
    """Make a task once; the same occurrence gives back the task that was made."""
    known = await ConsultTask.get_or_none(occurrence=occurrence)
    if known is not None:
        return known
    today = local(now).date()
    task = ConsultTask(
        number=f"{SERIES}{today:%Y%m%d}-{await next_number(SERIES, today):03}",
        occurrence=occurrence,
        reason=reason,
        patient_id=patient_id,
        conversation_id=conversation_id,
        appointment_id=appointment_id,
        encounter_id=encounter_id,
        words=words,
        note=note,
        raised_at=now,
        due_at=due_at or desk.staffed_hours.add(now, ANSWERED_WITHIN, desk.calendar),
    )
    if await insert_once(task):
        return task
    return await ConsultTask.get(occurrence=occurrence)
