"""Due rows: what is to happen at an instant, once, whoever is running then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from tortoise.expressions import F, Q

from models.once import insert_once
from models.timetable import Due, DueStatus
from models.unit import lock, unit_of_work

LEASE: Final = timedelta(seconds=60)
_TRIES: Final = 3


class DueKind(StrEnum):
    """What can fall due."""

    BEGIN_ROUND = "begin_round"
    REPEAT_ROUND = "repeat_round"
    CALL_ROUND = "call_round"
    END_ROUND = "end_round"
    RESUME_DIALOG = "resume_dialog"
    RESUME_PLAN = "resume_plan"
    GREET = "greet"
    BEGIN_WAITING = "begin_waiting"
    CONFIRM_BOOKING = "confirm_booking"
    ASK_TO_CONFIRM = "ask_to_confirm"
    CALL_KEY_PATIENT = "call_key_patient"
    REMIND_OF_TOMORROW = "remind_of_tomorrow"
    REMIND_IN_THE_EVENING = "remind_in_the_evening"
    REMIND_OF_TODAY = "remind_of_today"
    TELL_LATE = "tell_late"
    RELEASE_PLACE = "release_place"
    CONTACT_NO_SHOW = "contact_no_show"
    ASK_NO_SHOW = "ask_no_show"
    CALL_NO_SHOW = "call_no_show"
    END_NO_SHOW = "end_no_show"
    TELL_SUSPENSION = "tell_suspension"
    REMIND_OF_REVIEW = "remind_of_review"
    REMIND_AGAIN = "remind_again"
    CALL_ABOUT_MEDICINES = "call_about_medicines"
    OFFER_PLACE = "offer_place"
    LAPSE_OFFER = "lapse_offer"
    LAPSE_HOLD = "lapse_hold"
    LAPSE_COMPLAINT = "lapse_complaint"
    CLEAR_AFTER_DEATH = "clear_after_death"
    RETURN_ALERT = "return_alert"
    EMERGENCY_CONTACT = "emergency_contact"
    POST_HANDOVER = "post_handover"
    POST_DIGEST = "post_digest"
    DISTRIBUTE = "distribute"
    TALK_SILENT = "talk_silent"
    TALK_OVER = "talk_over"
    BEGIN_DAY = "begin_day"
    LIST_DOCTORS_DAY = "list_doctors_day"
    FREEZE_DAY_LIST = "freeze_day_list"
    SEND_DAY_LIST = "send_day_list"
    TELL_DELTA = "tell_delta"
    REPORT_WEEK = "report_week"
    REPORT_MONTH = "report_month"
    DRAW_SAMPLE = "draw_sample"
    ASK_IF_CONTACTED = "ask_if_contacted"
    END_VERIFICATION = "end_verification"
    CHASE_SESSION_CHANGE = "chase_session_change"
    CLOSE_STOPPED_SESSION = "close_stopped_session"
    WARN_CONTACT = "warn_contact"
    CONTACT_OVERDUE = "contact_overdue"
    WARN_RESULT = "warn_result"
    RESULT_OVERDUE = "result_overdue"
    LEGAL_OVERDUE = "legal_overdue"
    RETURN_COMPLAINT = "return_complaint"
    CLOSE_UNANSWERED = "close_unanswered"
    COMPLAINT_RATE = "complaint_rate"


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer to be set: `key` names the occurrence, `stops_at` when it is no longer worth it."""

    kind: DueKind
    subject: UUID
    at: datetime
    occurrence: str = ""
    version: int = 1
    stops_at: datetime | None = None

    @property
    def key(self) -> str:
        """Unique name of this occurrence."""
        return f"{self.kind}:{self.subject}:{self.version}:{self.occurrence}"


def occurrence_of(due: Due) -> str:
    """Return the occurrence a row was set with."""
    return due.key.split(":", 3)[3]


async def set_timer(timer: Timer) -> bool:
    """Set a timer; False when the same occurrence was set before."""
    return await insert_once(_row(timer))


async def set_timers(timers: Iterable[Timer]) -> None:
    """Set several timers in one statement; those that were set before stay as they are."""
    rows = [_row(timer) for timer in timers]
    if rows:
        await Due.bulk_create(rows, ignore_conflicts=True)


def _row(timer: Timer) -> Due:
    return Due(
        kind=timer.kind.value,
        key=timer.key,
        subject=timer.subject,
        version=timer.version,
        due_at=timer.at,
        stops_at=timer.stops_at,
    )


async def claim_due(now: datetime, limit: int) -> list[Due]:
    """Take due rows for this process, oldest first; a lease that ran out is taken again.

    Attempts are counted when a row is claimed, so that one that kills its process is given up
    after three tries instead of killing every process for ever (F19). Where nothing is due, this
    is one read and no transaction: most ticks find nothing.
    """
    waiting = Q(status=DueStatus.PENDING, due_at__lte=now)
    lost = Q(status=DueStatus.CLAIMED, lease_until__lt=now)
    if not await Due.filter(waiting | lost).exists():
        return []
    return await unit_of_work(lambda: _claim(now, limit))


async def _claim(now: datetime, limit: int) -> list[Due]:
    await _recover(now)
    pending = Due.filter(status=DueStatus.PENDING, due_at__lte=now)
    rows = await lock(pending.order_by("due_at", "id").limit(limit), skip_locked=True)
    if rows:
        await Due.filter(id__in=[row.id for row in rows]).update(
            status=DueStatus.CLAIMED, lease_until=now + LEASE, attempts=F("attempts") + 1
        )
    for row in rows:
        row.attempts += 1
    return rows


async def _recover(now: datetime) -> None:
    lost = Due.filter(status=DueStatus.CLAIMED, lease_until__lt=now)
    if not await lost.exists():
        return
    await lost.filter(attempts__gte=_TRIES).update(
        status=DueStatus.SKIPPED, result="given up", done_at=now
    )
    await lost.filter(attempts__lt=_TRIES).update(status=DueStatus.PENDING)


async def finish(due_id: UUID, result: str, now: datetime) -> None:
    """Note that a row was dealt with, in the unit of work that dealt with it."""
    await Due.filter(id=due_id).update(
        status=DueStatus.DONE, result=result[:256], done_at=now, lease_until=None
    )


async def drop_timers(subject: UUID, now: datetime, why: str) -> int:
    """Call off everything that is still to happen to a subject."""
    waiting = Due.filter(subject=subject, status=DueStatus.PENDING)
    return await waiting.update(status=DueStatus.SKIPPED, result=why, done_at=now)


async def next_due(now: datetime) -> datetime | None:
    """Return the next instant at which a row falls due."""
    pending = Due.filter(status=DueStatus.PENDING).order_by("due_at")
    row = await pending.only("id", "due_at").first()
    return max(row.due_at, now) if row else None
