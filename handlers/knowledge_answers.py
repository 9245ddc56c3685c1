"""Answering a patient's plain question at once, from what the hospital has approved (R061, R149).

Only where the department has it switched on, and where one entry is plainly what was asked. Danger,
complaints and what wants judgement of an illness go to people, as everything else does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dialogs.actions import Action, Alert, Say
from dialogs.complaints.precedence import is_guessed
from dialogs.levels import Level
from dialogs.standard_answers import answer_to, is_plain
from dialogs.state import State
from dialogs.tagging.complaint import tag
from dialogs.timing.spans import local
from handlers.complaints.identity import is_stranger
from handlers.knowledge import Wanted, about, topic_of, usable
from handlers.matters import Matter
from handlers.red_flags import red_flags
from models.alert import Alert as AlertRow
from models.alert import AlertLevel, AlertStatus
from models.audit import append_entry
from models.care import Encounter
from models.hospital import Department
from models.knowledge import KnowledgeEntry

ANSWERED: Final = "knowledge.answered"
_ACTOR: Final = "bot"
_GRAVE: Final = (AlertLevel.L1, AlertLevel.L2, AlertLevel.DISP)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a step decided: the state, and what is to be done."""

    state: State
    actions: tuple[Action, ...]


async def settle_question(matter: Matter, decided: Decided) -> Decided:
    """Put a standard answer in the place of a question that would wait for the ward."""
    asked = next(filter(_is_question, decided.actions), None)
    if not isinstance(asked, Alert):
        return decided
    answer = await standard_answer(matter, asked.words)
    if answer is None:
        return decided
    # asked again it is answered again: the ward has no alert of it
    raised = tuple(
        k for k in decided.state.raised if k != f"{asked.level}:{asked.rule}:{asked.words}"
    )
    kept = (a for a in decided.actions if a is not asked and not _says(a, "M-Q"))
    return Decided(decided.state.but(raised=raised), (answer, *kept))


async def standard_answer(matter: Matter, text: str) -> Say | None:
    """Return the one approved answer to a question, on record; None where people have to."""
    row = await _entry_for(matter, text)
    if row is None:
        return None
    await append_entry(matter.now, _ACTOR, ANSWERED, subject_type="knowledge_entry", subject=row.id)
    return Say("M-STANDARD", {"text": row.answer})


async def is_answered(matter: Matter, text: str) -> bool:
    """Tell whether words are plainly a question there is an approved answer to."""
    return await _entry_for(matter, text) is not None


async def _entry_for(matter: Matter, text: str) -> KnowledgeEntry | None:
    """Find the entry to answer with; a text that long is for a screen, not for SMS."""
    stay = matter.encounter
    if stay is None or not matter.case.rich or not is_plain(text) or is_stranger(matter):
        return None
    if not await Department.exists(id=stay.department_id, self_answering=True):
        return None
    return None if await _wants_people(matter, text) else await _plainly_meant(matter, text, stay)


def _is_question(action: Action) -> bool:
    return isinstance(action, Alert) and (action.level, action.rule) == (Level.Q, "question")


def _says(action: Action, message: str) -> bool:
    return isinstance(action, Say) and action.message == message


async def _wants_people(matter: Matter, text: str) -> bool:
    """Danger or a complaint in the words, or something grave in hand in this conversation."""
    tags = tag(text, lexicon=matter.desk.own_words())
    complains = tags.is_complaint and not is_guessed(tags)
    if complains or tags.urgent or tags.dispute_risk or red_flags(matter, text):
        return True
    rows = AlertRow.filter(conversation_id=matter.conversation.id, level__in=_GRAVE, drill=False)
    return await rows.exclude(status=AlertStatus.CLOSED).exists()


async def _plainly_meant(matter: Matter, text: str, stay: Encounter) -> KnowledgeEntry | None:
    """An entry about an illness is for a person to give, one of another department for nobody."""
    own = Wanted(department_id=stay.department_id)
    fitting = about(usable(local(matter.now).date()), own)
    rows = {row.code: row for row in await fitting.filter(disease="")}
    return rows.get(answer_to(text, map(topic_of, rows.values())))
