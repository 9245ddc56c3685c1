"""Who may know who complains: anonymous, and not any more."""

from __future__ import annotations

from typing import Final

from dialogs.complaints.actions import AddWords, SetMode
from dialogs.complaints.asking import more
from dialogs.complaints.events import Said
from dialogs.complaints.phrases import gives_name, is_addition
from dialogs.complaints.precedence import named
from dialogs.complaints.state import Stage
from dialogs.complaints.turn import Turn

_ANONYMOUS: Final = "anonymous"
_NAMED: Final = "named"
_BACK_TO_BACK: Final = "back_to_back"


def hide(turn: Turn, said: Said) -> Turn:
    """Make the open case anonymous, or the one that is being asked about."""
    says_more = bool(named(said.tags)) or is_addition(said.text)
    if turn.state.stage is Stage.ASKED:
        heard = more(turn, said) if says_more else turn
        return heard.but(anonymous=True).repeat(lead="M-CMP-SECRET")
    case = turn.facts.open[0]
    if says_more:
        turn = turn.do(AddWords(case.number, said.ref))
    return turn.do(SetMode(case.number, _ANONYMOUS)).say("M-CMP-ANON", tick=case.number)


def open_up(turn: Turn, said: Said) -> Turn:
    """Let go of anonymity; only who gives the name is named to the department."""
    if turn.state.stage is Stage.ASKED:
        return turn.but(anonymous=False).repeat()
    number, given = turn.facts.open[0].number, gives_name(said.text)
    mode = _NAMED if given else _BACK_TO_BACK
    return turn.do(SetMode(number, mode)).say("M-CMP-NAMED" if given else "M-CMP-SEEN", tick=number)
