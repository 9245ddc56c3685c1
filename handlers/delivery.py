"""The outbox in the database: claim what may go now, note what became of it (reliability 2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from tortoise.expressions import F, Q
from tortoise.queryset import QuerySet

from dialogs.actions import Ask
from dialogs.case import Case
from handlers.contents import Content, content_of, show
from handlers.desk import Desk
from handlers.follow_up_marks import note_attempts
from handlers.page_codes import CODE, code_for
from handlers.reminders.unreached import note_undelivered
from handlers.sms_matching import extension_for
from handlers.suppression import why_not
from handlers.values import values_for
from models.conversation import (
    Conversation,
    DeliveryClass,
    Outgoing,
    OutgoingPurpose,
    OutgoingStatus,
)
from models.people import ContactPoint
from models.unit import lock, unit_of_work

WEB: Final = "web"
# becoming visible takes no time; a provider may let us wait, and several wait in turn
LEASE: Final = timedelta(seconds=15)
LONG_LEASE: Final = timedelta(seconds=90)
_OF_ACCEPTED: Final = ("status", "rank", "provider_id", "sent_at", "lease_until", "content")
RANK: Final = {
    OutgoingStatus.PLANNED: 0,
    OutgoingStatus.QUEUED: 1,
    OutgoingStatus.SENDING: 2,
    OutgoingStatus.UNKNOWN: 2,
    OutgoingStatus.ACCEPTED: 3,
    OutgoingStatus.DELIVERED: 4,
    OutgoingStatus.READ: 5,
    OutgoingStatus.FAILED: 9,
    OutgoingStatus.EXPIRED: 9,
    OutgoingStatus.SUPPRESSED: 9,
    OutgoingStatus.DEAD: 9,
}


@dataclass(frozen=True, slots=True)
class Sending:
    """A message leased to this process: where it goes, what it says, with what values."""

    row_id: UUID
    conversation_id: UUID | None
    token: str
    channel: str
    address: str
    content: Content
    case: Case
    values: dict[str, str]
    attempt: int
    urgent: bool = False
    extension: str = ""

    @property
    def secret(self) -> str:
        """The code it says, which stands in no record that staff read."""
        return self.values.get(CODE, "")

    @property
    def shape(self) -> str:
        """The name of the text, as it is filed with a provider of SMS: M-OPEN, fu-d3.pain."""
        body = self.content.body
        lead = f"{body.lead}+" if isinstance(body, Ask) and body.lead else ""
        if body.message:
            return f"{lead}{body.message}"
        return f"{lead}{body.form}.{body.item}" if isinstance(body, Ask) else ""


async def claim_outgoing(
    desk: Desk,
    now: datetime,
    limit: int,
    channel: str = WEB,
    conversation_id: UUID | None = None,
) -> list[Sending]:
    """Lease what may be sent by a channel now, whole conversations at a time to keep the order.

    In the claiming transaction each message is checked once more: what must not or need not be
    sent any longer is ended with its reason instead. Where nothing waits, this is one read.
    """
    queued = Outgoing.filter(
        status=OutgoingStatus.QUEUED, not_before__lte=now, channel__in=_names(channel)
    )
    if conversation_id is not None:
        queued = queued.filter(conversation_id=conversation_id)
    ids = await queued.order_by("not_before").limit(limit).values_list("conversation_id", flat=True)
    wanted = {UUID(str(key)) for key in ids if key is not None}
    return await unit_of_work(lambda: _claim(desk, wanted, channel, now)) if wanted else []


def _names(channel: str) -> tuple[str, ...]:
    """A message that names no channel is shown where the person looks: in the web chat."""
    return (channel, "") if channel == WEB else (channel,)


async def _claim(desk: Desk, wanted: set[UUID], channel: str, now: datetime) -> list[Sending]:
    free = lock(Conversation.filter(id__in=list(wanted)).order_by("id"), skip_locked=True)
    conversations = await free
    waiting = await _waiting([conversation.id for conversation in conversations], channel)
    claimed: list[Sending] = []
    for conversation in conversations:
        claimed += await _of_conversation(desk, conversation, waiting[conversation.id], now)
    return await _leased(claimed, now + (LEASE if channel == WEB else LONG_LEASE))


async def _leased(claimed: list[Sending], until: datetime) -> list[Sending]:
    """Lease them all at once, under one token."""
    token = uuid4().hex
    rows = Outgoing.filter(id__in=[sending.row_id for sending in claimed])
    if claimed:
        await rows.update(
            status=OutgoingStatus.SENDING,
            rank=RANK[OutgoingStatus.SENDING],
            attempt=F("attempt") + 1,
            lease_until=until,
            lease_token=token,
        )
    return [replace(sending, token=token) for sending in claimed]


async def _waiting(conversation_ids: list[UUID], channel: str) -> dict[UUID | None, list[Outgoing]]:
    """Load what waits in each conversation, in order; what is being sent counts as well."""
    rows = Outgoing.filter(
        conversation_id__in=conversation_ids,
        status__in=(OutgoingStatus.QUEUED, OutgoingStatus.SENDING),
        channel__in=_names(channel),
    )
    waiting: dict[UUID | None, list[Outgoing]] = {key: [] for key in conversation_ids}
    for row in await rows.order_by("position").select_related("contact_point", "patient"):
        waiting[row.conversation_id].append(row)
    return waiting


async def _of_conversation(
    desk: Desk, conversation: Conversation, rows: list[Outgoing], now: datetime
) -> list[Sending]:
    """Claim what may go, in order; what must arrive waits behind nothing that need not."""
    sending = [row for row in rows if row.status is OutgoingStatus.SENDING]
    if any(is_urgent(row) for row in sending):
        return []
    held = bool(sending)
    leased = []
    for row in rows:
        # one that is to be tried again is not overtaken by what was said after it
        held = held or (row.not_before > now and row.attempt > 0)
        if row in sending or row.not_before > now or (held and not is_urgent(row)):
            continue
        if row.not_before > row.created_at and not row.attempt:
            await _move_to_end(conversation, row)
        claimed = await _sending(desk, row, now)
        if claimed is not None:
            leased.append(claimed)
    return leased


async def _move_to_end(conversation: Conversation, row: Outgoing) -> None:
    """What had to wait is read after whatever was said meanwhile."""
    if row.position == conversation.position:
        return
    conversation.position += 1
    row.position = conversation.position
    await conversation.save(update_fields=["position"])
    await row.save(update_fields=["position"])


async def _sending(desk: Desk, row: Outgoing, now: datetime) -> Sending | None:
    point: ContactPoint | None = row.contact_point
    verdict = await why_not(desk, row, point, now)
    if isinstance(verdict, datetime):
        row.not_before = verdict
        await row.save(update_fields=["not_before"])
        return None
    if verdict is not None or point is None:
        status, reason = verdict or (OutgoingStatus.SUPPRESSED, "no address")
        await end(row, status, reason)
        await note_undelivered(desk, row, now)
        return None
    content = content_of(row)
    if not row.extension and (digits := await extension_for(row)):
        row.extension = digits
        await row.save(update_fields=["extension"])
    return Sending(
        row.id,
        row.conversation_id,
        "",
        point.system.channel,
        point.value,
        content,
        Case(channel=point.system.channel, elderly=content.elderly),
        {
            **await values_for(desk, row, content, now),
            **await code_for(desk.catalog, row, point, content, now),
        },
        row.attempt + 1,
        urgent=is_urgent(row),
        extension=row.extension,
    )


def is_urgent(row: Outgoing) -> bool:
    """Tell whether a message must arrive: a safety text, or one of class A."""
    return row.purpose is OutgoingPurpose.SAFETY or row.delivery_class is DeliveryClass.A


async def end(row: Outgoing, status: OutgoingStatus, reason: str) -> None:
    """End a message unsent; its rank never falls (reliability 2.1)."""
    row.status, row.rank, row.reason = status, RANK[status], reason[:64]
    await row.save(update_fields=["status", "rank", "reason"])


async def strays(channels: Sequence[str], now: datetime) -> list[str]:
    """Name the channels that messages wait for and that do not run here."""
    waiting = Outgoing.filter(status=OutgoingStatus.QUEUED, not_before__lte=now)
    lost = waiting.exclude(channel__in=[*channels, ""]).distinct()
    return [str(name) for name in await lost.values_list("channel", flat=True)]


async def release_lost(now: datetime) -> None:
    """Take back the leases of senders that died.

    Such a message may or may not have been sent: it becomes unknown and is never blindly resent,
    but what must arrive goes once more. In the web chat sending is nothing but becoming visible,
    so there it is simply done again.
    """
    lost = Outgoing.filter(status=OutgoingStatus.SENDING, lease_until__lt=now)
    if await lost.exists():
        await unit_of_work(lambda: _release(lost))


async def _release(lost: QuerySet[Outgoing]) -> None:
    urgent = Q(purpose=OutgoingPurpose.SAFETY) | Q(delivery_class=DeliveryClass.A)
    once_more = Q(channel__in=_names(WEB)) | Q(urgent, attempt=1)
    queued = {"status": OutgoingStatus.QUEUED, "rank": RANK[OutgoingStatus.QUEUED]}
    await lost.filter(once_more).update(**queued)
    await lost.update(status=OutgoingStatus.UNKNOWN)


async def note_accepted(sent: Sequence[tuple[Sending, str, dict[str, Any]]], now: datetime) -> None:
    """Note what a channel took: its id and how the message looked. A lost lease notes nothing."""
    await unit_of_work(lambda: _note_accepted(sent, now))


async def _note_accepted(
    sent: Sequence[tuple[Sending, str, dict[str, Any]]], now: datetime
) -> None:
    rows = await Outgoing.in_bulk([sending.row_id for sending, _, _ in sent], "id")
    begun: set[UUID] = set()
    for sending, provider_id, shown in sent:
        row = rows[sending.row_id]
        if row.lease_token != sending.token or row.rank >= RANK[OutgoingStatus.ACCEPTED]:
            continue
        row.status, row.rank = OutgoingStatus.ACCEPTED, RANK[OutgoingStatus.ACCEPTED]
        row.provider_id, row.sent_at, row.lease_until = provider_id, now, None
        show(row, shown, sending.secret)
        await row.save(update_fields=_OF_ACCEPTED)
        if row.purpose is OutgoingPurpose.INITIATED and row.dialog_id is not None:
            begun.add(row.dialog_id)
    if begun:
        await note_attempts(begun, now)


async def next_sending(now: datetime) -> datetime | None:
    """Return the next instant at which something may be sent."""
    row = await Outgoing.filter(status=OutgoingStatus.QUEUED).order_by("not_before").first()
    return max(row.not_before, now) if row else None
