"""Where the visitor stands in the demo's story, told from the database alone."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from handlers.delivery import next_sending
from handlers.escalation import next_instants
from handlers.timers import next_due
from models.alert import Alert, AlertEntry, AlertLevel, AlertStatus
from models.complaint import Complaint, ComplaintEntry
from models.conversation import Inbound, Outgoing, OutgoingPurpose


class Chapter(StrEnum):
    """The steps of the story, in order."""

    LIST = "list"
    MESSAGE = "message"
    ANSWER = "answer"
    ALERT = "alert"
    CLAIM = "claim"
    CLOSED = "closed"
    COMPLAINT = "complaint"


async def chapter() -> Chapter:
    """Return how far the story has come."""
    grave = Alert.filter(level__in=(AlertLevel.L1, AlertLevel.L2), drill=False)
    if await grave.filter(status=AlertStatus.CLOSED).exists():
        return Chapter.COMPLAINT if await Complaint.exists() else Chapter.CLOSED
    if await grave.filter(status=AlertStatus.CLAIMED).exists():
        return Chapter.CLAIM
    if await grave.exists():
        return Chapter.ALERT
    if await Inbound.all().exists():
        return Chapter.ANSWER
    if await Outgoing.filter(purpose=OutgoingPurpose.INITIATED).exists():
        return Chapter.MESSAGE
    return Chapter.LIST


async def visible() -> tuple[int, int, int]:
    """Count what a visitor can see happen: messages to phones, entries of alerts and complaints."""
    entries = await AlertEntry.all().count(), await ComplaintEntry.all().count()
    return await Outgoing.all().count(), *entries


async def next_event(now: datetime) -> datetime | None:
    """Return the next instant at which anything happens by itself."""
    instants = [await next_due(now), await next_sending(now), await next_instants(now)]
    return min((at for at in instants if at is not None), default=None)
