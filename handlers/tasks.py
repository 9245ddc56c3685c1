"""The ways of one round: to the phone list, to its end; nothing leaves without a reason (R034)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from dialogs.actions import Outcome
from dialogs.endings import DECEASED
from handlers.distribution import give_out
from handlers.timers import drop_timers
from models.care import FollowUpPlan, FollowUpTask, PlanStatus, TaskStatus
from models.conversation import Dialog, DialogStatus

OPEN: Final = (
    TaskStatus.PLANNED,
    TaskStatus.CONTACTING,
    TaskStatus.ANSWERING,
    TaskStatus.PHONE_LIST,
)


# what has neither ended nor been stopped; a paused plan is stopped like any other
RUNNING: Final = (PlanStatus.ACTIVE, PlanStatus.WAITING_RELEASE, PlanStatus.PAUSED)


class PhoneReason(StrEnum):
    """Why a person has to call."""

    NO_PHONE = "no_phone"
    UNPROVEN = "unproven"
    UNOPENED_SLIP = "unopened_slip"
    LOCKED_SLIP = "locked_slip"
    WRONG_NUMBER = "wrong_number"
    NO_ANSWER = "no_answer"
    NO_CONSENT = "no_consent"
    HUMAN = "human"
    DANGER = "danger"
    DEATH_UNCLEAR = "death_unclear"
    ELDERLY_ROUND = "elderly_round"
    TRANSFERRED = "transferred"
    DEADLINE = "deadline"
    HIGH_RISK_SILENT = "high_risk_silent"
    BY_PHONE = "by_phone"
    NO_RELATIVE = "no_relative"
    UNRELEASED = "unreleased"
    NOT_IN_PLAN = "not_in_plan"
    NO_HOURS = "no_hours"
    UNAPPROVED = "unapproved"
    FAMILY_ONLY = "family_only"
    CALL_LATER = "call_later"
    UNSENT = "unsent"
    NEVER_SENT = "never_sent"
    HOME_VISIT = "home_visit"


async def to_phone_list(task: FollowUpTask, reason: PhoneReason, now: datetime) -> None:
    """Put a round before the ward; a graver reason replaces a lesser one, an end stays an end."""
    if task.status not in OPEN:
        return
    if task.status is TaskStatus.PHONE_LIST and reason is PhoneReason.NO_ANSWER:
        return
    task.status = TaskStatus.PHONE_LIST
    task.phone_reason = reason.value
    await task.save(update_fields=["status", "phone_reason"])
    await drop_timers(task.id, now, f"phone list: {reason}")
    await give_out(task.id, now)


async def complete_task(task: FollowUpTask, outcome: str, now: datetime) -> None:
    """End a round that has its answers."""
    await _end(task, TaskStatus.COMPLETED, outcome, "", now)


async def close_task(task: FollowUpTask, outcome: str, reason: str, now: datetime) -> None:
    """End a round without answers, with its reason code (content section 7)."""
    await _end(task, TaskStatus.CLOSED, outcome, reason, now)


async def _end(
    task: FollowUpTask, status: TaskStatus, outcome: str, reason: str, now: datetime
) -> None:
    if task.status not in OPEN:
        return
    task.status, task.outcome, task.reason, task.closed_at = status, outcome, reason, now
    await task.save(update_fields=["status", "outcome", "reason", "closed_at"])
    await drop_timers(task.id, now, outcome)
    await _end_plan(task)


async def _end_plan(task: FollowUpTask) -> None:
    left = await FollowUpTask.filter(plan_id=task.plan_id, status__in=OPEN).exists()
    if not left:
        await FollowUpPlan.filter(id=task.plan_id, status=PlanStatus.ACTIVE).update(
            status=PlanStatus.COMPLETED
        )


async def _end_talk(task: FollowUpTask, reason: str, now: datetime) -> None:
    """End what a stopped round was still asking; after a death nothing is said any more."""
    outcome = Outcome.DECEASED if reason == DECEASED else Outcome.EXPIRED
    talking = (DialogStatus.ACTIVE, DialogStatus.WAITING, DialogStatus.PAUSED)
    await Dialog.filter(task_id=task.id, status__in=talking).update(
        status=DialogStatus.CLOSED, outcome=outcome.value, closed_at=now
    )


async def stop_plan(plan: FollowUpPlan, reason: str, now: datetime) -> None:
    """Stop everything a plan would still do, and say why (R055)."""
    if plan.status in (PlanStatus.STOPPED, PlanStatus.COMPLETED):
        return
    for task in await FollowUpTask.filter(plan_id=plan.id, status__in=OPEN):
        await close_task(task, "stopped", reason, now)
        await _end_talk(task, reason, now)
    plan.status, plan.stop_reason = PlanStatus.STOPPED, reason
    await plan.save(update_fields=["status", "stop_reason"])
