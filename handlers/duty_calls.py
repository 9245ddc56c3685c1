"""Calls to the duty phone on their way: leased while the alert still waits, noted, tried again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from dialogs.catalog import load_tables
from handlers.alerts import note
from handlers.desk import Desk
from handlers.duty_phone import DutyLine, plan_call, plan_house_call
from handlers.not_taken import Fault
from handlers.room.alert_posts import ward_of
from handlers.staff_words import staff_words
from models.alert import Alert, AlertEvent, AlertStatus
from models.channel import CallKind, DutyCall, Receipt
from models.conversation import OutgoingStatus
from models.unit import lock, lock_row, unit_of_work

SHAPE: Final = "S-DUTY"
LEASE: Final = timedelta(seconds=30)
_BATCH: Final = 20
_FIRST_PAUSE: Final = timedelta(seconds=15)
_LONGEST_PAUSE: Final = timedelta(minutes=2)
# by then the ladder has ended with the officer on duty for the house
_TRIED_FOR: Final = timedelta(hours=2)
_HEARD_WITHIN: Final = timedelta(hours=24)
_SMS: Final = "sms"
_LOST: Final = Fault("unknown", "unknown: lost", OutgoingStatus.UNKNOWN)
_NOTED: Final = {CallKind.SMS: "S-DUTY-SMS", CallKind.VOICE: "S-DUTY-VOICE"}
_FAILED: Final = "S-DUTY-FAILED"


@dataclass(frozen=True, slots=True)
class Calling:
    """A call leased to this process; `values` are number, level and ward, never a name."""

    row_id: UUID
    token: str
    kind: CallKind
    number: str = field(repr=False)
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What an SMS says."""
        template: str = load_tables("staff")[SHAPE]["sms"]
        return template.format_map(self.values)


async def claim_calls(desk: Desk, now: datetime) -> list[Calling]:
    """Lease the calls that are due; of an alert somebody has taken meanwhile the call is off."""
    queued = DutyCall.filter(status=OutgoingStatus.QUEUED, not_before__lte=now)

    async def work() -> list[Calling]:
        rows = await lock(queued.order_by("not_before", "id").limit(_BATCH), skip_locked=True)
        found = [await _claim(desk, row, now) for row in rows]
        return [calling for calling in found if calling is not None]

    return await unit_of_work(work) if await queued.exists() else []


async def note_called(calling: Calling, provider_id: str, now: datetime) -> None:
    """Note that the provider took it, in the history of the alert as well."""

    async def work() -> None:
        row = await lock_row(await DutyCall.get(id=calling.row_id))
        if row.lease_token != calling.token or row.status is not OutgoingStatus.SENDING:
            return
        row.status, row.provider_id = OutgoingStatus.ACCEPTED, provider_id[:128]
        row.sent_at, row.lease_until, row.error = now, None, ""
        await row.save(update_fields=["status", "provider_id", "sent_at", "lease_until", "error"])
        await _write(row, _NOTED[row.kind], now)

    await unit_of_work(work)


async def note_not_called(line: DutyLine, calling: Calling, fault: Fault, now: datetime) -> None:
    """Note that a call was not taken: it is tried again, or another way is tried at once."""

    async def work() -> None:
        row = await lock_row(await DutyCall.get(id=calling.row_id))
        if row.lease_token == calling.token and row.status is OutgoingStatus.SENDING:
            await _see_to(line, row, fault, now)

    await unit_of_work(work)


async def release_lost_calls(line: DutyLine, now: datetime) -> int:
    """Take back the leases of processes that died; nobody knows whether the phone rang."""
    lost = DutyCall.filter(status=OutgoingStatus.SENDING, lease_until__lt=now)

    async def work() -> int:
        rows = await lock(lost, skip_locked=True)
        for row in rows:
            await _see_to(line, row, _LOST, now)
        return len(rows)

    return await unit_of_work(work) if await lost.exists() else 0


async def hear_receipts(line: DutyLine, now: datetime) -> int:
    """Take what the SMS provider reported of calls; what failed goes another way.

    Receipts that are of no patient's message wait in their table, where they are found by the
    provider's id or by our key.
    """
    sent = DutyCall.filter(kind=CallKind.SMS, status=OutgoingStatus.ACCEPTED)
    calls = await sent.filter(sent_at__gt=now - _HEARD_WITHIN)
    names = {name: row.id for row in calls for name in (row.provider_id, str(row.id)) if name}
    waiting = Receipt.filter(channel=_SMS, provider_id__in=list(names), matched_at__isnull=True)
    if not names or not await waiting.exists():
        return 0

    async def work() -> int:
        receipts = await lock(waiting.order_by("received_at", "id"), skip_locked=True)
        for receipt in receipts:
            row = await lock_row(await DutyCall.get(id=names[receipt.provider_id]))
            await _hear(line, row, receipt, now)
        return len(receipts)

    return await unit_of_work(work)


async def _claim(desk: Desk, row: DutyCall, now: datetime) -> Calling | None:
    alert = await Alert.get(id=row.alert_id)
    if alert.status != AlertStatus.OPEN or alert.drill:
        await _end(row, OutgoingStatus.SUPPRESSED, "acknowledged")
        return None
    if row.created_at <= now - _TRIED_FOR:
        await _give_up(row, OutgoingStatus.EXPIRED, row.error or "late", now)
        return None
    row.status, row.attempt = OutgoingStatus.SENDING, row.attempt + 1
    row.lease_until, row.lease_token = now + LEASE, uuid4().hex
    await row.save(update_fields=["status", "attempt", "lease_until", "lease_token"])
    words = staff_words(desk.language)
    values = {
        "number": alert.number,
        "level": words.levels[alert.level],
        "ward": await ward_of(alert) or words.room["no_ward"],
    }
    return Calling(row.id, row.lease_token, row.kind, row.number, values)


async def _hear(line: DutyLine, row: DutyCall, receipt: Receipt, now: datetime) -> None:
    receipt.matched_at = now
    await receipt.save(update_fields=["matched_at"])
    if row.status is not OutgoingStatus.ACCEPTED:
        return
    if receipt.status in (OutgoingStatus.DELIVERED, OutgoingStatus.READ):
        await _end(row, receipt.status, "")
    elif receipt.status is OutgoingStatus.FAILED:
        said = f"receipt: {receipt.code}"
        await _see_to(line, row, Fault("rejected", said, OutgoingStatus.FAILED), now)


async def _see_to(line: DutyLine, row: DutyCall, fault: Fault, now: datetime) -> None:
    """What may have arrived goes once more; what never will goes elsewhere, or as a call."""
    once_more = fault.status is OutgoingStatus.UNKNOWN and row.attempt == 1
    if fault.retries or once_more:
        pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(row.attempt - 1, 10))
        row.status, row.lease_until = OutgoingStatus.QUEUED, None
        row.not_before = now + (pause if fault.after is None else min(fault.after, _LONGEST_PAUSE))
        row.error = fault.said[:255]
        await row.save(update_fields=["status", "lease_until", "not_before", "error"])
        return
    elsewhere = await plan_house_call(line, row, now)
    if not elsewhere and line.voice and row.kind is CallKind.SMS:
        alert = await Alert.get(id=row.alert_id)
        elsewhere = await plan_call(line, alert, CallKind.VOICE, now)
    if elsewhere:
        await _end(row, fault.status, fault.said)
    else:
        await _give_up(row, fault.status, fault.said, now)


async def _give_up(row: DutyCall, status: OutgoingStatus, error: str, now: datetime) -> None:
    await _end(row, status, error)
    await _write(row, _FAILED, now)


async def _end(row: DutyCall, status: OutgoingStatus, error: str) -> None:
    row.status, row.error, row.lease_until = status, error[:255], None
    await row.save(update_fields=["status", "error", "lease_until"])


async def _write(row: DutyCall, message: str, now: datetime) -> None:
    """Add to the alert's history what became of the call."""
    detail: str = load_tables("staff")[message]["text"]
    await note(await Alert.get(id=row.alert_id), AlertEvent.NOTED, now, detail=detail)
