"""Danger in the words of somebody who answers for several patients: the alarm is for who has it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from dialogs.actions import Ask
from dialogs.catalog import load_tables
from dialogs.engine import step
from dialogs.events import Event, Returned, Said
from dialogs.state import to_json
from dialogs.tagging.complaint import tag
from dialogs.taking_over import put_aside
from dialogs.titles import titles
from dialogs.whom import Circle, Person, whom
from handlers.alerts import note
from handlers.conversations import health_dialogs
from handlers.effects import Saving, save
from handlers.family import circle_of
from handlers.matters import Matter, matter_about, matter_of
from handlers.outgoing import Draft, write
from handlers.quiet_after_alarm import look_again
from handlers.red_flags import red_flags
from models.alert import Alert, AlertEvent, AlertLevel
from models.conversation import Dialog, DialogStatus, Inbound
from models.people import Patient
from models.unit import lock

WHOSE: Final = "M-RF-WHOSE"
PEOPLE: Final = "people"
# the options of M-RF-WHOSE; a fifth patient of one phone is told in words
PLACES: Final = ("one", "two", "three", "four")
NOBODY: Final = "nobody"
_CHILD: Final = frozenset({"child"})
_BEGUN: Final = (DialogStatus.ACTIVE, DialogStatus.CLOSED, DialogStatus.PAUSED)


@dataclass(slots=True)
class Aim:
    """Whom a dangerous message is taken for; `interrupted` is what was asked of another patient.

    `sure`: nobody need be asked whether it is this patient.
    """

    matter: Matter
    circle: Circle | None = None
    sure: bool = True
    interrupted: Dialog | None = None


async def aim(matter: Matter, inbound: Inbound, event: Event) -> Aim:
    """Decide whom danger is about before anybody hears it; in doubt whom the talk is about.

    Nothing is delayed by it: an undecided message alarms at once, and is asked about afterwards.
    """
    if not isinstance(event, Said) or event.text.strip().isdigit():
        return Aim(matter)
    urgent = tag(event.text, lexicon=matter.desk.own_words()).urgent_type
    heard = red_flags(replace(matter, urgent=urgent), event.text)
    signs = [danger.words for danger in heard if danger.level]
    if not signs:
        return Aim(matter)
    circle = await circle_of(matter)
    if len(circle.people) < 2:  # noqa: PLR2004 - of one there is no doubt
        return Aim(matter)
    meant = whom(event.text, signs, circle)
    if meant.key == circle.current:
        return Aim(_careful(matter, circle, sure=meant.sure), circle, meant.sure)
    other = await _turned_to(matter, UUID(meant.key))
    await Inbound.filter(id=inbound.id).update(dialog_id=other.dialog_id)
    active = matter.dialog is not None and matter.dialog.status is DialogStatus.ACTIVE
    interrupted = matter.dialog if active else None
    return Aim(_careful(other, circle, sure=meant.sure), circle, meant.sure, interrupted)


def _careful(matter: Matter, circle: Circle, *, sure: bool) -> Matter:
    """Where it may be an adult, nobody is sent to the children's emergency room."""
    children = all(person.is_child for person in circle.people)
    if sure or children:
        return matter
    return replace(matter, case=replace(matter.case, tags=matter.case.tags - _CHILD))


async def _turned_to(matter: Matter, patient_id: UUID) -> Matter:
    """Load the matter of another patient: the questions put to them last, else none."""
    asked = health_dialogs(matter.conversation).filter(patient_id=patient_id, status__in=_BEGUN)
    dialog = await asked.order_by("-updated_at").first()
    known = (matter.desk, matter.conversation, matter.contact_point)
    if dialog is not None:
        return await matter_of(*known, dialog, matter.now)
    return await matter_about(*known, await Patient.get(id=patient_id), matter.now)


async def settle(aimed: Aim, inbound: Inbound) -> None:
    """After the alarm: tell staff who else may be meant, ask whose it is, and see to the rest."""
    if aimed.circle is None:
        return
    alerts = await alerts_of(inbound.id)
    if aimed.interrupted is not None:
        await _go_on(aimed, inbound, alerts)
    if alerts and not aimed.sure:
        await _ask_whose(aimed, aimed.circle, inbound, alerts)


async def alerts_of(inbound_id: UUID | None) -> list[Alert]:
    """Return what one message has alarmed people of, the gravest first."""
    raised = Alert.filter(occurrence__startswith=f"reply:{inbound_id}:", drill=False)
    grave = raised.filter(level__in=(AlertLevel.L1, AlertLevel.L2))
    return await lock(grave.order_by("level"))


async def _go_on(aimed: Aim, inbound: Inbound, alerts: list[Alert]) -> None:
    """What was asked of another patient waits behind a red alarm, else it is asked again."""
    matter = aimed.matter
    dialog = await Dialog.get(id=aimed.interrupted.id) if aimed.interrupted else None
    if dialog is None:
        return
    known = (matter.desk, matter.conversation, matter.contact_point)
    other = await matter_of(*known, dialog, matter.now)
    red = any(alert.level is AlertLevel.L1 for alert in alerts)
    if red or matter.state.held:
        await _wait(other, dialog)
        return
    case = replace(other.case, last_turn=matter.conversation.turn)
    state, actions = step(matter.desk.catalog, case, other.state, Returned(matter.now))
    await save(Saving(other, f"behind:{inbound.id}", in_reply_to=inbound.id), state, actions)


async def _wait(matter: Matter, dialog: Dialog) -> None:
    aside = put_aside(matter.state)
    if aside is matter.state:
        return
    dialog.state, dialog.status, dialog.asked_at = to_json(aside), DialogStatus.WAITING, None
    await dialog.save(update_fields=["state", "status", "asked_at"])
    await look_again(matter.desk, dialog, matter.now)


async def _ask_whose(aimed: Aim, circle: Circle, inbound: Inbound, alerts: list[Alert]) -> None:
    matter = aimed.matter
    others = [person for person in circle.people if person.key != str(matter.patient_id or "")]
    told = load_tables("staff")["S-WHOSE"]["text"].format(people=in_full(others))
    for alert in alerts:
        await note(alert, AlertEvent.NOTED, matter.now, detail=told)
    people = circle.people[: len(PLACES)]
    matter.conversation.turn += 1
    draft = Draft(
        _question(matter, people),
        occurrence=f"whose:{inbound.id}",
        contact_point_id=matter.contact_point.id,
        channel=matter.contact_point.system.channel,
        dialog_id=matter.dialog_id,
        patient_id=matter.patient_id,
        in_reply_to_id=inbound.id,
        elderly=matter.case.elderly,
    )
    await write(matter.conversation, draft, {}, matter.now)


def _question(matter: Matter, people: tuple[Person, ...]) -> Ask:
    named = titles(people, matter.desk.language)
    keys = (*PLACES[: len(people)], NOBODY)
    labels = dict(zip(PLACES, (*named, *[""] * len(PLACES)), strict=False))
    asked = {PEOPLE: ",".join(person.key for person in people)}
    return Ask(matter.conversation.turn, WHOSE, options=keys, values={**labels, **asked})


def in_full(people: list[Person]) -> str:
    """Name patients to staff, each with the age."""
    return "、".join(f"{p.name}({p.age})" if p.age is not None else p.name for p in people)
