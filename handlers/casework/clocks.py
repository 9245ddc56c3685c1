"""The clocks of a complaint as timers: read from the stored instants, set anew at each change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from dialogs.timing.complaints import DEFAULT_COMPLAINT_CLOCKS, complaint_due
from handlers.desk import Desk
from handlers.timers import DueKind, Timer, drop_timers, set_timers
from models.complaint import Complaint, ComplaintEntry, ComplaintEvent, ComplaintState

SILENT: Final = timedelta(hours=2)
SILENT_URGENT: Final = timedelta(minutes=15)
UNANSWERED: Final = timedelta(days=7)
WITHDRAWN: Final = "withdrawn"
# states in which the patient still waits for a result
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
    """Tell whether the patient waits for a first result, and has not taken the complaint back."""
    waiting = complaint.state in BEFORE_RESULT and complaint.answered_at is None
    return waiting and complaint.patient_answer != WITHDRAWN


async def renew_timers(complaint: Complaint, desk: Desk, now: datetime) -> None:
    """Set the timers of the row's present version; those of an older one are called off.

    The caller has raised and saved the version. What was told once is not told again: a post is
    named by the instant it is about.
    """
    await drop_timers(complaint.id, now, "version")
    timers = [*_before_contact(complaint, desk), *_before_result(complaint)]
    timers += _in_hand(complaint, desk)
    if complaint.state is ComplaintState.ANSWERED and not complaint.patient_answer:
        told = await _told_at(complaint)
        timers.append(_timer(complaint, DueKind.CLOSE_UNANSWERED, told + UNANSWERED))
    await set_timers(timers)


def _before_contact(complaint: Complaint, desk: Desk) -> Iterator[Timer]:
    if complaint.contacted_at is not None or not waits_for_result(complaint):
        return
    yield _timer(complaint, DueKind.WARN_CONTACT, _contact_warning(complaint, desk))
    yield _timer(complaint, DueKind.CONTACT_OVERDUE, complaint.contact_due_at)


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
    yield _timer(complaint, DueKind.WARN_RESULT, result - DEFAULT_COMPLAINT_CLOCKS.warn_of_result)
    yield _timer(complaint, DueKind.RESULT_OVERDUE, result)
    yield _timer(complaint, DueKind.LEGAL_OVERDUE, complaint.legal_due_at)


def _in_hand(complaint: Complaint, desk: Desk) -> Iterator[Timer]:
    if complaint.claimed_at is None or complaint.state not in BEFORE_RESULT:
        return
    if complaint.urgent:
        silent = complaint.claimed_at + SILENT_URGENT
    else:
        silent = desk.staffed_hours.add(complaint.claimed_at, SILENT, desk.calendar)
    yield _timer(complaint, DueKind.RETURN_COMPLAINT, silent)


def _timer(complaint: Complaint, kind: DueKind, at: datetime) -> Timer:
    return Timer(kind, complaint.id, at, version=complaint.version)


async def _told_at(complaint: Complaint) -> datetime:
    told = ComplaintEntry.filter(complaint_id=complaint.id, event=ComplaintEvent.ANSWERED)
    last = await told.order_by("-position").first()
    return last.at if last else complaint.received_at
