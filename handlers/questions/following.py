"""The ticket goes the way of its alert where staff answer there instead of on its own page."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from models.alert import Alert, AlertEvent, AlertLevel
from models.hospital import StaffMember
from models.unit import lock
from models.ward_week import QuestionTicket, TicketState

BEFORE_TOLD: Final = (TicketState.RECEIVED, TicketState.WITH_DEPARTMENT, TicketState.ANSWERED)
_MISTAKE: Final = "mistake"


async def follow_alert(
    alert: Alert, event: AlertEvent, staff_id: UUID | None, detail: str, now: datetime
) -> None:
    """Note that a question was answered where its alert was; `detail` is the alert's own.

    Whoever answers there has told the patient; whether it was understood is still to be asked.
    """
    if alert.level != AlertLevel.Q or event not in (AlertEvent.REPLIED, AlertEvent.CLOSED):
        return
    open_ones = QuestionTicket.filter(alert_id=alert.id, state__in=BEFORE_TOLD)
    ticket = await lock(open_ones).first()
    if ticket is None:
        return
    if event is AlertEvent.CLOSED and detail.endswith(_MISTAKE):
        by = await StaffMember.get_or_none(id=staff_id)
        ticket.state, ticket.closed_at = TicketState.CLOSED, now
        ticket.closed_by = by.username if by else ""
    else:
        ticket.state, ticket.told_at = TicketState.TOLD, now
        ticket.answered_at = ticket.answered_at or now
        ticket.answer = detail if event is AlertEvent.REPLIED else ticket.answer
    await ticket.save()
