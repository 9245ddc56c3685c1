"""Talks with a person: opened beside what asked for one, at most one open a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tortoise.queryset import QuerySet

from dialogs.actions import Outcome
from dialogs.state import from_json, to_json
from dialogs.taking_over import hold
from handlers.timers import DueKind, Timer, set_timer
from models.alert import Alert, AlertEvent, AlertLevel
from models.conversation import Dialog, DialogKind, DialogStatus
from models.once import insert_once
from models.room import HumanTalk, TalkDesk
from models.unit import lock

# staffed time after which a patient who waits is given back to all
SILENT_AFTER: Final = timedelta(minutes=15)
# after the last word of either side the bot may speak again
FORGOTTEN_AFTER: Final = timedelta(hours=48)
ASKED_FOR: Final = "human:"
WAITS: Final = "talk-waits"
_ABUSE: Final = "abuse"
_VIOLENCE: Final = "violence"
_TAKEN: Final = (AlertEvent.CLAIMED,)
_GIVEN_BACK: Final = (AlertEvent.TRANSFERRED, AlertEvent.RETURNED, AlertEvent.MOVED)
_SPOKEN_TO: Final = (AlertEvent.CALLED, AlertEvent.REPLIED)
_AT_REST: Final = (DialogKind.APPOINTMENT, DialogKind.COMPLAINT)


@dataclass(frozen=True, slots=True)
class Opening:
    """Why a person is to talk, and until when that was promised; `occurrence` makes it once."""

    occurrence: str
    conversation_id: UUID
    due_at: datetime
    for_desk: TalkDesk = TalkDesk.WARD
    patient_id: UUID | None = None
    dialog_id: UUID | None = None
    alert_id: UUID | None = None
    complaint_id: UUID | None = None


def open_talks() -> QuerySet[HumanTalk]:
    """Select the talks nobody has ended."""
    return HumanTalk.filter(closed_at__isnull=True)


async def talks_version() -> str:
    """Return a word that changes whenever anything about the open talks does."""
    seen = ("id", "staff_id", "waiting_since", "conversation__position")
    return repr(await open_talks().order_by("id").values_list(*seen))


async def talk_in(conversation_id: UUID) -> HumanTalk | None:
    """Return the open talk of a conversation: while there is one, the bot is silent."""
    return await HumanTalk.get_or_none(open_for=conversation_id)


async def hold_talk(talk_id: UUID) -> HumanTalk | None:
    """Lock an open talk, its alert before it as everybody does; None when it has ended."""
    known = await open_talks().get_or_none(id=talk_id)
    if known is not None and known.alert_id is not None:
        await lock(Alert.filter(id=known.alert_id)).get()
    return await lock(open_talks().filter(id=talk_id)).first() if known else None


async def open_talk(opening: Opening, now: datetime) -> HumanTalk:
    """Begin a talk, once a conversation; what a questionnaire was asking waits until its end.

    The caller holds the lock of the conversation.
    """
    known = await talk_in(opening.conversation_id)
    if known is not None:
        return known
    held = await _hold_questions(opening.conversation_id, now)
    talk = HumanTalk(
        occurrence=opening.occurrence,
        conversation_id=opening.conversation_id,
        open_for=opening.conversation_id,
        patient_id=opening.patient_id,
        dialog_id=opening.dialog_id or held,
        alert_id=opening.alert_id,
        complaint_id=opening.complaint_id,
        for_desk=opening.for_desk,
        opened_at=now,
        due_at=opening.due_at,
        waiting_since=now,
    )
    if await insert_once(talk):
        await watch_untaken(talk, now)
        return talk
    return await HumanTalk.get(occurrence=opening.occurrence)


async def open_beside(alert: Alert, kind: str, now: datetime) -> None:
    """Begin a talk where an alert has promised the patient a person (M-HUMAN, M-ABUSE)."""
    if alert.drill or alert.conversation_id is None or not _promises(alert, kind):
        return
    opening = Opening(
        f"talk:{alert.id}",
        alert.conversation_id,
        alert.due_at,
        patient_id=alert.patient_id,
        dialog_id=alert.dialog_id,
        alert_id=alert.id,
    )
    await open_talk(opening, now)


async def follow(alert: Alert, event: AlertEvent, staff_id: UUID | None, now: datetime) -> None:
    """Let the talk go the way of its alert: who takes the one has the other."""
    talks = open_talks().filter(alert_id=alert.id)
    if event in _TAKEN and await talks.filter(staff_id=None).update(
        staff_id=staff_id, taken_at=now
    ):
        await watch(await talks.get(), now)
    elif event in _GIVEN_BACK:
        await talks.update(staff_id=None, taken_at=None)
    elif event in _SPOKEN_TO and await talks.update(waiting_since=None):
        await watch_for_silence(await talks.get(), now)
    elif event is AlertEvent.CLOSED:
        await _end_soon(talks, staff_id, now)


async def watch(talk: HumanTalk, since: datetime) -> None:
    """Look after a quarter of an hour whether somebody who was taken on still waits."""
    occurrence = since.isoformat()
    await set_timer(Timer(DueKind.TALK_SILENT, talk.id, since + SILENT_AFTER, occurrence))


async def watch_untaken(talk: HumanTalk, now: datetime) -> None:
    """Look, when the promised time is over, whether anybody of the consult room has taken it.

    A ward's talk climbs with its alert.
    """
    if talk.for_desk is TalkDesk.CONSULT:
        at = max(talk.due_at, now)
        await set_timer(Timer(DueKind.TALK_SILENT, talk.id, at, f"{WAITS} {now.isoformat()}"))


async def watch_for_silence(talk: HumanTalk, since: datetime) -> None:
    """Look after two days whether anything has been said since an answer, or nobody ended it."""
    occurrence = f"answered {since.isoformat()}"
    await set_timer(Timer(DueKind.TALK_OVER, talk.id, since + FORGOTTEN_AFTER, occurrence))


def _promises(alert: Alert, kind: str) -> bool:
    asked = alert.rule.startswith(ASKED_FOR) or alert.rule == _ABUSE
    return asked or alert.level == AlertLevel.DISP or kind == _VIOLENCE


async def _end_soon(talks: QuerySet[HumanTalk], staff_id: UUID | None, now: datetime) -> None:
    """What is closed has been seen to; a colleague who is talking goes on."""
    talk = await talks.get_or_none()
    if talk is not None and talk.staff_id in (None, staff_id):
        # named by the closing: the talk may go on, and belong to another alert by the next one
        occurrence = f"closed {now.isoformat()}"
        await set_timer(Timer(DueKind.TALK_OVER, talk.id, now, occurrence))


async def _hold_questions(conversation_id: UUID, now: datetime) -> UUID | None:
    """Put the questionnaire that is being answered aside; the desks have their own ways."""
    rows = Dialog.filter(conversation_id=conversation_id, status=DialogStatus.ACTIVE)
    dialog = await rows.exclude(kind__in=_AT_REST).order_by("-updated_at").first()
    if dialog is None:
        return None
    state = from_json(dialog.state)
    if not state.closed:
        dialog.state = to_json(hold(state))
        dialog.status, dialog.outcome = DialogStatus.CLOSED, Outcome.HUMAN.value
        dialog.closed_at = now
        await dialog.save(update_fields=["state", "status", "outcome", "closed_at"])
    return dialog.id
