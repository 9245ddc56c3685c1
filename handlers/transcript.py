"""A conversation as its patient sees it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from handlers.contents import content_of
from models.conversation import Conversation, Inbound, Media, Outgoing, OutgoingStatus

ACCEPTED_RANK = 3
READ_RANK = 5


@dataclass(frozen=True, slots=True)
class Line:
    """One bubble: `direction` is `in` from the patient or `out` from us."""

    position: int
    direction: str
    at: datetime
    text: str = ""
    shown: Mapping[str, Any] = field(default_factory=dict)
    media_id: UUID | None = None
    status: str = ""
    recording: bool = False

    @property
    def choices(self) -> tuple[str, ...]:
        """The choices that stood under it, numbered, where the text does not hold them itself."""
        offered = () if self.shown.get("inline") else self.shown.get("options", ())
        return tuple(f"{option['number']}.{option['label']}" for option in offered)


async def lines_after(conversation_id: UUID, position: int, now: datetime) -> list[Line]:
    """Return the bubbles after a position, in order; what has not been sent is not there yet.

    A gap is never jumped: a bubble that waits to be sent holds back those behind it.
    """
    received = await Inbound.filter(conversation_id=conversation_id, position__gt=position)
    sent = await Outgoing.filter(conversation_id=conversation_id, position__gt=position)
    waiting = [row.position for row in sent if _waiting(row, now)]
    limit = min(waiting, default=None)
    spoken = await _recordings(received)
    lines = [_inbound(row, spoken) for row in received]
    lines += [_outgoing(row) for row in sent if _visible(row)]
    lines.sort(key=lambda line: line.position)
    return [line for line in lines if limit is None or line.position < limit]


async def mark_read(conversation_id: UUID, up_to: int, now: datetime) -> int:
    """Note that everything up to a position was seen; returns how many rows that changed."""
    rows = Outgoing.filter(
        conversation_id=conversation_id,
        position__lte=up_to,
        rank__gte=ACCEPTED_RANK,
        rank__lt=READ_RANK,
    )
    return await rows.update(status=OutgoingStatus.READ, rank=READ_RANK, read_at=now)


async def latest_position(conversation_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Return the last position used in each of these conversations."""
    rows = await Conversation.filter(id__in=list(conversation_ids)).values_list("id", "position")
    return {row_id: int(position) for row_id, position in rows}


async def _recordings(rows: Iterable[Inbound]) -> set[UUID]:
    """Tell which of the files that were sent are speech."""
    files = [row.media_id for row in rows if row.media_id is not None]
    if not files:
        return set()
    kept = Media.filter(id__in=files, content_type__startswith="audio/")
    return {UUID(str(key)) for key in await kept.values_list("id", flat=True)}


def _inbound(row: Inbound, spoken: Collection[UUID]) -> Line:
    at, recording = row.received_at, row.media_id in spoken
    return Line(row.position, "in", at, row.text, {}, row.media_id, recording=recording)


def _outgoing(row: Outgoing) -> Line:
    content = content_of(row)
    at = row.sent_at or row.created_at
    text = str(content.shown.get("text", ""))
    return Line(row.position, "out", at, text, content.shown, None, row.status.value)


def _visible(row: Outgoing) -> bool:
    return row.status in (
        OutgoingStatus.ACCEPTED,
        OutgoingStatus.DELIVERED,
        OutgoingStatus.READ,
    )


def _waiting(row: Outgoing, now: datetime) -> bool:
    pending = row.status in (OutgoingStatus.QUEUED, OutgoingStatus.SENDING)
    return pending and row.not_before <= now
