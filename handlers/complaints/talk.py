"""The complaint desk's dialog of a conversation: one row, taken up whenever it is needed."""

from __future__ import annotations

from datetime import datetime

from dialogs.complaints.state import Stage, State, from_json, to_json
from handlers.desk_dialog import keep_dialog, kept_dialog
from models.conversation import Conversation, Dialog, DialogKind, DialogStatus


async def desk_dialog(conversation: Conversation, now: datetime) -> Dialog | None:
    """Return the desk's dialog, made when it is first needed; None where nobody is a patient.

    The caller holds the lock of the conversation.
    """
    return await keep_dialog(conversation, DialogKind.COMPLAINT, to_json(State()), now)


async def known_dialog(conversation: Conversation) -> Dialog | None:
    """Return the desk's dialog if there has ever been one."""
    return await kept_dialog(conversation, DialogKind.COMPLAINT)


async def keep_state(
    conversation: Conversation, dialog: Dialog, state: State, now: datetime
) -> None:
    """Write the state; the conversation remembers the last turn anybody asked with."""
    resting = state.stage is Stage.REST
    dialog.state = to_json(state)
    dialog.turn = state.turn
    dialog.asked_at = state.asked
    dialog.updated_at = now
    dialog.status = DialogStatus.CLOSED if resting else DialogStatus.ACTIVE
    await dialog.save()
    if state.turn > conversation.turn:
        conversation.turn = state.turn
        await conversation.save(update_fields=["turn"])


def standing(dialog: Dialog | None) -> State:
    """Read the state; without a dialog nothing is remembered."""
    return from_json(dialog.state) if dialog is not None else State()
