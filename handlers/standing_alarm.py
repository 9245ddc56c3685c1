"""An alarm nobody has closed: what its patient writes meanwhile must not be missing from it."""

from __future__ import annotations

from uuid import UUID

from models.alert import Alert, AlertLevel, AlertStatus


async def standing_alarm(conversation_id: UUID | None) -> Alert | None:
    """Return the newest L1 of a conversation that nobody has closed."""
    rows = Alert.filter(conversation_id=conversation_id, level=AlertLevel.L1, drill=False)
    return await rows.exclude(status=AlertStatus.CLOSED).order_by("-raised_at", "-number").first()
