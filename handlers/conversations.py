"""Which dialog of a conversation is talking: one at a time, the others wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tortoise.queryset import QuerySet

from dialogs.engine import step
from dialogs.events import Began
from dialogs.state import Stage, State, from_json, to_json
from dialogs.taking_over import put_aside
from dialogs.timing.attempts import may_start
from handlers.desk import Desk
from handlers.effects import Saving, save
from handlers.human_talk import talk_in
from handlers.matters import Matter, matter_of
from handlers.outgoing import UNSENT, last_started
from handlers.quiet_after_alarm import is_quiet, look_again
from models.care import Encounter, FollowUpTask
from models.conversation import (
    Conversation,
    Dialog,
    DialogKind,
    DialogStatus,
    Outgoing,
    OutgoingPurpose,
    OutgoingStatus,
)
from models.people import ContactPoint

_NOT_LEFT: Final = (OutgoingStatus.PLANNED, OutgoingStatus.QUEUED)


@dataclass(frozen=True, slots=True)
class Subject:
    """What a questionnaire is about: a round after a stay, or a visit nobody came to."""

    patient_id: UUID
    forms: tuple[str, ...]
    deadline_at: datetime
    encounter_id: UUID | None = None
    task_id: UUID | None = None
    appointment_id: UUID | None = None
    priority: int = 0

    @classmethod
    def of_round(cls, encounter: Encounter, task: FollowUpTask) -> Subject:
        """Describe a round of the plan that follows a stay."""
        return cls(
            patient_id=encounter.patient_id,
            forms=tuple(task.forms),
            deadline_at=task.deadline_at,
            encounter_id=encounter.id,
            task_id=task.id,
            priority=task.round,
        )


async def open_dialog(conversation: Conversation) -> Dialog | None:
    """Return the active dialog, else the one that ended last: words after the end belong to it.

    A dialog whose opening nobody has seen yet is answered by nothing. One whose opening went to
    nobody waits, and opens anew for whoever writes now.
    """
    begun = (DialogStatus.ACTIVE, DialogStatus.CLOSED, DialogStatus.PAUSED)
    rows = health_dialogs(conversation).filter(status__in=begun)
    latest_first = await rows.order_by("-updated_at")
    active = next((row for row in latest_first if row.status is DialogStatus.ACTIVE), None)
    if active is not None and not await _is_unseen(active):
        return active
    return next((row for row in latest_first if row is not active), None)


async def _is_unseen(dialog: Dialog) -> bool:
    """Tell whether the opening of a dialog has not left, or went to nobody."""
    if from_json(dialog.state).stage is not Stage.OPENING:
        return False
    row = await Outgoing.filter(dialog_id=dialog.id).order_by("-position").first()
    if row is None or row.status not in (*_NOT_LEFT, *UNSENT):
        return False
    if row.status in UNSENT:
        await _open_anew(dialog)
    return True


async def _open_anew(dialog: Dialog) -> None:
    dialog.state = to_json(put_aside(from_json(dialog.state)))
    dialog.status, dialog.asked_at = DialogStatus.WAITING, None
    await dialog.save(update_fields=["state", "status", "asked_at"])


def health_dialogs(conversation: Conversation) -> QuerySet[Dialog]:
    """Select what asks how somebody is; the booking and complaint desks talk beside it."""
    rows = Dialog.filter(conversation_id=conversation.id)
    return rows.exclude(kind__in=(DialogKind.APPOINTMENT, DialogKind.COMPLAINT))


async def remember(matter: Matter, state: State) -> Dialog | None:
    """Make a dialog of words that came outside any: what follows a danger must be remembered.

    Somebody who never had a questionnaire may answer the safety text all the same.
    """
    if matter.patient_id is None:
        return None
    return await Dialog.create(
        conversation_id=matter.conversation.id,
        patient_id=matter.patient_id,
        encounter_id=matter.encounter.id if matter.encounter else None,
        kind=DialogKind.HUMAN,
        state=to_json(state),
        status=DialogStatus.CLOSED,
        outcome=state.outcome,
        started_at=matter.now,
        updated_at=matter.now,
        closed_at=matter.now,
    )


async def start_dialog(
    desk: Desk,
    conversation: Conversation,
    contact_point: ContactPoint,
    subject: Subject,
    now: datetime,
) -> Dialog:
    """Begin a questionnaire, or let it wait while another, a person or an alarm has the talk."""
    dialog = Dialog(**_fields(desk, conversation, subject, now))
    asking = await health_dialogs(conversation).filter(status=DialogStatus.ACTIVE).exists()
    busy = asking or await talk_in(conversation.id) is not None
    await dialog.save()
    if not busy and await is_quiet(conversation.id, now):
        await look_again(desk, dialog, now)
    elif not busy:
        await begin(desk, conversation, contact_point, dialog, now, purpose_of(dialog))
    return dialog


def _fields(
    desk: Desk, conversation: Conversation, subject: Subject, now: datetime
) -> dict[str, Any]:
    return {
        "conversation_id": conversation.id,
        "patient_id": subject.patient_id,
        "encounter_id": subject.encounter_id,
        "task_id": subject.task_id,
        "appointment_id": subject.appointment_id,
        "forms": list(subject.forms),
        "form_versions": {form: desk.catalog.forms[form].version for form in subject.forms},
        "state": to_json(State(subject.forms)),
        "status": DialogStatus.WAITING,
        "priority": subject.priority,
        "started_at": now,
        "updated_at": now,
        "deadline_at": subject.deadline_at,
    }


def purpose_of(dialog: Dialog) -> OutgoingPurpose:
    """Say as what a dialog opens: about a missed visit it is no talk about the illness."""
    return OutgoingPurpose.REMINDER if dialog.appointment_id else OutgoingPurpose.INITIATED


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
    """Let the dialog that waits begin once the talk before it has ended, and no alarm stands.

    Not in the very second in which the other one was thanked for.
    """
    pending = (DialogStatus.ACTIVE, DialogStatus.WAITING)
    rows = await health_dialogs(conversation).filter(status__in=pending).order_by("deadline_at")
    if not rows or any(row.status is DialogStatus.ACTIVE for row in rows):
        return
    if await talk_in(conversation.id) is not None:
        return
    waiting = rows[0]
    just_ended = await health_dialogs(conversation).filter(closed_at=now).exists()
    if just_ended or await is_quiet(conversation.id, now):
        await look_again(desk, waiting, now)
        return
    purpose = purpose_of(waiting)
    reminds = purpose is OutgoingPurpose.REMINDER
    if reminds or may_start(await last_started(waiting.patient_id), now):
        await begin(desk, conversation, contact_point, waiting, now, purpose)
