"""Doing what the complaint desk's talk wants done, in the transaction of the message."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final
from uuid import UUID

from dialogs.complaints import actions as do
from dialogs.complaints.events import AbuseRaised, Answered, Event, Filed, Rated
from dialogs.levels import Level
from dialogs.tagging.complaint import tag
from dialogs.tagging.pieces import joined
from dialogs.tagging.tags import Severity
from dialogs.timing.spans import local, moment
from handlers import alerts
from handlers.casework import filing
from handlers.casework.filing import Filing
from handlers.casework.group import post_urged
from handlers.complaints import opinions
from handlers.complaints.identity import is_unnamed
from handlers.complaints.opinions import named_department
from handlers.desk import Desk
from handlers.room.posts import Post, post
from models.alert import Alert, AlertEntry, AlertEvent, AlertStatus
from models.care import Encounter
from models.complaint import Complaint, ComplaintMode, FiledBy, OpinionStatus
from models.conversation import Conversation, Inbound
from models.hospital import StaffRole
from models.room import HumanTalk, PostKind
from models.unit import lock

SURVEY_CALL: Final = "survey_call"
ABUSE: Final = "abuse"
_CALL: Final = timedelta(hours=4)
_OPINIONS: Final = {
    do.AskedToFile: OpinionStatus.ASKED,
    do.KeepOpinion: OpinionStatus.OPINION,
    do.DeclineOpinion: OpinionStatus.DECLINED,
}


@dataclass(slots=True)
class Carrying:
    """In whose conversation things are done, and what names them once and for all."""

    desk: Desk
    conversation: Conversation
    now: datetime
    occurrence: str
    patient_id: UUID | None = None
    encounter: Encounter | None = None


async def carry(on: Carrying, action: do.Action) -> Event | None:
    """Do one thing; what the talk must know of it is the next event."""
    match action:
        case do.AskedToFile() | do.KeepOpinion() | do.DeclineOpinion():
            await opinions.settle(action.refs, _OPINIONS[type(action)])
        case do.File():
            return await _file(on, action)
        case do.CallMe():
            return await _call(on)
        case do.RaiseAbuse():
            return await _raise_abuse(on, action.words)
        case do.CallOff():
            await _call_off(on, action.words)
        case do.AddWords() | do.Urge() | do.Withdraw() | do.SetMode() | do.Answer() | do.Rate():
            return await _of_case(on, action)
    return None


async def _of_case(
    on: Carrying, action: do.AddWords | do.Urge | do.Withdraw | do.SetMode | do.Answer | do.Rate
) -> Event | None:
    case = await Complaint.get(number=action.number, conversation_id=on.conversation.id)
    match action:
        case do.AddWords(ref=ref):
            await _add(on, case, ref)
        case do.Urge():
            await post_urged(case, on.desk, on.now)
        case do.Withdraw():
            await filing.withdraw(on.desk, case, on.now)
        case do.SetMode(mode=mode):
            await filing.set_mode(case, ComplaintMode(mode), on.now)
        case do.Answer(answer=answer):
            await filing.take_answer(on.desk, case, answer, on.now)
            return Answered(on.now, answer, _call_by(on))
        case do.Rate(stars=stars):
            again = await filing.rate(on.desk, case, stars, on.now)
            return Rated(on.now, again, _call_by(on))
    return None


async def _file(on: Carrying, action: do.File) -> Filed:
    said = await _said(await _whole_story(on, action))
    words = "\n".join(row.text for row in said)
    tags = joined([tag(row.text, lexicon=on.desk.own_words()) for row in said])
    if action.grave:
        tags = replace(tags, dispute_risk=True, severity=Severity.HIGH)
    stay = on.encounter
    complaint = await filing.file_complaint(
        on.desk,
        Filing(
            occurrence=f"{on.occurrence}:file",
            filed_by=FiledBy.EXPLICIT if action.explicit else FiledBy.AGREED,
            words=words,
            tags=tags,
            mode=ComplaintMode.ANONYMOUS if action.anonymous else ComplaintMode.BACK_TO_BACK,
            conversation_id=on.conversation.id,
            patient_id=on.patient_id,
            encounter_id=stay.id if stay else None,
            department_id=await named_department(tags) or (stay.department_id if stay else None),
            inbound_id=said[0].id if said else None,
        ),
        on.now,
    )
    await opinions.settle([str(row.id) for row in said], OpinionStatus.FILED, complaint.id)
    due, result = complaint.contact_due_at, complaint.result_due_at
    return Filed(on.now, complaint.number, due, result, brief=action.brief)


async def _whole_story(on: Carrying, action: do.File) -> tuple[str, ...]:
    """Who says 投诉 means all that was complained of before it; who agrees, what was asked about.

    Words of a dispute weigh on either.
    """
    disputes = not action.explicit
    before = await opinions.unfiled(on.conversation.id, on.now, disputes=disputes)
    return tuple(dict.fromkeys((*before, *action.refs)))


async def _add(on: Carrying, case: Complaint, ref: str) -> None:
    inbound = await Inbound.get(id=UUID(ref))
    tags = tag(inbound.text, lexicon=on.desk.own_words())
    await filing.add_words(on.desk, case, inbound.text, tags, on.now, inbound_id=inbound.id)
    await opinions.settle((ref,), OpinionStatus.FILED, case.id)


async def _said(refs: tuple[str, ...]) -> list[Inbound]:
    return await Inbound.filter(id__in=[UUID(ref) for ref in refs]).order_by("position")


async def _call(on: Carrying) -> Answered:
    """Put a call before the complaint office; the patient agreed to be named for it."""
    alert = await alerts.raise_alert(on.desk, _raised(on, SURVEY_CALL), on.now)
    return Answered(on.now, "survey", await _promise_call(on, alert))


async def _call_off(on: Carrying, words: str) -> None:
    """Note that no call is wanted; what nobody has taken yet is closed with it, by nobody."""
    rows = Alert.filter(conversation_id=on.conversation.id, rule=SURVEY_CALL)
    # in one order, so that of two who lock several none waits for the other for ever
    for alert in await lock(rows.exclude(status=AlertStatus.CLOSED).order_by("id")):
        await alerts.note(alert, AlertEvent.PATIENT_WROTE, on.now, detail=words)
        if alert.status == AlertStatus.OPEN:
            alert.status, alert.escalate_at, alert.closed_at = AlertStatus.CLOSED, None, on.now
            await alert.save(update_fields=["status", "escalate_at", "closed_at"])
            entry = await alerts.note(alert, AlertEvent.CLOSED, on.now)
            await _post_called_off(alert, entry, on.now)


async def _post_called_off(alert: Alert, entry: AlertEntry, now: datetime) -> None:
    """Tell the complaint office, which was to call, that the patient has closed it."""
    once, roles = f"entry:{entry.id}", (StaffRole.COMPLAINT_OFFICE.value,)
    values = {"alert": alert.number}
    said = Post(PostKind.CLOSED, "S-CALL-OFF", values, once, roles=roles, alert_id=alert.id)
    await post(said, now)


async def _raise_abuse(on: Carrying, words: str) -> AbuseRaised:
    """Put rage before the offices, never the ward it is about: one alert a day, more beside it.

    Once that is closed nobody looks at it any more: what is said then is an alert of its own.
    """
    known = await _abuse_in_hand(on)
    if known is not None:
        await alerts.note(known, AlertEvent.PATIENT_WROTE, on.now, detail=words)
        return AbuseRaised(on.now, known.due_at)
    raised = replace(_raised(on, ABUSE, words), department_id=None)
    if await is_unnamed(on.conversation.id):
        raised = replace(raised, patient_id=None, encounter_id=None)
    alert = await alerts.raise_alert(on.desk, raised, on.now)
    return AbuseRaised(on.now, await _promise_call(on, alert))


async def _abuse_in_hand(on: Carrying) -> Alert | None:
    """Lock the day's alert that nobody has closed; closed while we waited, it is none."""
    rows = Alert.filter(conversation_id=on.conversation.id, rule=ABUSE)
    today = rows.filter(raised_at__gte=moment(local(on.now).date(), time()))
    return await lock(today.exclude(status=AlertStatus.CLOSED).order_by("id")).first()


async def _promise_call(on: Carrying, alert: Alert) -> datetime:
    """Set until when a person calls, for the alert and for a talk beside it."""
    alert.due_at = _call_by(on)
    await alert.save(update_fields=["due_at"])
    await HumanTalk.filter(alert_id=alert.id).update(due_at=alert.due_at)
    return alert.due_at


def _raised(on: Carrying, rule: str, words: str = "") -> alerts.RaisedAlert:
    stay = on.encounter
    return alerts.RaisedAlert(
        level=Level.T,
        rule=rule,
        words=words,
        occurrence=f"{on.occurrence}:{rule}",
        conversation_id=on.conversation.id,
        encounter_id=stay.id if stay else None,
        patient_id=on.patient_id,
        department_id=stay.department_id if stay else None,
    )


def _call_by(on: Carrying) -> datetime:
    """A call is promised within four staffed hours, as a first contact is."""
    return on.desk.staffed_hours.add(on.now, _CALL, on.desk.calendar)
