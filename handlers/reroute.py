"""The next address of the same person, when one channel did not take a message (R125, R228)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

from handlers.desk import Desk
from handlers.written_to import addresses_of, next_one
from models.conversation import Conversation, Outgoing, OutgoingStatus
from models.people import ContactPoint

_QUEUED_RANK: Final = 1


async def reroute(desk: Desk, row: Outgoing, now: datetime) -> bool:
    """Queue a message for the person's next address; False where there is none left.

    In the unit of work of whoever noted that it was not taken. A channel is tried once for a
    message; the order is WeChat, Telegram, SMS. An address somebody stopped, or that is not
    theirs, is not used.
    """
    tried = [*row.tried, row.channel]
    point = await _next_address(desk, row, tried, now)
    if point is None:
        return False
    row.contact_point_id, row.channel = point.id, point.system.channel
    row.tried, row.attempt, row.extension = tried, 0, ""
    row.status, row.rank, row.not_before = OutgoingStatus.QUEUED, _QUEUED_RANK, now
    await row.save(
        update_fields=[
            "contact_point_id",
            "channel",
            "tried",
            "attempt",
            "extension",
            "status",
            "rank",
            "not_before",
        ]
    )
    return True


async def _next_address(
    desk: Desk, row: Outgoing, tried: Collection[str], now: datetime
) -> ContactPoint | None:
    if row.conversation_id is None:
        return None
    respondent = (await Conversation.get(id=row.conversation_id)).respondent_id
    return next_one(await addresses_of(desk, [respondent], now), tried)
