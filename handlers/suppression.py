"""The last look before a message leaves: is it still true, wanted and allowed?"""

from __future__ import annotations

from datetime import datetime

from dialogs.timing.spans import local
from handlers.desk import Desk
from handlers.matters import has_consent
from handlers.tasks import OPEN
from models.care import FollowUpTask
from models.conversation import DeliveryClass, Outgoing, OutgoingPurpose, OutgoingStatus
from models.people import ContactPoint, Patient

Verdict = tuple[OutgoingStatus, str] | datetime
_FREE = (OutgoingPurpose.SAFETY, OutgoingPurpose.STAFF)


async def why_not(
    desk: Desk, row: Outgoing, point: ContactPoint | None, now: datetime
) -> Verdict | None:
    """Return how and why a message ends unsent, when it may go instead, or None: it may go now.

    Safety texts and staff's own words always go; a reply goes unless the number is wrong; what
    we start needs consent, the right hour, a living patient and a round that is still open.
    """
    if row.purpose in _FREE or row.delivery_class is DeliveryClass.A:
        return None
    if row.expires_at is not None and row.expires_at <= now:
        return OutgoingStatus.EXPIRED, "too late"
    if row.purpose is OutgoingPurpose.REPLY:
        return None
    if point is None or point.wrong_at is not None or point.opted_out_at is not None:
        return OutgoingStatus.SUPPRESSED, "stopped"
    return await _of_patient(desk, row, now)


async def _of_patient(desk: Desk, row: Outgoing, now: datetime) -> Verdict | None:
    patient = await Patient.get_or_none(id=row.patient_id)
    if patient is None:
        return None
    if patient.deceased_at is not None:
        return OutgoingStatus.SUPPRESSED, "deceased"
    if not await has_consent(patient):
        return OutgoingStatus.SUPPRESSED, "no consent"
    if await _moved(row):
        return OutgoingStatus.SUPPRESSED, "moved"
    elderly = desk.hours.is_elderly(patient.birth_date, local(now).date())
    free = desk.hours.next_allowed(now, elderly=elderly, clinical=True, calendar=desk.calendar)
    return free if free > now else None


async def _moved(row: Outgoing) -> bool:
    if row.task_id is None:
        return False
    task = await FollowUpTask.get(id=row.task_id)
    return task.version != row.subject_version or task.status not in OPEN
