"""What of a conversation is shown to whom: the talk of a stay, or of an alert's own dialog."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from tortoise.expressions import Q

from handlers.scope import may_open
from handlers.transcript import Line, lines_after
from models.alert import Alert
from models.conversation import Dialog, Inbound, Outgoing
from models.hospital import StaffMember


async def talk_about(alert: Alert, staff: StaffMember, now: datetime) -> list[Line]:
    """Return the talk of the alert's stay; who has no part in the care sees its own dialog only.

    An alert raised outside any dialog is about words that stand in none.
    """
    its_own = Q(id=alert.dialog_id)
    if not may_open(staff):
        return await talk_in(await Dialog.filter(its_own), now)
    if alert.encounter_id is not None:
        its_own |= Q(conversation_id=alert.conversation_id, encounter_id=alert.encounter_id)
    lines = await talk_in(await Dialog.filter(its_own), now)
    if alert.dialog_id is None and alert.conversation_id is not None:
        lines += await _said_in(alert.conversation_id, Q(dialog_id=None), now)
    return _in_order(lines)


async def talk_in(dialogs: Sequence[Dialog], now: datetime) -> list[Line]:
    """Return what was said in these dialogs; a mother's talk about another child is not shown."""
    lines: list[Line] = []
    for conversation_id in {dialog.conversation_id for dialog in dialogs}:
        own = Q(dialog_id__in=[dialog.id for dialog in dialogs])
        lines += await _said_in(conversation_id, own, now)
    return _in_order(lines)


async def _said_in(conversation_id: UUID, part: Q, now: datetime) -> list[Line]:
    """Return the lines of a part of a conversation."""
    own = Q(part, conversation_id=conversation_id)
    places = {row.position for row in await Inbound.filter(own)}
    places |= {row.position for row in await Outgoing.filter(own)}
    said = await lines_after(conversation_id, 0, now)
    return [line for line in said if line.position in places]


def _in_order(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: (line.at, line.position))
