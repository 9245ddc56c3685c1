"""One message as the complaint desk hears it, and letting the desk talk about it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from dialogs.actions import Outcome
from dialogs.complaints import events as told
from dialogs.complaints.facts import Facts
from dialogs.complaints.phrases import is_lukewarm
from dialogs.complaints.precedence import is_guessed
from dialogs.complaints.state import State
from dialogs.events import Event, Said
from dialogs.tagging.complaint import tag
from dialogs.tagging.tags import Tags
from handlers.appointments.hearing import Heard
from handlers.complaints import opinions
from handlers.complaints.facts import Beside, facts_of
from handlers.complaints.identity import is_stranger
from handlers.complaints.opinions import Source
from handlers.complaints.precedence import (
    answers_form,
    in_danger,
    in_survey,
    nurses_first,
    open_item,
    waiting,
)
from handlers.complaints.saving import Talking, talk
from handlers.complaints.talk import desk_dialog, known_dialog, standing
from handlers.complaints.turns import booking_asks
from handlers.knowledge_answers import is_answered
from handlers.matters import Matter
from models.conversation import Dialog, Inbound


@dataclass(slots=True)
class Ear:
    """One message as the complaint desk hears it: its tags, and where the talk stands.

    `graver`: danger, a death or a stop in these words; `endangered`: danger in earlier ones, which
    nobody has seen to.
    """

    matter: Matter
    inbound: Inbound
    event: Event
    text: str = ""
    tags: Tags = field(default_factory=Tags)
    dialog: Dialog | None = None
    facts: Facts = field(default_factory=Facts)
    graver: bool = False
    endangered: bool = False

    @property
    def state(self) -> State:
        """Where the desk's talk stands."""
        return standing(self.dialog)

    @property
    def stranger(self) -> bool:
        """Tell whether a wrong number writes: what a stranger says is not about our patient."""
        return is_stranger(self.matter)

    @property
    def mourning(self) -> bool:
        """Tell whether a death was told in this talk."""
        return self.matter.state.ended_in is Outcome.DECEASED

    @property
    def blames(self) -> bool:
        """Tell whether people have to take over: a dispute without danger in the same words."""
        return self.tags.dispute_risk and not self.graver and not self.mourning


async def listen(matter: Matter, inbound: Inbound, event: Event) -> Ear:
    """Read a message once, and keep what it says for or against the house, whoever answers it.

    The caller holds the conversation's lock.
    """
    dialog = await known_dialog(matter.conversation)
    ear = Ear(matter, inbound, event, dialog=dialog, endangered=await in_danger(matter))
    if isinstance(event, Said):
        ear.text = event.text
        ear.tags = tag(event.text, lexicon=matter.desk.own_words())
        if is_guessed(ear.tags) and await is_answered(matter, event.text):
            # 请问怎么复印病历: what the hospital has an answer to is a question
            ear.tags = Tags()
        if is_lukewarm(event.text):
            ear.tags = Tags()
        matter.urgent = ear.tags.urgent_type
        ear.event = replace(event, urgent=matter.urgent)
        ear.graver = nurses_first(matter, event.text)
    ear.facts = await _facts(ear)
    if isinstance(event, Said) and not answers_form(matter, event.text):
        unnamed = in_survey(matter)
        about = (None, None) if ear.stranger else (matter.patient, matter.encounter)
        source = Source(matter.conversation, *about, unnamed)
        await opinions.keep(source, inbound, ear.text, ear.tags, matter.now)
    return ear


def said(ear: Ear) -> told.Said:
    """Return the message as the desk is told it."""
    return told.Said(ear.matter.now, ear.text, ear.tags, str(ear.inbound.id))


async def give(ear: Ear, event: told.Event) -> Heard:
    """Let the desk have the message; tell whether it asks nothing more."""
    heard = await let_talk(ear, event)
    if ear.dialog is not None:
        await Inbound.filter(id=ear.inbound.id).update(dialog_id=ear.dialog.id)
    return heard


async def let_talk(ear: Ear, event: told.Event) -> Heard:
    """Let the desk talk; the message may belong to somebody else."""
    matter = ear.matter
    ear.dialog = await desk_dialog(matter.conversation, matter.now)
    talking = Talking(
        matter.desk,
        matter.conversation,
        matter.contact_point,
        ear.dialog,
        matter.now,
        occurrence=f"complaint:{ear.inbound.id}",
        in_reply_to=ear.inbound.id,
        patient_id=None if ear.stranger else matter.patient_id,
        encounter=None if ear.stranger else matter.encounter,
        beside=Beside(ear.facts.answering, ear.facts.unnamed, ear.mourning),
    )
    state = await talk(talking, event)
    return Heard(state.resting)


async def _facts(ear: Ear) -> Facts:
    matter = ear.matter
    answering = waiting(matter) or await booking_asks(matter)
    unnamed = in_survey(matter) and open_item(matter) is not None
    return await facts_of(
        matter.desk,
        matter.conversation,
        matter.contact_point,
        matter.now,
        beside=Beside(answering, unnamed, ear.mourning),
    )
