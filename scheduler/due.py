"""Claiming due rows and giving each to its use case, one unit of work each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Final

import structlog

from handlers import (
    distribution,
    emergency,
    human_talk_ending,
    human_talk_silence,
    pausing,
    rounds,
    silence,
)
from handlers.booking import deaths, session_chase, telling, weekly
from handlers.casework import rating
from handlers.casework import warnings as complaint_clocks
from handlers.complaints import prompting
from handlers.desk import Desk
from handlers.reminders import (
    breach_notices,
    calls,
    day_lists,
    days,
    doctors_day,
    holds,
    lateness,
    messages,
    no_show_answers,
    no_shows,
    reviews,
)
from handlers.reports import follow_up_issue
from handlers.room import digests, handover
from handlers.timers import DueKind, claim_due, finish
from handlers.verification_asking import ask_if_contacted, draw_sample, end_verification
from handlers.waiting import begin_waiting
from handlers.welcome import greet_at_home
from models.timetable import Due
from models.unit import unit_of_work

BATCH: Final = 100
_USE_CASES: Final[Mapping[str, Callable[[Desk, Due, datetime], Awaitable[str]]]] = {
    DueKind.BEGIN_ROUND: rounds.begin_round,
    DueKind.REPEAT_ROUND: rounds.repeat_round,
    DueKind.CALL_ROUND: rounds.call_round,
    DueKind.END_ROUND: rounds.end_round,
    DueKind.RESUME_DIALOG: rounds.resume_dialog,
    DueKind.RESUME_PLAN: pausing.resume_plan,
    DueKind.GREET: greet_at_home,
    DueKind.BEGIN_WAITING: begin_waiting,
    DueKind.CONFIRM_BOOKING: messages.confirm_booking,
    DueKind.ASK_TO_CONFIRM: messages.ask_to_confirm,
    DueKind.REMIND_OF_TOMORROW: messages.remind_of_tomorrow,
    DueKind.REMIND_IN_THE_EVENING: messages.remind_in_the_evening,
    DueKind.REMIND_OF_TODAY: messages.remind_of_today,
    DueKind.CALL_KEY_PATIENT: calls.call_key_patient,
    DueKind.CALL_ABOUT_MEDICINES: calls.call_about_medicines,
    DueKind.TELL_LATE: lateness.tell_late,
    DueKind.RELEASE_PLACE: lateness.release_place,
    DueKind.CONTACT_NO_SHOW: no_shows.contact_no_show,
    DueKind.ASK_NO_SHOW: no_shows.ask_no_show,
    DueKind.CALL_NO_SHOW: no_show_answers.call_no_show,
    DueKind.END_NO_SHOW: no_show_answers.end_no_show,
    DueKind.TELL_SUSPENSION: breach_notices.tell_suspension,
    DueKind.OFFER_PLACE: telling.tell_offer,
    DueKind.LAPSE_OFFER: telling.lapse_offer,
    DueKind.LAPSE_HOLD: holds.lapse_hold,
    DueKind.LAPSE_COMPLAINT: prompting.lapse_complaint,
    DueKind.CLEAR_AFTER_DEATH: deaths.clear_after_death,
    DueKind.REMIND_OF_REVIEW: reviews.remind_of_review,
    DueKind.REMIND_AGAIN: reviews.remind_again,
    DueKind.RETURN_ALERT: silence.return_alert,
    DueKind.EMERGENCY_CONTACT: emergency.name_emergency_contact,
    DueKind.TALK_SILENT: human_talk_silence.return_silent,
    DueKind.TALK_OVER: human_talk_ending.end_over,
    DueKind.POST_HANDOVER: handover.post_handover,
    DueKind.POST_DIGEST: digests.post_digest,
    DueKind.DISTRIBUTE: distribution.distribute,
    DueKind.BEGIN_DAY: days.begin_day,
    DueKind.LIST_DOCTORS_DAY: doctors_day.list_doctors_day,
    DueKind.FREEZE_DAY_LIST: day_lists.freeze_day_list,
    DueKind.SEND_DAY_LIST: day_lists.send_day_list,
    DueKind.TELL_DELTA: day_lists.tell_delta,
    DueKind.REPORT_WEEK: weekly.report_week,
    DueKind.REPORT_MONTH: follow_up_issue.report_month,
    DueKind.DRAW_SAMPLE: draw_sample,
    DueKind.ASK_IF_CONTACTED: ask_if_contacted,
    DueKind.END_VERIFICATION: end_verification,
    DueKind.CHASE_SESSION_CHANGE: session_chase.chase_session_change,
    DueKind.CLOSE_STOPPED_SESSION: session_chase.close_stopped_session,
    DueKind.WARN_CONTACT: complaint_clocks.warn_contact,
    DueKind.CONTACT_OVERDUE: complaint_clocks.contact_overdue,
    DueKind.WARN_RESULT: complaint_clocks.warn_result,
    DueKind.RESULT_OVERDUE: complaint_clocks.result_overdue,
    DueKind.LEGAL_OVERDUE: complaint_clocks.legal_overdue,
    DueKind.RETURN_COMPLAINT: complaint_clocks.return_silent,
    DueKind.CLOSE_UNANSWERED: complaint_clocks.close_unanswered,
    DueKind.COMPLAINT_RATE: rating.ask_to_rate,
}
_log = structlog.get_logger()


async def run_due(desk: Desk, now: datetime, *, limit: int = BATCH) -> int:
    """Do everything that is due; returns how many rows were dealt with.

    A row that fails stays claimed until its lease ends and is tried again, three times at most.
    """
    done = 0
    while rows := await claim_due(now, limit):
        for row in rows:
            done += await _run(desk, row, now)
    return done


async def _run(desk: Desk, row: Due, now: datetime) -> int:
    async def work() -> None:
        late = row.stops_at is not None and row.stops_at < now
        result = "too late" if late else await _USE_CASES[row.kind](desk, row, now)
        await finish(row.id, result, now)

    try:
        await unit_of_work(work)
    except Exception as fault:  # noqa: BLE001 - one bad row must not stop the others
        _log.error("due_failed", kind=row.kind, due_id=str(row.id), fault=type(fault).__name__)
        return 0
    return 1
