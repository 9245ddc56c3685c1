"""Whether and when a respondent may be written to again."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dialogs.actions import AllowContact, NarrowStop, StopContact
from dialogs.endings import DECEASED, OPTED_OUT, WRONG_NUMBER
from handlers import opting_out
from handlers.booking.deaths import note_in_book
from handlers.matters import Matter
from handlers.tasks import RUNNING, stop_plan
from handlers.timers import DueKind, Timer, set_timer
from models.care import FollowUpPlan
from models.conversation import Outgoing, OutgoingPurpose, OutgoingStatus
from models.people import ContactStatus, Patient

ENDED_RANK: Final = 9


async def remind(matter: Matter, at: datetime) -> None:
    """Open the dialog again when the patient asked for it: the chosen time wins over our hours.

    It stays within the round's deadline, and outside the hours in which nobody is written to.
    """
    if matter.dialog is None:
        return
    hours, calendar = matter.desk.hours, matter.desk.calendar
    when = hours.next_allowed(
        at, elderly=False, clinical=True, calendar=calendar, chosen_by_patient=True
    )
    limit = matter.task.deadline_at if matter.task else None
    occurrence = str(matter.state.turn)
    await set_timer(
        Timer(DueKind.RESUME_DIALOG, matter.dialog.id, when, occurrence, stops_at=limit)
    )


async def decide(matter: Matter, action: StopContact | NarrowStop | AllowContact) -> None:
    """Carry out what was decided about writing to a respondent."""
    match action:
        case StopContact(reason=reason):
            await stop(matter, reason)
        case NarrowStop(scope=scope):
            await opting_out.narrow(matter, scope)
        case AllowContact():
            await opting_out.allow(matter)


async def stop(matter: Matter, reason: str) -> None:
    """Stop writing: a wrong number, an opt-out, a refusal, a death."""
    contact = matter.contact_point
    if reason == WRONG_NUMBER:
        contact.wrong_at, contact.status = matter.now, ContactStatus.WRONG_NUMBER
        await contact.save(update_fields=["wrong_at", "status"])
    elif reason == OPTED_OUT:
        await opting_out.stop_everything(matter)
    elif reason == DECEASED and matter.state.outcome == "deceased":
        await _note_death(matter)
    if reason != WRONG_NUMBER:
        await _stop_plans(matter, reason)
    await _suppress(matter, reason)


async def _note_death(matter: Matter) -> None:
    """Only a clear word sets the flag; only a person can take it back."""
    await Patient.filter(id=matter.patient_id, deceased_at__isnull=True).update(
        deceased_at=matter.now, deceased_by="message"
    )
    if matter.patient_id is not None:
        await note_in_book(matter.patient_id, matter.now)


async def _stop_plans(matter: Matter, reason: str) -> None:
    unclear = reason == DECEASED and matter.state.outcome != "deceased"
    if unclear:
        return
    about = [matter.patient_id] if matter.patient_id else []
    patients = await opting_out.answered_for(matter) if reason == OPTED_OUT else about
    plans = FollowUpPlan.filter(
        encounter__patient_id__in=patients,
        status__in=RUNNING,
    )
    for plan in await plans:
        await stop_plan(plan, reason, matter.now)


async def _suppress(matter: Matter, reason: str) -> None:
    """Take back what we would have started; replies and safety texts still go."""
    waiting = Outgoing.filter(
        conversation_id=matter.conversation.id,
        purpose=OutgoingPurpose.INITIATED,
        status__in=(OutgoingStatus.PLANNED, OutgoingStatus.QUEUED),
    )
    await waiting.update(status=OutgoingStatus.SUPPRESSED, rank=ENDED_RANK, reason=reason)
