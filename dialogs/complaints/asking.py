"""Whether to register what was said: asked once, with our own words for it (M-CMP0)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from dialogs.complaints.actions import AskedToFile, DeclineOpinion, KeepOpinion
from dialogs.complaints.events import Deferred, Said
from dialogs.complaints.filing import add, continued
from dialogs.complaints.owners import route
from dialogs.complaints.phrases import wants_secrecy
from dialogs.complaints.precedence import is_mild
from dialogs.complaints.state import Stage
from dialogs.complaints.turn import Turn
from dialogs.tagging.tags import Severity

_AGAIN: Final = timedelta(hours=24)  # nobody is asked twice in a day
PATIENCE: Final = timedelta(hours=2)  # then it stays what it is: an opinion
_HOURLY: Final = timedelta(hours=1)


def discontent(turn: Turn, said: Said | Deferred) -> Turn:
    """Take up dissatisfaction: more of an open case, or a question, or only an opinion."""
    case = continued(turn, said)
    if case is not None:
        return add(turn, case, said.ref)
    if turn.facts.led or turn.facts.disputed:
        return _leave_to_people(turn, said)
    if turn.facts.unnamed and is_mild(said.tags):
        return turn.do(KeepOpinion((said.ref,)))
    if turn.state.stage is Stage.ASKED:
        return more(turn, said)
    return _begin(turn, said)


def _leave_to_people(turn: Turn, said: Said | Deferred) -> Turn:
    """A person has the talk or the dispute in hand, and asks whether to file it."""
    kept = turn.do(KeepOpinion((said.ref,)))
    return kept if turn.facts.led else kept.say_rarely("M-PASSED-ON", _HOURLY)


def _begin(turn: Turn, said: Said | Deferred) -> Turn:
    found = route(said.tags.categories, said.text)
    if not turn.facts.remembers:
        return turn.do(KeepOpinion((said.ref,))).say("M-CMP-HEARD")
    if _was_asked(turn, said, found.theme):
        kept = hear(turn, said).do(KeepOpinion((said.ref,)))
        return kept.say_rarely("M-CMP-HEARD", _HOURLY)
    heard = hear(turn, said).but(theme=found.theme, owner=found.owner, pending=True)
    return heard if isinstance(said, Deferred) else ask(heard)


def _was_asked(turn: Turn, said: Said | Deferred, theme: str) -> bool:
    """To the patient it is one question, whatever the theme; grave harm is asked about anew."""
    state = turn.state
    if said.tags.severity is Severity.HIGH:
        return state.asked_about(theme, said.at, _AGAIN)
    return state.asked_at_all(said.at, _AGAIN)


def hear(turn: Turn, said: Said | Deferred) -> Turn:
    """Remember that a message belongs to the matter under way; an old matter is over."""
    state = turn.state
    going_on = bool(state.since) and _since(state.since, said.at) < _AGAIN
    before, since = (state.heard, state.since) if going_on else ((), said.at.isoformat())
    secret = wants_secrecy(said.text) or (going_on and state.anonymous)
    refs = before if said.ref in before else (*before, said.ref)
    return turn.but(heard=refs, since=since, anonymous=secret)


def ask(turn: Turn) -> Turn:
    """Ask whether to register what was heard."""
    state = turn.state
    themes = {**_fresh_themes(turn), state.theme: turn.at.isoformat()}
    noted = turn.but(pending=False, themes=themes).do(AskedToFile(state.heard))
    office = turn.part(f"M-OFFICE-{state.owner.upper()}")
    return noted.ask(Stage.ASKED, "M-CMP0", {"theme": state.theme, "owner": office})


def more(turn: Turn, said: Said | Deferred) -> Turn:
    """Let somebody who is being asked go on telling; the question stands, and is not repeated."""
    heard = hear(turn, said)
    return heard.do(AskedToFile(heard.state.heard))


def freed(turn: Turn) -> Turn:
    """Ask what was put off, now that nobody else is asking."""
    return ask(turn) if turn.state.pending and turn.state.resting else turn


def keep(turn: Turn) -> Turn:
    """Keep what was heard as an opinion, as the patient wishes."""
    return turn.do(KeepOpinion(turn.state.heard)).say("M-CMP-KEPT").settle().rest()


def let_be(turn: Turn) -> Turn:
    """Make nothing of it, as the patient wishes."""
    return turn.do(DeclineOpinion(turn.state.heard)).say("M-CMP-LET-BE").settle().rest()


def lapse(turn: Turn) -> Turn:
    """Nobody answered: it stays an opinion. What was heard may still be filed by a plain word."""
    state = turn.state
    if state.stage is Stage.STORY:
        return turn.rest()
    if state.stage is not Stage.ASKED and not state.pending:
        return turn
    return turn.do(KeepOpinion(state.heard)).but(pending=False).rest()


def is_overdue(turn: Turn) -> bool:
    """Tell whether the question has waited too long to be answered."""
    asked = turn.state.asked
    waits = turn.state.stage in (Stage.ASKED, Stage.STORY)
    return waits and asked is not None and turn.at - asked >= PATIENCE


def _fresh_themes(turn: Turn) -> dict[str, str]:
    return {
        theme: asked
        for theme, asked in turn.state.themes.items()
        if _since(asked, turn.at) < _AGAIN
    }


def _since(said: str, at: datetime) -> timedelta:
    return at - datetime.fromisoformat(said)
