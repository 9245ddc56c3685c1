"""What is wrong at the end of the simulated quarter: stays without an end, figures that differ.

The count here shares no code with the product's figures: it goes from answers, accepted messages
and recorded calls, one row after the other. Of the plans it takes the days alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from benchmarks.quarter_scene import LACKING, LIST_LACKS_NUMBER
from handlers.reports.follow_up_figures import Share
from handlers.reports.follow_up_month import FollowUpMonth
from models.audit import AuditEntry
from models.care import Encounter, FollowUpPlan, FollowUpTask
from models.conversation import Dialog, Outgoing
from models.response import Answer, Response

if TYPE_CHECKING:
    from benchmarks.quarter_run import Quarter

_ZONE: Final = ZoneInfo("Asia/Shanghai")
_NO_ANSWERS: Final = ("who", "guard", "consent")
_TRIED: Final = ("reached", "no_answer", "busy", "wrong_number", "refused", "call_later")

_ENDED: Final = ("completed", "stopped")


@dataclass(frozen=True, slots=True)
class Raw:
    """What the database holds of contacts, by task: nothing of it is a figure."""

    tried: frozenset[UUID]
    reached: frozenset[UUID]
    completed: dict[UUID, datetime]


async def unclosed(quarter: Quarter) -> list[str]:
    """Name every stay that has neither an end of its plan nor a reason for none."""
    faults = [
        f"plan {plan.status}"
        for plan in await FollowUpPlan.all()
        if plan.status.value not in _ENDED
    ]
    tasks = await FollowUpTask.all()
    open_tasks = [t for t in tasks if t.status.value not in ("completed", "closed")]
    faults += [f"round {t.round} {t.status} {t.phone_reason}" for t in open_tasks]
    faults += ["closed without a reason" for t in tasks if t.status == "closed" and not t.reason]
    planned = set(await FollowUpPlan.all().values_list("encounter_id", flat=True))
    stays = await Encounter.all()
    faults += ["neither plan nor reason" for s in stays if s.id not in planned and not s.exclusion]
    expected = len(quarter.people) + len(quarter.second_stays)
    return faults + (["stays lost"] if len(stays) != expected else [])


async def compared(quarter: Quarter, month: str, report: FollowUpMonth) -> list[str]:
    """Compare M1 to M6 of a month with a count from the raw events."""
    first = date.fromisoformat(f"{month}-01")
    raw = await _raw()
    counted = await _counted(first, quarter.now, raw)
    figures = report.total.figures
    told = {
        "M1": figures.followed,
        "M2": _sum(row.completed for row in figures.rounds.values()),
        "M3": figures.attempted,
        "M4": figures.succeeded,
        "M5": _sum(row.in_time for row in figures.rounds.values()),
        "M6": figures.recorded,
    }
    return [
        f"{name} of {month}: report {told[name]}, counted {counted[name]}"
        for name in told
        if told[name] != counted[name]
    ]


def _sum(shares: Iterable[Share]) -> Share:
    total = Share()
    for share in shares:
        total += share
    return total


async def _raw() -> Raw:
    tried: set[UUID] = set()
    reached: set[UUID] = set()
    for action, subject in await AuditEntry.filter(action__startswith="call.").values_list(
        "action", "subject"
    ):
        result = action.removeprefix("call.")
        if result in _TRIED:
            tried.add(UUID(str(subject)))
        if result == "reached":
            reached.add(UUID(str(subject)))
    dialogs = dict(await Dialog.filter(task_id__not_isnull=True).values_list("id", "task_id"))
    begun = Outgoing.filter(
        purpose="initiated", sent_at__not_isnull=True, dialog_id__not_isnull=True
    )
    tried |= {
        dialogs[row] for row in await begun.values_list("dialog_id", flat=True) if row in dialogs
    }
    answers = Answer.exclude(item__in=_NO_ANSWERS).filter(response__task_id__not_isnull=True)
    found = await answers.distinct().values_list("response__task_id", flat=True)
    reached |= {UUID(str(task)) for task in found}
    return Raw(frozenset(tried | reached), frozenset(reached), await _completed())


async def _completed() -> dict[UUID, datetime]:
    """A round is completed when all forms of it are; its last form says when."""
    ends: dict[UUID, list[datetime | None]] = defaultdict(list)
    for task, status, at in await Response.filter(task_id__not_isnull=True).values_list(
        "task_id", "status", "completed_at"
    ):
        ends[task].append(at if status == "completed" else None)
    return {
        task: max(at for at in found if at is not None)
        for task, found in ends.items()
        if all(at is not None for at in found)
    }


async def _counted(first: date, now: datetime, raw: Raw) -> dict[str, Share]:
    tasks = await FollowUpTask.filter(kind="round").prefetch_related("encounter__patient")
    of_stay: dict[UUID, list[FollowUpTask]] = defaultdict(list)
    for task in tasks:
        of_stay[task.encounter_id].append(task)
    stays = await Encounter.all().prefetch_related("patient")
    monthly = [s for s in stays if s.discharged_on.replace(day=1) == first]
    due = [t for t in tasks if _month(t.deadline_at) == first and t.deadline_at < now]
    stay_share = _stays(monthly, of_stay, raw)
    return {**stay_share, **_rounds(due, raw)}


def _stays(
    stays: list[Encounter], of_stay: dict[UUID, list[FollowUpTask]], raw: Raw
) -> dict[str, Share]:
    followed = attempted = out = died = 0
    for stay in stays:
        tasks = of_stay[stay.id]
        if any(task.id in raw.reached for task in tasks):
            followed += 1
            attempted += 1
            continue
        codes = {stay.exclusion, *(task.reason for task in tasks)}
        # F41 to F46: death, back in hospital, transferred, selective, protected, language
        left_out = any(code.startswith("F4") for code in codes)
        out += left_out
        died += left_out and "F41" in codes
        attempted += not left_out and any(task.id in raw.tried for task in tasks)
    return {
        "M1": Share(followed, len(stays) - died),
        "M3": Share(attempted, len(stays) - out),
    }


def _rounds(due: list[FollowUpTask], raw: Raw) -> dict[str, Share]:
    living = [task for task in due if task.reason != "F41"]
    clocked = [task for task in living if not task.festival]
    done = [task for task in due if task.id in raw.completed]
    in_time = [t for t in clocked if t.id in raw.completed and raw.completed[t.id] <= t.deadline_at]
    tried = [task for task in due if task.id in raw.tried]
    ended = [task for task in due if task.id in raw.completed or task.reason]
    whole = [task for task in ended if task.reason or _has_head(task.encounter)]
    return {
        "M2": Share(sum(task.id in raw.completed for task in living), len(living)),
        "M4": Share(len(done), len(tried)),
        "M5": Share(len(in_time), len(clocked)),
        "M6": Share(len(whole), len(ended)),
    }


def _has_head(stay: Encounter) -> bool:
    """Of the eleven fields the lists of this hospital lack some nurses and some numbers."""
    numberless = int(stay.inpatient_no[1:8]) % LIST_LACKS_NUMBER == LACKING
    nurse = stay.nurse or stay.header.get("nurse")
    return bool(nurse and (not numberless or stay.header.get("phone")))


def _month(at: datetime) -> date:
    return at.astimezone(_ZONE).date().replace(day=1)
