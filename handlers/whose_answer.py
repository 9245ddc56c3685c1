"""The answer to "whose is it?": the alarm goes to the patient meant, its clock unchanged."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from uuid import UUID

from dialogs.actions import Ask, Say
from dialogs.catalog import load_tables
from dialogs.events import Chose, Event, Said
from dialogs.replies import one_of
from dialogs.tagging.danger import find_danger
from dialogs.titles import titles
from dialogs.turn import Reply
from dialogs.whom import Circle, Person, names_somebody, whom
from handlers.alerts import note
from handlers.contents import content_of
from handlers.family import circle_of
from handlers.in_reply import say_in_reply
from handlers.matters import Matter, matter_about
from handlers.room.alert_posts import link_of, post_entry
from handlers.silence import give_to_all
from handlers.whose_danger import NOBODY, PEOPLE, PLACES, WHOSE, alerts_of, in_full
from models.alert import Alert, AlertEvent, AlertLevel, AlertStatus
from models.conversation import Inbound, Outgoing
from models.hospital import Department
from models.people import Patient
from models.room import PostKind

# later than this a name is no answer to it
_ANSWERED_WITHIN: Final = timedelta(hours=24)
_LONGEST: Final = 20
_LOOK_BACK: Final = 5


@dataclass(frozen=True, slots=True)
class _Question:
    """The question as it stands on the screen, and the patients it offers."""

    row: Outgoing
    body: Ask
    people: tuple[Person, ...]


async def hear_whose(matter: Matter, inbound: Inbound, event: Event) -> bool:
    """Take the answer to the question whose danger it is; False when it is something else.

    Danger said anew is no answer: it alarms by itself.
    """
    asked = await _asked(matter)
    if asked is None:
        return False
    circle = await circle_of(matter)
    question = _offered(asked, circle)
    meant = _chosen(matter, question, circle, event)
    if not meant:
        return False
    alerts = await alerts_of(question.row.in_reply_to_id)
    for alert in alerts:
        if alert.status != AlertStatus.CLOSED:
            await _settle(matter, alert, meant, circle)
    red = any(alert.level is AlertLevel.L1 for alert in alerts)
    thanks = Say(_thanks(meant, circle, red=red), safety=True)
    await say_in_reply(matter, inbound, thanks, "whose-said")
    return True


async def _asked(matter: Matter) -> Outgoing | None:
    """Return the question, as long as nothing has been asked since."""
    rows = Outgoing.filter(conversation_id=matter.conversation.id)
    for row in await rows.order_by("-position").limit(_LOOK_BACK):
        body = content_of(row).body
        if isinstance(body, Ask):
            fresh = matter.now - row.created_at <= _ANSWERED_WITHIN
            return row if body.message == WHOSE and fresh else None
    return None


def _offered(row: Outgoing, circle: Circle) -> _Question:
    body = content_of(row).body
    keys = body.values[PEOPLE].split(",")
    known = {person.key: person for person in circle.people}
    asked = body if isinstance(body, Ask) else Ask(0)
    return _Question(row, asked, tuple(known[key] for key in keys if key in known))


def _chosen(matter: Matter, question: _Question, circle: Circle, event: Event) -> str:
    """Return the patient's key, or that it is nobody of them; empty when it is no answer."""
    places = dict(zip(PLACES, (person.key for person in question.people), strict=False))
    match event:
        case Chose(key=key, turn=turn) if turn == question.body.turn:
            return NOBODY if key == NOBODY else places.get(key, "")
        case Said(text=text) if len(text) <= _LONGEST and not find_danger(text):
            key = _in_words(matter, question, text)
            if key:
                return NOBODY if key == NOBODY else places.get(key, "")
            return _named(text, circle)
        case _:
            return ""


def _in_words(matter: Matter, question: _Question, text: str) -> str:
    """Read a number or the words on a button, where buttons were shown."""
    if text.strip().isdigit() and not matter.case.rich:
        return ""
    labels = dict(zip(PLACES, titles(question.people, matter.desk.language), strict=False))
    options = [
        replace(option, label=labels.get(option.key, option.label))
        for option in matter.desk.catalog.messages[WHOSE].options
        if option.key in question.body.options
    ]
    return one_of(Reply(text), options) or ""


def _named(text: str, circle: Circle) -> str:
    if not names_somebody(text, circle.people):
        return ""
    meant = whom(text, (), circle)
    return meant.key if meant.sure else ""


async def _settle(matter: Matter, alert: Alert, meant: str, circle: Circle) -> None:
    words = load_tables("staff")
    if meant == NOBODY:
        await note(alert, AlertEvent.NOTED, matter.now, detail=words["S-WHOSE-NOBODY"]["text"])
        return
    person = next(person for person in circle.people if person.key == meant)
    said = words["S-WHOSE-SAID"]["text"].format(people=in_full([person]))
    await note(alert, AlertEvent.NOTED, matter.now, detail=said)
    if alert.patient_id != UUID(meant):
        await _turn_to(matter, alert, await Patient.get(id=meant))


async def _turn_to(matter: Matter, alert: Alert, patient: Patient) -> None:
    """Make it the alarm of this patient, and of the ward this patient was in."""
    known = (matter.desk, matter.conversation, matter.contact_point)
    stay = (await matter_about(*known, patient, matter.now)).encounter
    ward = stay.department_id if stay else alert.department_id
    moves = ward != alert.department_id
    alert.patient_id, alert.encounter_id = patient.id, stay.id if stay else None
    alert.department_id, alert.dialog_id, alert.task_id = ward, None, None
    await alert.save()
    if moves:
        await _move(matter, alert)


async def _move(matter: Matter, alert: Alert) -> None:
    """Another ward hears of it, and it is open to all there."""
    if alert.status == AlertStatus.CLAIMED:
        await give_to_all(alert)
    department = await Department.get_or_none(id=alert.department_id)
    name = department.name if department else ""
    entry = await note(alert, AlertEvent.MOVED, matter.now, detail=name)
    link = link_of(matter.desk, alert)
    await post_entry(alert, entry, PostKind.ALERT, "S-MOVED", matter.now, link=link)


def _thanks(meant: str, circle: Circle, *, red: bool) -> str:
    """Say what to do with a child, where the words before it were for anybody."""
    child = red and any(person.key == meant and person.is_child for person in circle.people)
    return "M-RFC" if child else "M-RF-WHOSE-OK"
