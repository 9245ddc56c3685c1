"""Whether a message is for the complaint desk, whatever else is open, and giving it to it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dialogs.complaints import events as told
from dialogs.complaints.beside import wish_among
from dialogs.complaints.precedence import Concern, concern_of, is_mild, named
from dialogs.engine import step
from dialogs.events import Blamed, Chose, Event, Overheard, Said, Sent
from dialogs.form import ItemType
from dialogs.tagging.blame import blames_for_death
from dialogs.timing.spans import local
from handlers import alerts
from handlers.appointments import hearing as booking
from handlers.appointments.hearing import Heard
from handlers.complaints.aimed import (
    answers_us,
    is_for_the_office,
    is_more,
    is_pressed_here,
    is_sent_here,
    nods_to_us,
)
from handlers.complaints.danger import hear_in_danger, keep_in_danger, leaves_it
from handlers.complaints.ear import Ear, give, let_talk, listen, said
from handlers.complaints.precedence import (
    answers_form,
    answers_nurses,
    open_item,
)
from handlers.complaints.secret import OF_THE_OFFICE, is_secret
from handlers.effects import Saving, save

__all__ = [
    "Ear",
    "ask_late",
    "for_nurses",
    "hear",
    "hear_beside",
    "hear_more",
    "is_for_the_office",
    "keep_in_danger",
    "leaves_it",
    "listen",
]

_IN_MOURNING: Final = OF_THE_OFFICE | {Concern.FILES, Concern.HOW}
_NEVER_LOST: Final = (Concern.FILES, Concern.DISCONTENT)


async def hear(ear: Ear) -> Heard | None:
    """Give a message to the complaint desk if it is for it; None when it is not."""
    match ear.event:
        case Said():
            return await _hear_words(ear)
        case Chose(turn=turn, key=key) if is_pressed_here(ear, turn):
            return await give(ear, Chose(ear.matter.now, key, turn))
        case Sent() if await is_sent_here(ear):
            return await give(ear, told.Pictured(ear.matter.now, str(ear.inbound.id)))
        case _:
            return None


async def hear_more(ear: Ear) -> Heard | None:
    """Take words nobody else takes as more of what the desk was just told."""
    if not isinstance(ear.event, Said) or not await is_more(ear):
        return None
    return await give(ear, replace(said(ear), follows=True))


async def hear_beside(ear: Ear) -> None:
    """After something graver was answered, what complained in the same words is not lost."""
    graver = ear.graver or ear.endangered or ear.mourning or ear.tags.dispute_risk
    if not isinstance(ear.event, Said) or not graver:
        return
    concern = concern_of(ear.text, ear.tags, ear.facts, ear.state)
    if concern in _NEVER_LOST and not answers_form(ear.matter, ear.text):
        at, ref = ear.matter.now, str(ear.inbound.id)
        await let_talk(ear, told.Mentioned(at, ear.text, ear.tags, ref))


async def ask_late(ear: Ear) -> Heard | None:
    """Ask what was put off while the booking desk was asking."""
    if ear.dialog is None or not ear.state.pending:
        return None
    return await give(ear, told.Freed(ear.matter.now))


def for_nurses(ear: Ear) -> Event:
    """Return the message as the nurses' side is to take it: words of a dispute as that."""
    if not ear.blames:
        return ear.event
    return Blamed(ear.matter.now, ear.text, again=ear.facts.disputed)


async def _hear_words(ear: Ear) -> Heard | None:
    if ear.graver:
        return None
    if ear.mourning:
        return await _hear_in_mourning(ear)
    return await (hear_in_danger(ear) if ear.endangered else _hear_calmly(ear))


async def _hear_in_mourning(ear: Ear) -> Heard | None:
    """After a death what deals with filing is heard; who is to blame for it people hear first."""
    if ear.tags.dispute_risk or blames_for_death(ear.text):
        return None
    concern = concern_of(ear.text, ear.tags, ear.facts, ear.state)
    if concern in _IN_MOURNING or await answers_us(ear):
        return await give(ear, said(ear))
    return None


async def _hear_calmly(ear: Ear) -> Heard | None:
    if await answers_us(ear) or await nods_to_us(ear):
        return await give(ear, said(ear))
    concern = concern_of(ear.text, ear.tags, ear.facts, ear.state)
    if ear.blames and concern not in (Concern.NUMBER, Concern.TAKES_BACK):
        return None
    if concern is Concern.NOTHING and _is_beside_the_form(ear):
        ear.facts = replace(ear.facts, answering=False)
        return await give(ear, said(ear))
    if concern is Concern.NOTHING or answers_form(ear.matter, ear.text):
        return None
    if concern is Concern.DISCONTENT:
        return await _hear_discontent(ear)
    await _overhear(ear)
    heard = await give(ear, said(ear))
    return await _also_booking(ear, heard) if concern is Concern.FILES else heard


def _is_beside_the_form(ear: Ear) -> bool:
    """Tell whether words praise, or ask about what was just filed, and answer no open item.

    The ward is told of neither: it would read whom it is about.
    """
    item = open_item(ear.matter)
    if item is None or item.type is ItemType.TEXT or answers_nurses(ear.matter, ear.text):
        return False
    at_rest = replace(ear.facts, answering=False)
    concern = concern_of(ear.text, ear.tags, at_rest, ear.state)
    return concern in (Concern.PRAISE, Concern.ASKS)


async def _hear_discontent(ear: Ear) -> Heard | None:
    """Dissatisfaction; with a wish to book beside it the booking desk goes first."""
    if (ear.facts.unnamed and is_mild(ear.tags)) or _is_weary(ear):
        return None
    await _overhear(ear)
    if ear.facts.disputed and not is_secret(ear):
        conversation_id = ear.matter.conversation.id
        await alerts.add_patient_words(
            ear.text, ear.matter.now, conversation_id=conversation_id, dispute=True
        )
    booked = await _booked(ear)
    if booked is None or booked.resting:
        return await give(ear, said(ear))
    deferred = told.Deferred(ear.matter.now, ear.text, ear.tags, str(ear.inbound.id))
    await give(ear, deferred)
    return booked


def _is_weary(ear: Ear) -> bool:
    """Tell whether who asked for silence is merely cross: 烦死了 is answered by silence."""
    asked_for_silence = ear.matter.contact_point.opted_out_at is not None
    return asked_for_silence and (is_mild(ear.tags) or not named(ear.tags))


async def _also_booking(ear: Ear, heard: Heard) -> Heard:
    """What is filed is settled; a wish in the same words is seen to then."""
    return await _booked(ear) or heard if heard.resting else heard


async def _booked(ear: Ear) -> Heard | None:
    """Let the booking desk have the wish that was said beside the complaint."""
    wish = wish_among(ear.text, ear.tags, local(ear.matter.now))
    if not wish:
        return None
    return await booking.hear(ear.matter, ear.inbound, Said(ear.matter.now, wish))


async def _overhear(ear: Ear) -> None:
    """Words that answer an open question in the patient's own words are its answer too."""
    matter = ear.matter
    if open_item(matter) is None:
        return
    case = replace(matter.case, last_turn=matter.conversation.turn)
    event = Overheard(matter.now, ear.text)
    state, actions = step(matter.desk.catalog, case, matter.state, event)
    saving = Saving(matter, f"overheard:{ear.inbound.id}", said=ear.text)
    await save(saving, state, actions)
