"""Doing what the booking desk's talk decided; each deed answers with what came of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from dialogs.appointments.actions import (
    AcceptSubstitute,
    Action,
    AskHospital,
    Book,
    Cancel,
    ComeLate,
    Confirm,
    Find,
    FindHours,
    FindWaiting,
    HandOver,
    KeepConsent,
    LetGo,
    Move,
    NoteElsewhere,
    PassFreed,
    RemindAgain,
    Seen,
    TakeFreed,
    Wait,
    WithdrawRequest,
)
from dialogs.appointments.events import Event, Prompt, Refused, Waits, WhyNot
from handlers.appointments.acting import Carrying
from handlers.appointments.changing import change, take_freed
from handlers.appointments.consents import keep_reminder_consent
from handlers.appointments.handing import hand_over
from handlers.appointments.hours import find_hours
from handlers.appointments.waits import find_waiting
from handlers.booking import arrivals, confirmations, places, requests, search, waiting


async def carry(on: Carrying, action: Action) -> Event | None:
    """Do one thing; the event says what came of it, None where nothing needs to be said."""
    match action:
        case Find() | FindHours() | FindWaiting():
            return await _find(on, action)
        case LetGo():
            await places.let_go(on.conversation.id)
        case Book() | Move() | Cancel() | AskHospital():
            return await change(on, action)
        case Wait(search=wanted):
            done = await waiting.join(on.desk, wanted, on.conversation.id, on.now)
            return Refused(on.now, done) if isinstance(done, WhyNot) else Waits(on.now)
        case TakeFreed(entry=entry):
            return await take_freed(on, UUID(entry))
        case HandOver():
            return await hand_over(on, action)
        case _:
            await _note(on, action)
    return None


async def _find(on: Carrying, action: Find | FindHours | FindWaiting) -> Event:
    match action:
        case Find(search=wanted):
            return await search.find_slots(on.desk, wanted, on.conversation.id, on.now)
        case FindHours(clinic=clinic, doctor=doctor):
            return await find_hours(clinic, doctor, on.now)
        case FindWaiting():
            return await find_waiting(on)


async def _note(on: Carrying, action: Action) -> None:
    match action:
        case Confirm() | Seen() | ComeLate() | AcceptSubstitute():
            await _promise(on, action)
        case WithdrawRequest(visit=""):
            await requests.withdraw_booking(on.conversation.id, on.now)
        case WithdrawRequest(visit=visit):
            await requests.withdraw(UUID(visit), on.now)
        case PassFreed(entry=entry, leave=leave):
            await waiting.pass_on(on.desk, UUID(entry), on.now, leave=leave)
        case RemindAgain() | NoteElsewhere():
            await _about_review(action, on.now)
        case KeepConsent(patient=patient, granted=granted):
            await _keep_consent(on, UUID(patient), granted=granted)


async def _promise(on: Carrying, action: Confirm | Seen | ComeLate | AcceptSubstitute) -> None:
    visit = UUID(action.visit)
    match action:
        case Confirm():
            await confirmations.confirm(visit, on.actor, on.now)
        case Seen():
            await confirmations.note_seen(visit, on.actor, on.now)
        case ComeLate():
            await arrivals.note_on_the_way(on.desk, visit, on.actor, on.now)
        case AcceptSubstitute():
            await confirmations.accept_substitute(visit, on.actor, on.now)


async def _about_review(action: RemindAgain | NoteElsewhere, now: datetime) -> None:
    """Put a review off, or take it as done elsewhere."""
    from handlers.reminders import recall, reviews  # noqa: PLC0415 - they prompt, and talk in turn

    if isinstance(action, NoteElsewhere):
        await recall.note_reviewed_elsewhere(UUID(action.patient), now)
        return
    patient_id = UUID(action.patient)
    await reviews.remind_again_at(Prompt(action.prompt), patient_id, action.clinic, action.at)


async def _keep_consent(on: Carrying, patient_id: UUID, *, granted: bool) -> None:
    point = on.contact_point
    await keep_reminder_consent(
        patient_id, point.respondent_id, point.system.value, on.now, granted=granted
    )
