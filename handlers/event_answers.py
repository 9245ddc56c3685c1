"""What a provider told us, once: its nonces, and the answers that copies of it get again."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from models.channel import ChannelEvent
from models.once import insert_once
from models.unit import unit_of_work

NONCE: Final = "nonce"
ANSWER: Final = "answer"


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
    kept = await ChannelEvent.get_or_none(channel=channel, external_id=_kept_as(external_id))
    return kept.reply if kept else None


async def note_answer(channel: str, external_id: str, reply: str, now: datetime) -> str:
    """Keep what an event is answered with; returns what stands, the first answer."""
    kept = ChannelEvent(
        channel=channel,
        external_id=_kept_as(external_id),
        kind=ANSWER,
        reply=reply,
        received_at=now,
    )
    if await unit_of_work(lambda: insert_once(kept)):
        return reply
    first = await ChannelEvent.get(channel=channel, external_id=kept.external_id)
    return first.reply or ""


def _kept_as(external_id: str) -> str:
    return f"{ANSWER}:{external_id}"
