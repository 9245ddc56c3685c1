"""A picture or a recording that came by a channel: fetched, proven by its content, kept, taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog

from bot.channel import SendError
from bot.inbox import Pictured, Spoke
from bot.media_files import has_room, store
from handlers.conversation_lock import conversation_of
from handlers.desk import Desk
from handlers.inbound import InboundMessage, Received, receive, was_received
from handlers.media import (
    LARGEST,
    discard_photo,
    keep_photo,
    photo_type,
    speech_type,
    too_many_photos,
)
from models.people import ContactPoint
from models.unit import unit_of_work

_log = structlog.get_logger()
_HEAD: Final = 12


async def receive_file(
    desk: Desk, folder: Path, message: InboundMessage, came: Pictured | Spoke, now: datetime
) -> Received:
    """Take a picture or a recording once; one that cannot be had is told to the person.

    The words below a picture are read like any others: danger may stand in them.
    """
    if await was_received(message):
        return await receive(desk, message, now)
    conversation_id = await _conversation(message.contact_point_id)
    media_id = await _kept(folder, conversation_id, came, now)
    if isinstance(came, Spoke):
        taken = replace(message, media_id=media_id, recorded=True)
    else:
        taken = replace(message, media_id=media_id, lost=media_id is None)
    received = await receive(desk, taken, now)
    if received.repeated and media_id is not None:
        await discard_photo(media_id)
    if isinstance(came, Pictured) and came.caption:
        words = replace(message, external_id=f"{message.external_id}:caption", text=came.caption)
        await receive(desk, words, now)
    return received


async def _kept(
    folder: Path, conversation_id: UUID, came: Pictured | Spoke, now: datetime
) -> UUID | None:
    """Fetch and keep the file; None when it cannot be had, or is not what it should be."""
    if came.fetch is None or await too_many_photos(conversation_id, now):
        return None
    try:
        content = await came.fetch()
    except SendError as fault:
        _log.warning("file_lost", fault=fault.code)
        return None
    proves = speech_type if isinstance(came, Spoke) else photo_type
    kind = proves(content[:_HEAD])
    if kind is None or len(content) > LARGEST or not await has_room(folder):
        return None
    return await keep_photo(conversation_id, await store(folder, content, kind), now)


async def _conversation(contact_point_id: UUID) -> UUID:
    async def work() -> UUID:
        point = await ContactPoint.get(id=contact_point_id)
        return (await conversation_of(point.respondent_id)).id

    return await unit_of_work(work)
