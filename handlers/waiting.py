"""What waited behind an alarm is looked at again when its hour has come."""

from __future__ import annotations

from datetime import datetime

from handlers.conversations import health_dialogs, next_waiting
from handlers.desk import Desk
from handlers.rounds import address_of
from models.conversation import Conversation, DialogStatus
from models.timetable import Due


async def begin_waiting(desk: Desk, due: Due, now: datetime) -> str:
    """Let what waits begin, or look again an hour later while the alarm still stands."""
    conversation = await Conversation.get(id=due.subject)
    waiting = await health_dialogs(conversation).filter(status=DialogStatus.WAITING).first()
    talk = await address_of(desk, waiting, now) if waiting else None
    if talk is None:
        return "nothing waits"
    held, point, _ = talk
    await next_waiting(desk, held, point, now)
    return "looked again"
