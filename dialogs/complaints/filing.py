"""Registering: at once where 投诉 is said or 登记 is answered, and never otherwise (R134)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dialogs.complaints.actions import AddWords, File
from dialogs.complaints.events import Deferred, Filed, Mentioned, Said
from dialogs.complaints.facts import Registered
from dialogs.complaints.phrases import (
    adds,
    says_only_the_word,
    speaks_of_another,
    wants_secrecy,
)
from dialogs.complaints.precedence import named
from dialogs.complaints.state import Stage
from dialogs.complaints.turn import Turn
from dialogs.timing.spans import local
from dialogs.timing.words import date_text, due_text

ONE_CASE: Final = timedelta(hours=2)  # what is said within it belongs to the case filed before
_A_DAY: Final = timedelta(days=1)
_HOURLY: Final = timedelta(hours=1)
_AN_INSTANT: Final = timedelta(seconds=1)
# what is said of the way a case is handled, after that was told
HANDLING: Final = frozenset({"waiting", "process", "communication"})


def file(turn: Turn, said: Said | Mentioned | Deferred) -> Turn:
    """Register what is plainly a complaint, with what was said before it and was not filed."""
    case = continued(turn, said)
    if case is not None:
        return add(turn, case, said.ref)
    secret = wants_secrecy(said.text) or turn.state.anonymous
    refs = tuple(dict.fromkeys((*_before(turn), said.ref)))
    brief = isinstance(said, Mentioned)
    grave = turn.facts.mourning and turn.facts.disputed
    filing = File(refs, explicit=True, anonymous=secret, brief=brief, grave=grave)
    alone = len(refs) == 1 and not turn.facts.led
    wordless = alone and says_only_the_word(said.text)
    return turn.but(anonymous=secret, wordless=wordless).do(filing)


def agree(turn: Turn) -> Turn:
    """Register what the patient was asked about."""
    return turn.do(File(turn.state.heard, explicit=False, anonymous=turn.state.anonymous))


def filed(turn: Turn, event: Filed) -> Turn:
    """Tell the number, what happens next and until when, in true times (M-CMP1)."""
    due = due_text(event.contact_due, event.at, language=turn.catalog.language)
    date = last_day(turn, event.result_due)
    told = turn.say(_receipt(turn, event), tick=event.number, contact_due=due, date=date)
    if turn.facts.elderly and not event.brief:
        told = told.say("M-CMP-UNTIL", contact_due=due, date=date)
    kept = told.settle().but(wordless=False, filed=event.number, filed_at=event.at.isoformat())
    return _await_story(kept.rest()) if _asks_story(turn, event) else kept.rest()


def _asks_story(turn: Turn, event: Filed) -> bool:
    """Tell whether only the word was said, and nothing graver stands before the question."""
    return turn.state.wordless and not turn.facts.mourning and not event.brief


def _await_story(turn: Turn) -> Turn:
    """What comes next is what happened; the receipt has asked it, and it is not asked again."""
    return turn.but(stage=Stage.STORY, asked_at=turn.at.isoformat())


def _receipt(turn: Turn, event: Filed) -> str:
    if turn.facts.mourning:
        return "M-CMP1-GRIEF"
    if event.brief:
        return "M-CMP1-BRIEF"
    unnamed = "-ANON" if turn.state.anonymous else ""
    return f"M-CMP1-BARE{unnamed}" if _asks_story(turn, event) else f"M-CMP1{unnamed}"


def continued(turn: Turn, said: Said | Mentioned | Deferred) -> Registered | None:
    """Find the open case a message belongs to: the one just filed, or one about the same."""
    newest = next(iter(turn.facts.open), None)
    if newest is None or speaks_of_another(said.text):
        return None
    about = named(said.tags)
    same = next((case for case in turn.facts.open if about & set(case.categories)), None)
    if said.at - newest.filed_at < ONE_CASE or adds(said.text) or not about:
        return newest
    return same or _handled(turn, about)


def _handled(turn: Turn, about: set[str]) -> Registered | None:
    """太慢了, said after it was told how a case is handled, is about that case."""
    told = turn.facts.known(turn.state.told_lately(turn.at, _A_DAY))
    return told if told is not None and not told.closed and about <= HANDLING else None


def add(turn: Turn, case: Registered, ref: str) -> Turn:
    """Put words into a case; that they are there is said at most once an hour."""
    told = turn.rest() if turn.state.stage is Stage.STORY else turn
    added = told.do(AddWords(case.number, ref))
    return added if turn.facts.led else added.say_rarely("M-CMP-ADDED", _HOURLY, tick=case.number)


def pictured(turn: Turn, ref: str) -> Turn:
    """Put a picture into the case it was sent after."""
    case = turn.facts.known(turn.state.filed)
    return turn if case is None or case.closed else add(turn, case, ref)


def last_day(turn: Turn, due: datetime) -> str:
    """Name the last day of a limit that ends at midnight."""
    return date_text(local(due - _AN_INSTANT).date(), language=turn.catalog.language)


def _before(turn: Turn) -> tuple[str, ...]:
    """What was heard within a day and not filed is what the plain word is about."""
    state = turn.state
    recent = state.since and turn.at - datetime.fromisoformat(state.since) < _A_DAY
    return state.heard if recent else ()
