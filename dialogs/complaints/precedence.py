"""What the complaint desk makes of a message, and whether it is the desk's although others ask."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from dialogs.answers import is_courtesy, is_question
from dialogs.complaints.facts import Facts
from dialogs.complaints.owners import OTHER
from dialogs.complaints.phrases import (
    asks_how,
    asks_progress,
    files_anew,
    is_abusive,
    more_than_thanks,
    names_filing,
    numbers_in,
    speaks_of_complaints,
    takes_back,
    wants_secrecy,
)
from dialogs.complaints.state import Stage, State
from dialogs.reading.normal import bare
from dialogs.reading.wishes import Wish, read_wish
from dialogs.tagging.tags import Severity, Tags

_SHORTEST_PRAISE: Final = 4


class Concern(StrEnum):
    """What a message is to the complaint desk."""

    NOTHING = "nothing"
    NUMBER = "number"  # the number of a complaint
    TAKES_BACK = "takes_back"
    FILES = "files"  # 投诉 or 举报, meant
    HOW = "how"  # asks how to complain
    PROGRESS = "progress"
    ABUSE = "abuse"
    DISCONTENT = "discontent"
    SECRECY = "secrecy"  # the department is not to know
    PRAISE = "praise"


def concern_of(text: str, tags: Tags, facts: Facts, state: State) -> Concern:
    """Say what a message is, the plainest first; a mere answer to another desk is nothing."""
    if numbers_in(text):
        return Concern.NUMBER
    if _takes_back(text, facts, state):
        return Concern.TAKES_BACK
    if _asks_progress(text, tags, facts):
        return Concern.PROGRESS
    if names_filing(text):
        return Concern.FILES
    if asks_how(text) and not named(tags):
        return Concern.HOW
    return _felt(text, tags, facts, state)


def named(tags: Tags) -> set[str]:
    """Return what a message is tagged with beside mere dissatisfaction."""
    return {str(category) for category in tags.categories} - {OTHER}


def is_discontent(text: str, tags: Tags) -> bool:
    """Tell whether the words are dissatisfied, as tagged or by a word that always is."""
    return tags.is_complaint or read_wish(text) is Wish.COMPLAINT


def is_mild(tags: Tags) -> bool:
    """Tell whether a survey may simply take the words as the opinion it asked for."""
    return tags.severity in (Severity.NONE, Severity.LOW)


def is_praise(text: str, tags: Tags) -> bool:
    """Tell whether somebody is praised: thanks alone are a courtesy."""
    if not tags.praise or len(bare(text)) < _SHORTEST_PRAISE or is_courtesy(text):
        return False
    return bool(tags.praised) or any(more_than_thanks(w) for w in tags.words_for("praise"))


def _takes_back(text: str, facts: Facts, state: State) -> bool:
    """A complaint is taken back where there is one, or where the word itself is said."""
    if not takes_back(text):
        return False
    return bool(facts.open) or state.stage is Stage.ASKED or speaks_of_complaints(text)


def _asks_progress(text: str, tags: Tags, facts: Facts) -> bool:
    """Where there is a case it is asked about; without one such words may complain anew."""
    if not asks_progress(text) or files_anew(text):
        return False
    known = bool(facts.open or facts.closed)
    return known or (speaks_of_complaints(text) and not named(tags))


def _felt(text: str, tags: Tags, facts: Facts, state: State) -> Concern:
    if is_abusive(text):
        return Concern.ABUSE
    if wants_secrecy(text) and (facts.open or state.stage is Stage.ASKED):
        return Concern.SECRECY
    if is_discontent(text, tags):
        return Concern.DISCONTENT
    return Concern.PRAISE if _praises(text, tags, facts) else Concern.NOTHING


def _praises(text: str, tags: Tags, facts: Facts) -> bool:
    """What is asked beside praise is for those who answer; while somebody asks it is kept only."""
    return is_praise(text, tags) and not facts.answering and not is_question(text)
