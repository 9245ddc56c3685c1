"""A plan is paused: nothing is sent until it goes on; the clock of its rounds runs (R022)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from dialogs.state import from_json, to_json
from dialogs.taking_over import put_aside
from dialogs.timing.spans import local, moment
from handlers.desk import Desk
from handlers.plans import set_timers
from handlers.tasks import OPEN, PhoneReason, to_phone_list
from handlers.timers import DueKind, Timer, drop_timers, set_timer
from models.audit import append_entry
from models.care import FollowUpPlan, FollowUpTask, PlanStatus, TaskStatus
from models.conversation import Dialog, DialogStatus
from models.hospital import StaffMember
from models.timetable import Due
from models.unit import lock_row, unit_of_work

LONGEST: Final = timedelta(days=92)
_A_DAY: Final = timedelta(days=1)
_GOES_ON_AT: Final = time(8)
_TALKING: Final = (DialogStatus.ACTIVE, DialogStatus.WAITING, DialogStatus.PAUSED)


class PauseReason(StrEnum):
    """Why a plan is paused; the words are in console.toml."""

    ASKED = "asked"
    AWAY = "away"
    CARED_FOR_ELSEWHERE = "cared_for_elsewhere"
    COMPLAINT = "complaint"
    GRIEF = "grief"
    TO_BE_SETTLED = "to_be_settled"


class PauseFault(StrEnum):
    """Why a plan was not paused or did not go on; the words are among console.toml's refusals."""

    NOT_RUNNING = "plan_not_running"
    NOT_PAUSED = "plan_not_paused"
    BAD_DAY = "pause_day"


async def pause(
    plan_id: UUID, reason: PauseReason, until: date | None, staff: StaffMember, now: datetime
) -> PauseFault | None:
    """Pause a plan until the morning of a day, or until somebody lets it go on; None when done.

    What waits to be sent is taken back: its task has another version now.
    """
    today = local(now).date()
    if until is not None and not today < until <= today + LONGEST:
        return PauseFault.BAD_DAY

    async def work() -> PauseFault | None:
        plan = await lock_row(await FollowUpPlan.get(id=plan_id))
        if plan.status is not PlanStatus.ACTIVE:
            return PauseFault.NOT_RUNNING
        plan.status, plan.pause_reason, plan.paused_until = PlanStatus.PAUSED, reason.value, until
        await plan.save(update_fields=["status", "pause_reason", "paused_until"])
        for task in await FollowUpTask.filter(plan_id=plan.id, status__in=OPEN):
            await _call_off(task, now)
        if until is not None:
            await set_timer(_goes_on(plan, until, now))
        await _note(plan, "plan.paused", staff, reason.value, now)
        return None

    return await unit_of_work(work)


async def resume(
    plan_id: UUID, staff: StaffMember | None, now: datetime, desk: Desk
) -> PauseFault | None:
    """Let a plan go on; what passed its deadline meanwhile is the ward's to call at once."""

    async def work() -> PauseFault | None:
        plan = await lock_row(await FollowUpPlan.get(id=plan_id))
        if plan.status is not PlanStatus.PAUSED:
            return PauseFault.NOT_PAUSED
        plan.status, plan.pause_reason, plan.paused_until = PlanStatus.ACTIVE, "", None
        await plan.save(update_fields=["status", "pause_reason", "paused_until"])
        await drop_timers(plan.id, now, "resumed")
        for task in await FollowUpTask.filter(plan_id=plan.id, status__in=OPEN):
            await _take_up(desk, task, now)
        await _note(plan, "plan.resumed", staff, "", now)
        return None

    return await unit_of_work(work)


async def resume_plan(desk: Desk, due: Due, now: datetime) -> str:
    """The day has come until which a plan was paused."""
    fault = await resume(due.subject, None, now, desk)
    return fault.value if fault else "resumed"


def _goes_on(plan: FollowUpPlan, until: date, now: datetime) -> Timer:
    at = moment(until, _GOES_ON_AT)
    return Timer(DueKind.RESUME_PLAN, plan.id, at, f"{now.isoformat()}")


async def _call_off(task: FollowUpTask, now: datetime) -> None:
    """Call off what is to happen to a task; words of the patient still reach their dialog."""
    task.version += 1
    await task.save(update_fields=["version"])
    await drop_timers(task.id, now, "paused")
    for dialog in await Dialog.filter(task_id=task.id, status__in=_TALKING):
        await drop_timers(dialog.id, now, "paused")
        await Dialog.filter(id=dialog.id).update(status=DialogStatus.PAUSED)


async def _take_up(desk: Desk, task: FollowUpTask, now: datetime) -> None:
    """Begin what has not begun, ask again what was being asked, end what is over."""
    if task.status is TaskStatus.PHONE_LIST:
        return
    if task.status is TaskStatus.PLANNED or task.deadline_at <= now:
        await set_timers([task], now)
        return
    dialog = await Dialog.filter(task_id=task.id, status__in=_TALKING).first()
    if dialog is None:
        await to_phone_list(task, PhoneReason.NO_ANSWER, now)
        return
    if dialog.status is DialogStatus.PAUSED:
        await _open_anew(dialog)
    hours, calendar = desk.hours, desk.calendar
    again = hours.next_allowed(now, elderly=False, clinical=True, calendar=calendar)
    call = hours.next_allowed(again + _A_DAY, elderly=False, clinical=True, calendar=calendar)
    await set_timer(_of(task, DueKind.REPEAT_ROUND, again))
    if call < task.deadline_at:
        await set_timer(_of(task, DueKind.CALL_ROUND, call))
    await set_timer(_of(task, DueKind.END_ROUND, task.deadline_at))


async def _open_anew(dialog: Dialog) -> None:
    """Let a talk that was paused open again; what was answered is kept."""
    dialog.state = to_json(put_aside(from_json(dialog.state)))
    dialog.status, dialog.asked_at = DialogStatus.WAITING, None
    await dialog.save(update_fields=["state", "status", "asked_at"])


def _of(task: FollowUpTask, kind: DueKind, at: datetime) -> Timer:
    return Timer(kind, task.id, at, "resumed", task.version)


async def _note(
    plan: FollowUpPlan, action: str, staff: StaffMember | None, reason: str, now: datetime
) -> None:
    await append_entry(
        now,
        staff.username if staff else "system",
        action,
        subject_type="follow_up_plan",
        subject=plan.id,
        reason=reason,
    )
