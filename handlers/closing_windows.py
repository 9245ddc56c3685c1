"""A question nobody has answered is reminded of while its window is still open (R074, R235)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from dialogs.engine import step
from dialogs.events import Reminded
from dialogs.timing.attempts import may_start
from dialogs.timing.spans import local
from handlers.conversation_lock import conversation_of
from handlers.desk import Desk
from handlers.effects import Saving, save
from handlers.human_talk import talk_in
from handlers.matters import matter_of
from handlers.outgoing import last_started
from handlers.windows import AFTER_WORDS, RESERVED, may_send
from models.conversation import Dialog, DialogKind, DialogStatus, Outgoing, OutgoingPurpose
from models.people import ContactPoint
from models.unit import unit_of_work

_SOON: Final = timedelta(hours=2)
# the elderly's mornings are a day apart
_AHEAD: Final = timedelta(hours=24)
# there will be another look within this time
_LOOK: Final = timedelta(minutes=30)
_ABOVE: Final = "conversation__respondent__contact_points"
_WINDOW: Final = f"{_ABOVE}__send_window"


@dataclass(frozen=True, slots=True)
class Closing:
    """A window that closes over an open question."""

    dialog_id: UUID
    contact_point_id: UUID
    closes_at: datetime
    birth_date: date | None


async def closing_soon(now: datetime) -> list[Closing]:
    """List the windows that close within a day while a question of ours stands unanswered.

    Only those that leave a message besides the one kept for what must arrive.
    """
    rows = Dialog.filter(
        status=DialogStatus.ACTIVE,
        kind=DialogKind.QUESTIONNAIRE,
        asked_at__isnull=False,
        **{
            f"{_ABOVE}__opted_out_at__isnull": True,
            f"{_ABOVE}__wrong_at__isnull": True,
            f"{_WINDOW}__closes_at__gt": now,
            f"{_WINDOW}__closes_at__lte": now + _AHEAD,
            f"{_WINDOW}__left__gt": RESERVED,
        },
    )
    found = await rows.order_by(f"{_WINDOW}__closes_at").values_list(
        "id", f"{_ABOVE}__id", f"{_WINDOW}__closes_at", "patient__birth_date"
    )
    return [Closing(*row) for row in found]


async def remind_before_close(desk: Desk, now: datetime) -> int:
    """Remind of open questions before their windows close; returns how many were reminded of.

    At most once a window, within the hours of contact: two hours before the end, or earlier
    where those are quiet. What goes later would need a notice, or an SMS.
    """
    reminded = 0
    for closing in await closing_soon(now):
        if _is_last_chance(desk, closing, now):
            reminded += await _remind(desk, closing, now)
    return reminded


def _is_last_chance(desk: Desk, closing: Closing, now: datetime) -> bool:
    elderly = desk.hours.is_elderly(closing.birth_date, local(now).date())

    def free(at: datetime) -> datetime:
        return desk.hours.next_allowed(at, elderly=elderly, clinical=True, calendar=desk.calendar)

    if free(now) > now:
        return False
    return closing.closes_at - now <= _SOON or free(now + _LOOK) >= closing.closes_at - _LOOK


async def _remind(desk: Desk, closing: Closing, now: datetime) -> bool:
    return await unit_of_work(lambda: _remind_once(desk, closing, now))


async def _remind_once(desk: Desk, closing: Closing, now: datetime) -> bool:
    """Remind, if under the lock it is still so; a dialog reminded of before stays silent."""
    point = await ContactPoint.get(id=closing.contact_point_id)
    conversation = await conversation_of(point.respondent_id)
    dialog = await Dialog.get(id=closing.dialog_id)
    asking = dialog.status is DialogStatus.ACTIVE and await talk_in(conversation.id) is None
    if not asking or await _is_late(desk, dialog, closing, now):
        return False
    matter = await matter_of(desk, conversation, point, dialog, now)
    state, actions = step(desk.catalog, matter.case, matter.state, Reminded(now))
    cause = f"window:{dialog.id}:{state.turn}"
    await save(Saving(matter, cause, OutgoingPurpose.INITIATED), state, actions)
    return bool(actions)


async def _is_late(desk: Desk, dialog: Dialog, closing: Closing, now: datetime) -> bool:
    """Tell whether the patient had his message, of this window or of this day."""
    if not await may_send(closing.contact_point_id, now, urgent=False):
        return True
    ours = Outgoing.filter(dialog_id=dialog.id, purpose=OutgoingPurpose.INITIATED)
    if await ours.filter(created_at__gt=closing.closes_at - AFTER_WORDS).exists():
        return True
    return not may_start(await last_started(dialog.patient_id), now, desk.hours.zone)
