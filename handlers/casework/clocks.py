"""The clocks of a complaint as timers: read from the stored instants, set anew at each change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

from dialogs.timing.complaints import DEFAULT_COMPLAINT_CLOCKS, complaint_due
from dialogs.timing.spans import local, moment
from handlers.desk import Desk
from handlers.timers import DueKind, Timer, drop_timers, set_timer, set_timers
from models.complaint import (
    Complaint,
    ComplaintClosing,
    ComplaintEntry,
    ComplaintEvent,
    ComplaintState,
)

SILENT: Final = timedelta(hours=2)
SILENT_URGENT: Final = timedelta(minutes=15)
UNANSWERED: Final = timedelta(days=7)
RATED_AT: Final = time(9, 30)
NOT_RATED: Final = (ComplaintClosing.WITHDRAWN, ComplaintClosing.DUPLICATE)
# occurrence of a second contact that is wanted, with the place of the patient's word
AGAIN: Final = "again:"
WITHDRAWN: Final = "withdrawn"
# states in which a result is still to be found
BEFORE_RESULT: Final = (
    ComplaintState.RECEIVED,
    ComplaintState.INVESTIGATING,
    ComplaintState.NEGOTIATING,
    ComplaintState.CARRYING_OUT,
)


def start_clocks(complaint: Complaint, desk: Desk, at: datetime) -> None:
    """Compute both clocks, once, from receipt or from a reopening; `joint` and `urgent` stand."""
    due = complaint_due(
        at, desk.calendar, desk.staffed_hours, urgent=complaint.urgent, joint=complaint.joint
    )
    complaint.contact_due_at, complaint.result_due_at = due.contact, due.result
    complaint.legal_due_at = due.legal


def promised_until(complaint: Complaint) -> datetime:
    """Return until when the patient was promised a result: the later day, if one was told."""
    return complaint.interim_until or complaint.result_due_at


def waits_for_result(complaint: Complaint) -> bool:
    """Tell whether there is no result yet; a grave case wants one, taken back or not."""
    return complaint.state in BEFORE_RESULT and complaint.answered_at is None


def waits_for_contact(complaint: Complaint) -> bool:
    """Tell whether nobody has spoken with the patient, who still wants it."""
    silent = complaint.contacted_at is None and complaint.patient_answer != WITHDRAWN
    return silent and waits_for_result(complaint)


async def renew_timers(complaint: Complaint, desk: Desk, now: datetime) -> None:
    """Set the timers of the row's present version; those of an older one are called off.

    The caller has raised and saved the version. What was told once is not told again: a post is
    named by the instant it is about.
    """
    await drop_timers(complaint.id, now, "version")
    timers = [*_before_contact(complaint, desk), *_before_result(complaint)]
    timers += [*_after_closing(complaint), *_in_hand(complaint, desk)]
    if waits_for_answer(complaint):
        told = await last_of(complaint, ComplaintEvent.ANSWERED)
        if told is not None:
            timers.append(_timer(complaint, DueKind.CLOSE_UNANSWERED, told.at + UNANSWERED))
    timers += await _again(complaint, desk)
    await set_timers(timers)


async def watch_claim(complaint: Complaint, now: datetime) -> None:
    """See to it that a claim is looked at; a quiet hour off duty only puts that off."""
    at = now + (SILENT_URGENT if complaint.urgent else SILENT)
    await set_timer(_silence(complaint, at))


def silent_at(complaint: Complaint, desk: Desk) -> datetime | None:
    """Return when a claim nothing is heard of goes back; None where nobody has the case."""
    if complaint.claimed_at is None:
        return None
    if complaint.urgent:
        return complaint.claimed_at + SILENT_URGENT
    return desk.staffed_hours.add(complaint.claimed_at, SILENT, desk.calendar)


async def last_of(complaint: Complaint, *events: ComplaintEvent) -> ComplaintEntry | None:
    """Return the last line of the history of these kinds."""
    lines = ComplaintEntry.filter(complaint_id=complaint.id, event__in=events)
    return await lines.order_by("-position").first()


def waits_for_answer(complaint: Complaint) -> bool:
    """Tell whether the result is before the patient, who has said nothing to it.

    One taken back answers nothing either: a grave case is still there to be ended by a person.
    """
    unanswered = complaint.patient_answer in ("", WITHDRAWN)
    return complaint.state is ComplaintState.ANSWERED and unanswered


def _before_contact(complaint: Complaint, desk: Desk) -> Iterator[Timer]:
    if not waits_for_contact(complaint):
        return
    due = complaint.contact_due_at
    warned = _contact_warning(complaint, desk)
    yield _timer(complaint, DueKind.WARN_CONTACT, warned, stops_at=due)
    yield _timer(complaint, DueKind.CONTACT_OVERDUE, due)


def _contact_warning(complaint: Complaint, desk: Desk) -> datetime:
    """One staffed hour before; half the time of an urgent one."""
    clocks = DEFAULT_COMPLAINT_CLOCKS
    if complaint.urgent:
        return complaint.contact_due_at - clocks.urgent / 2
    begun = complaint.reopened_at or complaint.received_at
    shorter = clocks.contact - clocks.warn_of_contact
    return desk.staffed_hours.add(begun, shorter, desk.calendar)


def _before_result(complaint: Complaint) -> Iterator[Timer]:
    if not waits_for_result(complaint):
        return
    result = promised_until(complaint)
    warned = result - DEFAULT_COMPLAINT_CLOCKS.warn_of_result
    yield _timer(complaint, DueKind.WARN_RESULT, warned, stops_at=result)
    yield _timer(complaint, DueKind.RESULT_OVERDUE, result)
    yield _timer(complaint, DueKind.LEGAL_OVERDUE, complaint.legal_due_at)


def _in_hand(complaint: Complaint, desk: Desk) -> Iterator[Timer]:
    silent = silent_at(complaint, desk)
    if silent is not None and complaint.state in BEFORE_RESULT:
        yield _silence(complaint, silent)


async def _again(complaint: Complaint, desk: Desk) -> list[Timer]:
    """A patient who does not accept the result, or wants a call, is spoken with again."""
    wanted = await wants_contact_again(complaint)
    if wanted is None:
        return []
    at = desk.staffed_hours.add(wanted.at, DEFAULT_COMPLAINT_CLOCKS.contact, desk.calendar)
    return [_timer(complaint, DueKind.CONTACT_OVERDUE, at, f"{AGAIN}{wanted.position}")]


async def wants_contact_again(complaint: Complaint) -> ComplaintEntry | None:
    """Return the patient's word against the result that nobody has taken up with the patient."""
    if complaint.state not in BEFORE_RESULT or complaint.answered_at is None:
        return None
    last = await last_of(
        complaint,
        ComplaintEvent.REFUSED,
        ComplaintEvent.CALL_WANTED,
        ComplaintEvent.CONTACTED,
        ComplaintEvent.WITHDRAWN,
    )
    asked = (ComplaintEvent.REFUSED, ComplaintEvent.CALL_WANTED)
    return last if last is not None and last.event in asked else None


def _after_closing(complaint: Complaint) -> Iterator[Timer]:
    """Ask on the next day how satisfied the patient is (R140)."""
    if complaint.closed_at is None or complaint.closing in NOT_RATED:
        return
    if complaint.satisfaction is None:
        day = local(complaint.closed_at).date() + timedelta(days=1)
        yield _timer(complaint, DueKind.COMPLAINT_RATE, moment(day, RATED_AT))


def _silence(complaint: Complaint, at: datetime) -> Timer:
    """Named by the claim and by when it is looked at, so that it can be put off."""
    claimed = complaint.claimed_at.isoformat() if complaint.claimed_at else ""
    return _timer(complaint, DueKind.RETURN_COMPLAINT, at, f"{claimed}/{at.isoformat()}")


def _timer(
    complaint: Complaint,
    kind: DueKind,
    at: datetime,
    occurrence: str = "",
    stops_at: datetime | None = None,
) -> Timer:
    return Timer(kind, complaint.id, at, occurrence, complaint.version, stops_at)
