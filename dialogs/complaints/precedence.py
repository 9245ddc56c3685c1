"""What the complaint desk makes of a message, and whether it is the desk's although others ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dialogs.answers import is_courtesy, is_question
from dialogs.complaints.facts import Facts
from dialogs.complaints.owners import OTHER
from dialogs.complaints.phrases import (
    asks_how,
    asks_progress,
    calls_off,
    drops_filed,
    drops_secrecy,
    files_anew,
    is_abusive,
    is_addition,
    is_lukewarm,
    more_than_thanks,
    names_filing,
    numbers_in,
    scolds,
    speaks_of_complaints,
    takes_back,
    urges,
    wants_secrecy,
)
from dialogs.complaints.questions import question_in
from dialogs.complaints.state import Stage, State
from dialogs.reading.normal import bare
from dialogs.reading.wishes import Wish, read_wish
from dialogs.tagging.tags import Severity, Tags

_SHORTEST_PRAISE: Final = 4
_WEIGHTS: Final = "model"


class Concern(StrEnum):
    """What a message is to the complaint desk."""

    NOTHING = "nothing"
    NUMBER = "number"  # the number of a complaint
    TAKES_BACK = "takes_back"
    FILES = "files"  # 投诉 or 举报, meant
    HOW = "how"  # asks how to complain
    PROGRESS = "progress"
    URGES = "urges"  # presses for what filing promised
    ASKS = "asks"  # asks something about filing itself
    ABUSE = "abuse"
    DISCONTENT = "discontent"
    SECRECY = "secrecy"  # the department is not to know
    OPENNESS = "openness"  # need not be unnamed any more
    ADDS = "adds"  # plainly more of the open case
    NO_CALL = "no_call"  # the call agreed to is not wanted any more
    PRAISE = "praise"


@dataclass(frozen=True, slots=True)
class _Message:
    """What is read, with what is known beside it."""

    text: str
    tags: Tags
    facts: Facts
    state: State


def concern_of(text: str, tags: Tags, facts: Facts, state: State) -> Concern:
    """Say what a message is, the plainest first; a mere answer to another desk is nothing."""
    message = _Message(text, tags, facts, state)
    return next((concern for concern, is_it in _IN_ORDER if is_it(message)), Concern.NOTHING)


def named(tags: Tags) -> set[str]:
    """Return what a message is tagged with beside mere dissatisfaction."""
    return {str(category) for category in tags.categories} - {OTHER}


def is_discontent(text: str, tags: Tags) -> bool:
    """Tell whether the words are dissatisfied, as tagged or by a word that always is."""
    if is_lukewarm(text):
        return False
    return tags.is_complaint or scolds(text) or read_wish(text) is Wish.COMPLAINT


def is_guessed(tags: Tags) -> bool:
    """Tell whether words are a complaint by their weights alone, with no rule that says so."""
    grave = tags.urgent or tags.dispute_risk or tags.severity is Severity.HIGH
    return tags.is_complaint and not grave and all(e.source == _WEIGHTS for e in tags.evidence)


def is_near(facts: Facts, state: State) -> bool:
    """Tell whether filing is what the talk is about: the desk asks, or it was just filed."""
    return state.stage is not Stage.REST or (facts.fresh and not facts.answering)


def is_mild(tags: Tags) -> bool:
    """Tell whether a survey may simply take the words as the opinion it asked for."""
    return tags.severity in (Severity.NONE, Severity.LOW)


def is_praise(text: str, tags: Tags) -> bool:
    """Tell whether somebody is praised: thanks alone are a courtesy."""
    if not tags.praise or len(bare(text)) < _SHORTEST_PRAISE or is_courtesy(text):
        return False
    return bool(tags.praised) or any(more_than_thanks(w) for w in tags.words_for("praise"))


def _takes_back(said: _Message) -> bool:
    """A complaint is taken back where there is one, or where the word itself is said."""
    facts = said.facts
    alone = not facts.led and not facts.answering
    if facts.open and drops_filed(said.text, fresh=facts.fresh, alone=alone):
        return True
    if not takes_back(said.text):
        return False
    asked = said.state.stage is Stage.ASKED
    return bool(facts.open) or asked or speaks_of_complaints(said.text)


def _asks_progress(said: _Message) -> bool:
    """Where there is a case it is asked about; without one such words may complain anew."""
    if not asks_progress(said.text) or files_anew(said.text):
        return False
    known = bool(said.facts.open or said.facts.closed)
    return known or (speaks_of_complaints(said.text) and not named(said.tags))


def _urges(said: _Message) -> bool:
    """人呢, said to somebody who leads the talk, is for that person."""
    waiting = bool(said.facts.open) and not said.facts.led
    return waiting and urges(said.text) and not files_anew(said.text)


def _asks(said: _Message) -> bool:
    """A wish for secrecy is granted rather than answered, where there is something to grant."""
    if files_anew(said.text) or named(said.tags) or _hides(said) or _asks_how(said):
        return False
    return question_in(said.text, near=is_near(said.facts, said.state)) is not None


def _asks_how(said: _Message) -> bool:
    return asks_how(said.text) and not named(said.tags)


def _hides(said: _Message) -> bool:
    known = bool(said.facts.open) or said.state.stage is Stage.ASKED
    return known and wants_secrecy(said.text)


def _opens_up(said: _Message) -> bool:
    unnamed = said.state.stage is Stage.ASKED and said.state.anonymous
    return (unnamed or bool(said.facts.open)) and drops_secrecy(said.text)


def _praises(said: _Message) -> bool:
    """What is asked beside praise is for those who answer; while somebody asks it is kept only."""
    free = not said.facts.answering and not is_question(said.text)
    return free and is_praise(said.text, said.tags)


_IN_ORDER: Final[tuple[tuple[Concern, Callable[[_Message], bool]], ...]] = (
    (Concern.NUMBER, lambda said: bool(numbers_in(said.text))),
    (Concern.TAKES_BACK, _takes_back),
    (Concern.PROGRESS, _asks_progress),
    (Concern.URGES, _urges),
    (Concern.ASKS, _asks),
    (Concern.FILES, lambda said: names_filing(said.text)),
    (Concern.HOW, _asks_how),
    (Concern.ABUSE, lambda said: is_abusive(said.text)),
    (Concern.SECRECY, _hides),
    (Concern.OPENNESS, _opens_up),
    (Concern.DISCONTENT, lambda said: is_discontent(said.text, said.tags)),
    (Concern.ADDS, lambda said: bool(said.facts.open) and is_addition(said.text)),
    (Concern.NO_CALL, lambda said: said.state.calling and calls_off(said.text)),
    (Concern.PRAISE, _praises),
)
