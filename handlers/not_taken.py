"""What becomes of a message a channel did not take: again, elsewhere, or to be called (F13-F16)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from handlers.contents import show
from handlers.delivery import RANK, Sending, end, is_urgent
from handlers.desk import Desk
from handlers.reminders.unreached import note_undelivered
from handlers.reroute import reroute
from handlers.tasks import PhoneReason, to_phone_list
from models.care import FollowUpTask
from models.conversation import Outgoing, OutgoingStatus
from models.people import ContactPoint
from models.unit import unit_of_work

STOPPED: Final = "contact_stopped"
_FIRST_PAUSE: Final = timedelta(seconds=5)
_LONGEST_PAUSE: Final = timedelta(minutes=10)
# about two hours, then a person calls
_TRIES: Final = 20
# what must arrive waits at most this long for its channel, then goes another way (F16)
_URGENT_WAITS: Final = timedelta(minutes=2)
_URGENT_TRIES: Final = 4


@dataclass(frozen=True, slots=True)
class Fault:
    """Why it was not taken: `code` of the closed set, `said` for the record, `status` its end.

    `retries`: it may be handed over again, `after` so long. `elsewhere`: another address may be
    tried. Not `called`: the provider was not asked at all, so this was no try of the message's.
    """

    code: str
    said: str
    status: OutgoingStatus
    retries: bool = False
    elsewhere: bool = False
    after: timedelta | None = None
    called: bool = True


async def note_failed(
    desk: Desk,
    sendings: Sequence[Sending],
    fault: Fault,
    now: datetime,
    looks: Mapping[UUID, Mapping[str, Any]] | None = None,
) -> None:
    """Note that messages were not taken and see to each; a lost lease notes nothing.

    `looks` is how each was rendered, by its row: what may have arrived after all must be seen in
    the talk as the patient sees it, once a receipt says that it has.
    """

    async def work() -> None:
        for sending in sendings:
            row = await Outgoing.get(id=sending.row_id)
            if row.lease_token == sending.token and row.status is OutgoingStatus.SENDING:
                if fault.status is OutgoingStatus.UNKNOWN and looks:
                    show(row, looks.get(row.id, {}), sending.secret)
                await _see_to(desk, row, fault, now)

    await unit_of_work(work)


async def leave_slow_channel(desk: Desk, channel: str, now: datetime) -> int:
    """Send what must arrive another way while its channel is paused; returns how many left."""

    async def work() -> int:
        waiting = Outgoing.filter(
            channel=channel, status=OutgoingStatus.QUEUED, not_before__lte=now
        )
        late = await waiting.filter(created_at__lte=now - _URGENT_WAITS).order_by("created_at")
        urgent = [row for row in late if is_urgent(row)]
        return sum([await reroute(desk, row, now) for row in urgent])

    return await unit_of_work(work)


async def _see_to(desk: Desk, row: Outgoing, fault: Fault, now: datetime) -> None:
    row.error = fault.said[:256]
    if not fault.called:
        # never back to none: what was said after it would overtake it
        row.attempt = max(row.attempt - 1, 1)
    if fault.code == STOPPED:
        await ContactPoint.filter(id=row.contact_point_id).update(opted_out_at=now)
    if _may_leave(row, fault) and await reroute(desk, row, now):
        await row.save(update_fields=["error"])
    elif _may_repeat(row, fault):
        await _queue_again(row, _again_at(row, fault, now))
    else:
        await give_up(desk, row, fault.status, fault.code, now)


def _may_leave(row: Outgoing, fault: Fault) -> bool:
    """Tell whether another address is to be tried now, rather than this one again."""
    if fault.retries:
        return row.attempt >= (_URGENT_TRIES if is_urgent(row) else _TRIES)
    return fault.elsewhere or _once_more(row, fault)


def _may_repeat(row: Outgoing, fault: Fault) -> bool:
    return (fault.retries and row.attempt < _TRIES) or _once_more(row, fault)


def _once_more(row: Outgoing, fault: Fault) -> bool:
    """What must arrive goes once more when nobody knows whether it did: one extra at most."""
    unknown = fault.status is OutgoingStatus.UNKNOWN
    return unknown and is_urgent(row) and row.attempt == 1 and not row.tried


async def _queue_again(row: Outgoing, at: datetime) -> None:
    row.status, row.rank = OutgoingStatus.QUEUED, RANK[OutgoingStatus.QUEUED]
    row.not_before, row.lease_until = at, None
    changed = ["status", "rank", "not_before", "lease_until", "error", "attempt"]
    await row.save(update_fields=changed)


def _again_at(row: Outgoing, fault: Fault, now: datetime) -> datetime:
    pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** min(row.attempt - 1, 10))
    return now + max(pause if fault.after is None else fault.after, timedelta(seconds=1))


async def give_up(
    desk: Desk, row: Outgoing, status: OutgoingStatus, reason: str, now: datetime
) -> None:
    """End it; its matter is then a person's to call, unless it may have arrived after all."""
    await end(row, status, reason)
    await row.save(update_fields=["error", "content"])
    if status is OutgoingStatus.UNKNOWN:
        return
    task = await FollowUpTask.get_or_none(id=row.task_id)
    if task is not None:
        await to_phone_list(task, PhoneReason.UNSENT, now)
    await note_undelivered(desk, row, now)
