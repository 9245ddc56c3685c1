"""The last look before a message leaves: is it still true, wanted and allowed?"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dialogs.timing.ladder import next_open
from dialogs.timing.spans import local
from handlers.desk import Desk
from handlers.matters import has_consent
from handlers.opting_out import refuses_surveys
from handlers.reminders.visits import may_be_reminded
from handlers.spared import may_be_told
from handlers.tasks import OPEN
from models.booking import Appointment, AppointmentStatus
from models.care import FollowUpTask
from models.conversation import (
    DeliveryClass,
    Dialog,
    Outgoing,
    OutgoingPurpose,
    OutgoingStatus,
)
from models.people import ContactPoint, Patient
from models.row import related

Verdict = tuple[OutgoingStatus, str] | datetime
_FREE: Final = (OutgoingPurpose.SAFETY, OutgoingPurpose.STAFF)
_MOVED: Final = (OutgoingStatus.SUPPRESSED, "moved")
# the patient waits for these: they need no consent to being reminded
_ASKED_FOR: Final = ("answer:", "freed:", "lapse:")
# what a message says holds only while the visit stands so; by the first word of its occurrence
_STANDS: Final = {"remind": AppointmentStatus.BOOKED, "missed": AppointmentStatus.NO_SHOW}


async def why_not(
    desk: Desk, row: Outgoing, point: ContactPoint | None, now: datetime
) -> Verdict | None:
    """Return how and why a message ends unsent, when it may go instead, or None: it may go now.

    Safety texts and staff's own words always go; a reply goes unless the number is wrong; what
    we start needs consent, the right hour, a living patient and a round that is still open. What
    tells of a visit needs that visit unchanged, also where it must arrive (F21).
    """
    if row.purpose in _FREE:
        return None
    if row.delivery_class is DeliveryClass.A:
        return _MOVED if await _visit_changed(row) else None
    if row.expires_at is not None and row.expires_at <= now:
        return OutgoingStatus.EXPIRED, "too late"
    if row.purpose is OutgoingPurpose.REPLY:
        return None
    if point is None or point.wrong_at is not None or point.opted_out_at is not None:
        return OutgoingStatus.SUPPRESSED, "stopped"
    return await _of_patient(desk, row, point, now)


async def _of_patient(
    desk: Desk, row: Outgoing, point: ContactPoint, now: datetime
) -> Verdict | None:
    patient: Patient | None = await related(row, "patient")
    if patient is None:
        return None
    if patient.deceased_at is not None:
        return OutgoingStatus.SUPPRESSED, "deceased"
    if not _is_asked_for(row) and not await may_be_told(patient, point.respondent_id):
        return OutgoingStatus.SUPPRESSED, "family only"
    reminds = row.purpose is OutgoingPurpose.REMINDER
    consented = await _wanted(desk, row, patient) if reminds else await has_consent(patient)
    if not consented or await _is_unwanted_survey(desk, row, patient):
        return OutgoingStatus.SUPPRESSED, "no consent"
    if await _moved(row) or await _visit_changed(row):
        return _MOVED
    free = _next_hour(desk, row, patient, now)
    return free if free > now else None


async def _is_unwanted_survey(desk: Desk, row: Outgoing, patient: Patient) -> bool:
    if not await refuses_surveys(patient):
        return False
    dialog = await Dialog.get_or_none(id=row.dialog_id)
    forms = desk.catalog.forms
    return dialog is not None and any(forms[form].survey for form in dialog.forms)


async def _wanted(desk: Desk, row: Outgoing, patient: Patient) -> bool:
    return _is_asked_for(row) or await may_be_reminded(desk, patient)


def _is_asked_for(row: Outgoing) -> bool:
    return row.occurrence.startswith(_ASKED_FOR)


def _next_hour(desk: Desk, row: Outgoing, patient: Patient, now: datetime) -> datetime:
    """A visit does not wait for a festival to end, nor for the elderly's morning."""
    if row.purpose is OutgoingPurpose.REMINDER:
        return next_open(now, desk.hours, elderly=False)
    elderly = desk.hours.is_elderly(patient.birth_date, local(now).date())
    return desk.hours.next_allowed(now, elderly=elderly, clinical=True, calendar=desk.calendar)


async def _moved(row: Outgoing) -> bool:
    if row.task_id is None:
        return False
    task = await FollowUpTask.get(id=row.task_id)
    return task.version != row.subject_version or task.status not in OPEN


async def _visit_changed(row: Outgoing) -> bool:
    """Tell whether the visit a message is about has another time or fate by now."""
    if row.appointment_id is None:
        return await _came_after_all(row)
    appointment = await Appointment.get(id=row.appointment_id)
    if appointment.version != row.subject_version:
        return True
    needed = _STANDS.get(row.occurrence.partition(":")[0])
    return needed is not None and appointment.status is not needed


async def _came_after_all(row: Outgoing) -> bool:
    """Nobody is asked why he did not come after it turned out that he had."""
    dialog = await Dialog.get_or_none(id=row.dialog_id)
    missed = await Appointment.get_or_none(id=dialog.appointment_id) if dialog else None
    return missed is not None and missed.status is not AppointmentStatus.NO_SHOW
