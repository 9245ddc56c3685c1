"""What the end of a dialog means for its round."""

from __future__ import annotations

from dialogs.actions import Close, Outcome
from dialogs.endings import DECEASED
from handlers.matters import Matter
from handlers.tasks import PhoneReason, close_task, complete_task, to_phone_list
from models.conversation import DialogStatus
from models.response import Response, ResponseStatus

_TO_PHONE = {
    Outcome.HUMAN: PhoneReason.HUMAN,
    Outcome.DANGER: PhoneReason.DANGER,
    Outcome.WRONG_NUMBER: PhoneReason.WRONG_NUMBER,
    Outcome.EXPIRED: PhoneReason.DEADLINE,
}


async def close(matter: Matter, action: Close) -> None:
    """End the dialog's row, its responses, and the round as the outcome demands."""
    await _close_dialog(matter, action.outcome)
    completed = action.outcome is Outcome.COMPLETED
    await _close_responses(matter, completed=completed)
    if matter.task is None:
        return
    await matter.task.refresh_from_db()
    if completed:
        await complete_task(matter.task, action.outcome.value, matter.now)
    elif action.outcome in (Outcome.DECLINED, Outcome.OPTED_OUT, Outcome.DECEASED):
        await close_task(matter.task, action.outcome.value, action.reason, matter.now)
    elif action.outcome in _TO_PHONE:
        await to_phone_list(matter.task, _phone_reason(action), matter.now)


def _phone_reason(action: Close) -> PhoneReason:
    if action.reason == DECEASED:
        return PhoneReason.DEATH_UNCLEAR
    return _TO_PHONE[action.outcome]


async def _close_dialog(matter: Matter, outcome: Outcome) -> None:
    dialog = matter.dialog
    if dialog is None:
        return
    put_off = outcome is Outcome.LATER
    dialog.status = DialogStatus.PAUSED if put_off else DialogStatus.CLOSED
    dialog.outcome = outcome.value
    dialog.closed_at = None if put_off else matter.now
    await dialog.save(update_fields=["status", "outcome", "closed_at"])


async def _close_responses(matter: Matter, *, completed: bool) -> None:
    """A questionnaire that broke off stays open: a nurse may finish the same record."""
    if not completed or matter.dialog is None:
        return
    rows = Response.filter(dialog_id=matter.dialog.id, status=ResponseStatus.IN_PROGRESS)
    await rows.update(status=ResponseStatus.COMPLETED, completed_at=matter.now)
