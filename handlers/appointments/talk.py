"""The booking desk's dialog of a conversation: one row, taken up again whenever it is needed."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from dialogs.appointments.state import Stage, State, from_json, to_json
from handlers.desk_dialog import keep_dialog, kept_dialog
from models.conversation import Conversation, Dialog, DialogKind, DialogStatus

_KEPT: Final = ("state", "turn", "asked_at", "updated_at", "status")


async def desk_dialog(conversation: Conversation, now: datetime) -> Dialog | None:
    """Return the desk's dialog, made when it is first needed; None where nobody is a patient.

    The caller holds the lock of the conversation.
    """
    return await keep_dialog(conversation, DialogKind.APPOINTMENT, to_json(State()), now)


async def known_dialog(conversation: Conversation) -> Dialog | None:
    """Return the desk's dialog if there has ever been one."""
    return await kept_dialog(conversation, DialogKind.APPOINTMENT)


async def keep_state(
    conversation: Conversation, dialog: Dialog, state: State, now: datetime, *, told: bool
) -> None:
    """Write the state; the conversation remembers the last turn anybody asked with.

    `told`: a text that is written next stores the conversation.
    """
    resting = state.stage is Stage.REST
    dialog.state = to_json(state)
    dialog.turn = state.turn
    dialog.asked_at = state.asked
    dialog.updated_at = now
    dialog.status = DialogStatus.CLOSED if resting else DialogStatus.ACTIVE
    await dialog.save(update_fields=_KEPT)
    if state.turn > conversation.turn:
        conversation.turn = state.turn
        if not told:
            await conversation.save(update_fields=["turn"])


def standing(dialog: Dialog) -> State:
    """Read the state."""
    return from_json(dialog.state)
