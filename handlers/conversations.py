"""Which dialog of a conversation is talking: one at a time, the others wait."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tortoise.queryset import QuerySet

from dialogs.engine import step
from dialogs.events import Began
from dialogs.state import State, to_json
from dialogs.timing.attempts import may_start
from handlers.desk import Desk
from handlers.effects import Saving, save
from handlers.matters import matter_of
from handlers.outgoing import last_started
from models.care import Encounter, FollowUpTask
from models.conversation import Conversation, Dialog, DialogKind, DialogStatus, OutgoingPurpose
from models.people import ContactPoint


async def open_dialog(conversation: Conversation) -> Dialog | None:
    """Return the active dialog, else the one that ended last: words after the end belong to it."""
    dialogs = health_dialogs(conversation)
    active = await dialogs.filter(status=DialogStatus.ACTIVE).order_by("-updated_at").first()
    if active is not None:
        return active
    ended = dialogs.filter(status__in=(DialogStatus.CLOSED, DialogStatus.PAUSED))
    return await ended.order_by("-updated_at").first()


def health_dialogs(conversation: Conversation) -> QuerySet[Dialog]:
    """Select what asks how somebody is; the booking desk talks beside it."""
    rows = Dialog.filter(conversation_id=conversation.id)
    return rows.exclude(kind=DialogKind.APPOINTMENT)


async def start_dialog(
    desk: Desk,
    conversation: Conversation,
    contact_point: ContactPoint,
    subject: tuple[Encounter, FollowUpTask],
    now: datetime,
) -> Dialog:
    """Begin a round's dialog, or let it wait while another one is talking."""
    encounter, task = subject
    dialog = Dialog(**_fields(desk, conversation, encounter, task, now))
    busy = await health_dialogs(conversation).filter(status=DialogStatus.ACTIVE).exists()
    await dialog.save()
    if not busy:
        await begin(desk, conversation, contact_point, dialog, now)
    return dialog


def _fields(
    desk: Desk, conversation: Conversation, encounter: Encounter, task: FollowUpTask, now: datetime
) -> dict[str, Any]:
    forms = tuple(task.forms)
    return {
        "conversation_id": conversation.id,
        "patient_id": encounter.patient_id,
        "encounter_id": encounter.id,
        "task_id": task.id,
        "forms": list(forms),
        "form_versions": {form: desk.catalog.forms[form].version for form in forms},
        "state": to_json(State(forms)),
        "status": DialogStatus.WAITING,
        "priority": task.round,
        "started_at": now,
        "updated_at": now,
        "deadline_at": task.deadline_at,
    }


async def begin(
    desk: Desk,
    conversation: Conversation,
    contact_point: ContactPoint,
    dialog: Dialog,
    now: datetime,
    purpose: OutgoingPurpose = OutgoingPurpose.INITIATED,
) -> None:
    """Open a dialog, or open again one that was put off to a time the patient chose (a reply)."""
    matter = await matter_of(desk, conversation, contact_point, dialog, now)
    state, actions = step(desk.catalog, matter.case, matter.state, Began(now))
    cause = f"open:{dialog.id}:{state.turn}"
    await save(Saving(matter, cause, purpose), state, actions)


async def next_waiting(
    desk: Desk, conversation: Conversation, contact_point: ContactPoint, now: datetime
) -> None:
    """Let the dialog that waits begin once the talk before it has ended."""
    dialogs = health_dialogs(conversation)
    if await dialogs.filter(status=DialogStatus.ACTIVE).exists():
        return
    waiting = await dialogs.filter(status=DialogStatus.WAITING).order_by("deadline_at").first()
    if waiting is None:
        return
    if may_start(await last_started(waiting.patient_id), now):
        await begin(desk, conversation, contact_point, waiting, now)
