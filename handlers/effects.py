"""Writing down what a dialog decided: state, answers, alerts, timers, messages; one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from dialogs.actions import (
    Action,
    Alert,
    AllowContact,
    Ask,
    Close,
    Keep,
    NarrowStop,
    Note,
    Outcome,
    Remind,
    Say,
    StopContact,
    WishBooking,
    Withdraw,
)
from dialogs.answers import is_good_news
from dialogs.complaints.phrases import wants_secrecy
from dialogs.levels import Level
from dialogs.promises import due_of
from dialogs.state import State, to_json
from dialogs.timing.words import promise_text
from dialogs.wording import variables
from handlers import alerts, closing, contact, keeping
from handlers.appointments import wishes
from handlers.complaints import surveys
from handlers.complaints.identity import is_stranger, is_unnamed
from handlers.contents import content_of
from handlers.knowledge_answers import Decided, settle_question, standard_answer
from handlers.matters import Matter
from handlers.outgoing import Draft, write
from handlers.questions.filing import number_told
from models.alert import Alert as AlertRow
from models.alert import AlertLevel
from models.conversation import Conversation, DialogStatus, Outgoing, OutgoingPurpose


@dataclass(slots=True)
class Saving:
    """One step being written: what caused it, and what the texts may promise because of it.

    `said` are the patient's words of this step; `heard` the levels they have raised so far;
    `speaks`: the dialog itself has something to say.
    """

    matter: Matter
    cause: str
    purpose: OutgoingPurpose = OutgoingPurpose.REPLY
    in_reply_to: UUID | None = None
    said: str = ""
    heard: set[Level] = field(default_factory=set)
    completed: bool = False
    speaks: bool = False
    values: dict[str, str] = field(default_factory=dict)


async def save(saving: Saving, state: State, actions: tuple[Action, ...]) -> None:
    """Write the new state and carry out every action, in order.

    A plain question may have its standard answer instead of an alert.
    """
    decided = await settle_question(saving.matter, Decided(state, actions))
    saving.speaks = any(isinstance(action, Say | Ask) for action in decided.actions)
    await _save_state(saving.matter, decided.state)
    for place, action in enumerate(decided.actions):
        await _carry_out(saving, action, place)
    if saving.completed and not await surveys.offer_call(saving.matter):
        await wishes.offer_review(saving.matter)


async def _save_state(matter: Matter, state: State) -> None:
    matter.state = state
    dialog = matter.dialog
    if dialog is None:
        return
    await _count_turns(matter.conversation, state.turn)
    dialog.state = to_json(state)
    dialog.turn = state.turn
    dialog.forms = list(state.forms)
    dialog.responder = state.by
    dialog.asked_at = state.asked
    dialog.updated_at = matter.now
    if not state.closed:
        dialog.status = DialogStatus.ACTIVE
        dialog.outcome = ""
        dialog.closed_at = None
    await dialog.save()


async def _count_turns(conversation: Conversation, turn: int) -> None:
    if turn > conversation.turn:
        conversation.turn = turn
        await conversation.save(update_fields=["turn"])


async def _carry_out(saving: Saving, action: Action, place: int) -> None:
    matter = saving.matter
    match action:
        case Say() | Ask():
            await _send(saving, action, place)
        case Keep():
            await keeping.keep(matter, action)
        case Withdraw():
            await keeping.withdraw(matter, action)
        case Alert():
            await _alert(saving, action, place)
        case Note():
            await _note(saving, action, place)
        case Remind():
            await contact.remind(matter, action.at)
        case StopContact() | NarrowStop() | AllowContact():
            await contact.decide(matter, action)
        case WishBooking() | Close():
            await _end(saving, action, place)


async def _send(saving: Saving, body: Say | Ask, place: int) -> None:
    matter = saving.matter
    if isinstance(body, Say) and "due" in variables(matter.desk.catalog.messages[body.message].sms):
        await _promise_what_stands(saving)
    draft = Draft(
        body,
        occurrence=f"{saving.cause}:{place}",
        purpose=saving.purpose,
        contact_point_id=matter.contact_point.id,
        channel=matter.contact_point.system.channel,
        dialog_id=matter.dialog_id,
        task_id=matter.task.id if matter.task else None,
        patient_id=matter.patient_id,
        in_reply_to_id=saving.in_reply_to,
        expires_at=_worth_until(saving),
        subject_version=matter.task.version if matter.task else 1,
        elderly=matter.case.elderly,
    )
    await write(matter.conversation, draft, saving.values, matter.now)


async def _promise_what_stands(saving: Saving) -> None:
    """What an alert of an earlier step promises may be said when its answer was confirmed."""
    matter = saving.matter
    if "due" in saving.values or matter.dialog_id is None:
        return
    alert = await alerts.open_in(matter.dialog_id)
    if alert is None:
        return
    raised = Alert(Level(alert.level), alert.rule)
    again = due_of(raised, matter.now, matter.desk.calendar, matter.desk.staffed_hours)
    due = alert.due_at if alert.due_at > matter.now else again
    saving.values["due"] = promise_text(due, matter.now, language=matter.desk.language)


def _worth_until(saving: Saving) -> datetime | None:
    """What we begin is not worth sending after the deadline; an answer always is."""
    if saving.purpose is OutgoingPurpose.REPLY:
        return None
    task, dialog = saving.matter.task, saving.matter.dialog
    deadline = dialog.deadline_at if dialog else None
    return task.deadline_at if task else deadline


async def _alert(saving: Saving, action: Alert, place: int) -> None:
    """Raise an alert; two signs of danger in one sentence are one alert, with the sentence."""
    matter = saving.matter
    heard = bool(action.kind)
    if heard and action.level in saving.heard:
        return
    saving.heard |= {action.level} if heard else set()
    finding = alerts.RaisedAlert(
        level=action.level,
        rule=action.rule,
        words=saving.said if heard and saving.said else action.words,
        kind=action.kind,
        within_minutes=action.within_minutes,
        conversation_id=matter.conversation.id,
        occurrence=f"{saving.cause}:{place}",
    )
    if await _is_about_patient(saving, action):
        finding = _about_patient(finding, matter)
    raised = await alerts.raise_alert(matter.desk, finding, matter.now)
    due = due_of(action, matter.now, matter.desk.calendar, matter.desk.staffed_hours)
    saving.values["due"] = promise_text(due, matter.now, language=matter.desk.language)
    saving.values["no"] = await number_told(raised)


def _about_patient(finding: alerts.RaisedAlert, matter: Matter) -> alerts.RaisedAlert:
    """Say whom an alert is about, and in which round of questions it came up."""
    stay = matter.encounter
    return replace(
        finding,
        dialog_id=matter.dialog_id,
        task_id=matter.task.id if matter.task else None,
        encounter_id=stay.id if stay else None,
        patient_id=matter.patient_id,
        department_id=stay.department_id if stay else None,
    )


async def _is_about_patient(saving: Saving, action: Alert) -> bool:
    """A stranger's dispute is not our patient's; who complains unnamed is named for danger alone.

    The ward is a part of the name: its director reads disputes.
    """
    if action.level is not Level.DISP:
        return True
    if is_stranger(saving.matter) or wants_secrecy(saving.said):
        return False
    return not await is_unnamed(saving.matter.conversation.id)


async def _note(saving: Saving, action: Note, place: int) -> None:
    """Words outside a question go to the open alert, or make a question for the ward."""
    matter = saving.matter
    if not action.words:
        return
    answer = None if action.urge else await standard_answer(matter, action.words)
    noted = await alerts.add_patient_words(
        action.words,
        matter.now,
        conversation_id=matter.conversation.id,
        urge=action.urge,
        dispute=action.dispute,
    )
    if answer is not None:
        await _send(saving, answer, place)
    elif noted is None:
        await _alert(saving, Alert(Level.Q, "message", action.words), place)
        await _send(saving, Say("M-HELLO"), place)
    elif not saving.speaks and not await _just_said(matter, message := _receipt(noted, action)):
        await _send(saving, Say(message), place)


def _receipt(noted: AlertRow, action: Note) -> str:
    """Say that words were passed on; good news below no red alarm needs no word of urgency."""
    calm = noted.level is not AlertLevel.L1 and is_good_news(action.words)
    return "M-NOTED-WELL" if calm else "M-PASSED-ON"


async def _end(saving: Saving, action: WishBooking | Close, place: int) -> None:
    """End the dialog; a wish to book is seen to after its end."""
    if isinstance(action, WishBooking):
        await _book(saving, action, place)
        return
    await closing.close(saving.matter, action)
    saving.completed = action.outcome is Outcome.COMPLETED


async def _book(saving: Saving, action: WishBooking, place: int) -> None:
    """Go on at the booking desk; a hospital without a book has somebody arrange it."""
    cause = f"{saving.cause}:{place}"
    saving.completed = False
    if not await wishes.has_book():
        await _alert(saving, Alert(Level.Q, "booking"), place)
        await _send(saving, Say("M-BOOK-WISH"), place)
    elif action.now:
        await wishes.book_now(saving.matter, cause)
    else:
        await wishes.book_by_phone(saving.matter, cause)


async def _just_said(matter: Matter, message: str) -> bool:
    """Tell whether this is what the patient heard last: saying it again and again is no answer."""
    rows = Outgoing.filter(conversation_id=matter.conversation.id)
    last = await rows.order_by("-position").first()
    body = content_of(last).body if last else None
    return body is not None and body.message == message
