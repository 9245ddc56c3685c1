"""The two moments of a round that the figures rest on: first tried, first answered (M1, M3)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from models.care import FollowUpTask
from models.conversation import Dialog


async def note_attempts(dialogs: Collection[UUID], now: datetime) -> None:
    """Note that a channel took a message of these dialogs: their rounds have been tried (M3)."""
    tasks = await Dialog.filter(id__in=list(dialogs)).values_list("task_id", flat=True)
    wanted = [task_id for task_id in tasks if task_id is not None]
    if wanted:
        await FollowUpTask.filter(id__in=wanted, attempted_at=None).update(attempted_at=now)


async def note_attempt(task: FollowUpTask, now: datetime) -> None:
    """Note a call that was tried, answered or not (M3)."""
    if task.attempted_at is None:
        task.attempted_at = now
        await FollowUpTask.filter(id=task.id, attempted_at=None).update(attempted_at=now)


async def note_reached(task: FollowUpTask, now: datetime) -> None:
    """Note that a person answered something of it (M1); who was reached was also tried."""
    await note_attempt(task, now)
    if task.reached_at is None:
        task.reached_at = now
        await FollowUpTask.filter(id=task.id, reached_at=None).update(reached_at=now)
