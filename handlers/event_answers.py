"""What a provider told us, once: its nonces, and the answers that copies of it get again."""

from __future__ import annotations

from datetime import datetime

from models.channel import ChannelEvent
from models.once import insert_once
from models.unit import lock, unit_of_work

NONCE = "nonce"


async def admit(channel: str, nonce: str, digest: str, now: datetime) -> bool:
    """Tell whether a signed request is new, or the same request again; a nonce serves one body.

    `nonce` holds the timestamp as well, `digest` is the SHA-256 of the body in hex.
    """
    event = ChannelEvent(
        channel=channel, external_id=f"{NONCE}:{nonce}", kind=NONCE, result=digest, received_at=now
    )
    if await unit_of_work(lambda: insert_once(event)):
        return True
    known = await ChannelEvent.get(channel=channel, external_id=event.external_id)
    return known.result == digest


async def answer_of(channel: str, external_id: str) -> str | None:
    """Return what an event was answered with; None while nobody knows, empty for nothing."""
    event = await ChannelEvent.get_or_none(channel=channel, external_id=external_id)
    return event.reply if event else None


async def note_answer(channel: str, external_id: str, reply: str) -> str:
    """Keep what an event is answered with; returns what stands, the first answer."""
    return await unit_of_work(lambda: _note_answer(channel, external_id, reply))


async def _note_answer(channel: str, external_id: str, reply: str) -> str:
    known = ChannelEvent.filter(channel=channel, external_id=external_id)
    event = await lock(known).get_or_none()
    if event is None:
        return reply
    if event.reply is None:
        event.reply = reply
        await event.save(update_fields=["reply"])
    return event.reply
