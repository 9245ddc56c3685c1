"""The end of a talk with a person: goodbye once, then what was interrupted goes on."""

from __future__ import annotations

from datetime import datetime, timedelta

from dialogs.actions import Say
from dialogs.engine import step
from dialogs.events import HandedBack
from dialogs.state import from_json, to_json
from dialogs.taking_over import settle
from dialogs.timing.spans import local
from handlers.answering import last_address
from handlers.conversations import next_waiting
from handlers.desk import Desk
from handlers.effects import Saving, save
from handlers.human_talk import FORGOTTEN_AFTER, open_talks, watch_for_silence
from handlers.human_talk_consult import closed_beside
from handlers.human_talk_review import offer_review_after
from handlers.matters import Matter, matter_of
from handlers.outgoing import Draft, write
from handlers.tasks import OPEN, PhoneReason
from handlers.timers import DueKind, Timer, set_timer
from models.alert import Alert, AlertStatus
from models.care import FollowUpTask, TaskStatus
from models.conversation import Conversation, Dialog, Inbound, Outgoing, OutgoingPurpose
from models.hospital import StaffMember
from models.people import ContactPoint, Patient
from models.room import HumanTalk
from models.timetable import Due
from models.unit import lock

_A_DAY = timedelta(days=1)


async def shut(talk: HumanTalk, by: StaffMember | None, now: datetime) -> bool:
    """End a talk; False when somebody else has ended it before. The bot may speak again."""
    values = {"closed_at": now, "closed_by_id": by.id if by else None, "open_for": None}
    return bool(await open_talks().filter(id=talk.id).update(waiting_since=None, **values))


async def say_goodbye(
    desk: Desk, conversation: Conversation, talk: HumanTalk, now: datetime
) -> None:
    """Tell the patient, once, that the bot goes on from here."""
    point = await last_address(conversation)
    if point is None:
        return
    patient = await Patient.get_or_none(id=talk.patient_id)
    born = patient.birth_date if patient else None
    draft = Draft(
        Say("M-TALK-END"),
        f"talk-end:{talk.id}",
        purpose=OutgoingPurpose.STAFF,
        contact_point_id=point.id,
        channel=point.system.channel,
        dialog_id=talk.dialog_id,
        patient_id=talk.patient_id,
        elderly=desk.hours.is_elderly(born, local(now).date()),
    )
    await write(conversation, draft, {}, now)


async def go_on(
    desk: Desk,
    conversation: Conversation,
    point: ContactPoint | None,
    talk: HumanTalk,
    now: datetime,
) -> None:
    """Ask again what the talk interrupted, if its deadline allows; then what has waited begins."""
    if point is None:
        return
    dialog = await Dialog.get_or_none(id=talk.dialog_id)
    if dialog is not None:
        matter = await matter_of(desk, conversation, point, dialog, now)
        await (_resume(matter, talk) if _may_go_on(matter) else _settle(dialog))
    await next_waiting(desk, conversation, point, now)


async def end_over(desk: Desk, due: Due, now: datetime) -> str:
    """End the talk whose alert was closed, or in which nothing is said any more.

    The bot must not stay silent for ever because nobody pressed the last button.
    """
    found = await HumanTalk.get(id=due.subject)
    conversation = await lock(Conversation.filter(id=found.conversation_id)).get()
    talk = await open_talks().get_or_none(id=due.subject)
    if talk is None:
        return "no longer due"
    quiet = await _quiet_since(talk)
    if quiet is not None and now - quiet >= FORGOTTEN_AFTER:
        await close_talk(desk, conversation, talk, None, now)
        return "forgotten"
    by = await _seen_to_by(talk)
    if by is not None and talk.staff_id in (None, by.id):
        await close_talk(desk, conversation, talk, by, now)
        return "ended"
    if quiet is not None:
        await watch_for_silence(talk, quiet)
    return "talked on"


async def close_talk(
    desk: Desk, conversation: Conversation, talk: HumanTalk, by: StaffMember | None, now: datetime
) -> bool:
    """End a talk from our side; the caller holds the conversation's lock."""
    if not await shut(talk, by, now):
        return False
    await say_goodbye(desk, conversation, talk, now)
    point = await last_address(conversation)
    await go_on(desk, conversation, point, talk, now)
    if by is not None and point is not None:
        await offer_review_after(desk, conversation, point, talk, now)
    return True


async def _seen_to_by(talk: HumanTalk) -> StaffMember | None:
    """Return who closed what the talk was about: its alert, or the consult room's task."""
    alert = await Alert.get_or_none(id=talk.alert_id, status=AlertStatus.CLOSED)
    if alert is not None:
        return await StaffMember.get_or_none(id=alert.closed_by_id)
    return await closed_beside(talk)


async def _quiet_since(talk: HumanTalk) -> datetime | None:
    """Return since when an answered patient and staff have said nothing; None while one waits."""
    if talk.waiting_since is not None or talk.taken_at is None:
        return None
    here = {"conversation_id": talk.conversation_id}
    wrote = await Inbound.filter(**here).order_by("-position").first()
    told = Outgoing.filter(purpose=OutgoingPurpose.STAFF, **here).order_by("-position")
    answered = await told.first()
    said = [talk.taken_at]
    said += [wrote.received_at] if wrote else []
    said += [answered.created_at] if answered else []
    return max(said)


def _may_go_on(matter: Matter) -> bool:
    dialog, point, patient, task = (
        matter.dialog,
        matter.contact_point,
        matter.patient,
        matter.task,
    )
    in_time = dialog is not None and (dialog.deadline_at is None or dialog.deadline_at > matter.now)
    reachable = point.wrong_at is None and point.opted_out_at is None
    alive = patient is None or patient.deceased_at is None
    return in_time and reachable and alive and (task is None or task.status in OPEN)


async def _resume(matter: Matter, talk: HumanTalk) -> None:
    """The patient waits for the next question: it is a reply, not a talk we begin."""
    case = matter.case
    state, actions = step(matter.desk.catalog, case, matter.state, HandedBack(matter.now))
    await save(Saving(matter, f"back:{talk.id}"), state, actions)
    if not state.closed and matter.task is not None:
        await _back_from_phone_list(matter, matter.task, talk)


async def _settle(dialog: Dialog) -> None:
    """Too late to go on: only whoever asks for a person again is to be heard again."""
    dialog.state = to_json(settle(from_json(dialog.state)))
    await dialog.save(update_fields=["state"])


async def _back_from_phone_list(matter: Matter, task: FollowUpTask, talk: HumanTalk) -> None:
    """The round is the bot's again: a call the next day if no answer comes, and its deadline."""
    asked = task.status is TaskStatus.PHONE_LIST and task.phone_reason == PhoneReason.HUMAN
    if not asked:
        return
    task.status, task.phone_reason = TaskStatus.ANSWERING, ""
    await task.save(update_fields=["status", "phone_reason"])
    occurrence = f"talk:{talk.id}"
    at = matter.desk.hours.next_allowed(
        matter.now + _A_DAY, elderly=False, clinical=True, calendar=matter.desk.calendar
    )
    if at < task.deadline_at:
        call = Timer(DueKind.CALL_ROUND, task.id, at, occurrence, task.version, task.deadline_at)
        await set_timer(call)
    end = Timer(DueKind.END_ROUND, task.id, task.deadline_at, occurrence, task.version)
    await set_timer(end)
