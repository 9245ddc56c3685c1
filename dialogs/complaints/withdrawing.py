"""Taking a complaint back: the number is read back first (R134)."""

from __future__ import annotations

from dialogs.complaints.actions import KeepOpinion, Withdraw
from dialogs.complaints.asking import let_be
from dialogs.complaints.events import Said
from dialogs.complaints.phrases import numbers_in
from dialogs.complaints.state import Stage
from dialogs.complaints.turn import Turn


def take_back(turn: Turn, said: Said) -> Turn:
    """Ask which is meant to be taken back; what is only being asked about is let be."""
    if turn.state.stage is Stage.ASKED:
        return let_be(turn)
    named = [number for number in numbers_in(said.text) if turn.facts.known(number)]
    case = turn.facts.known(named[0]) if named else next(iter(turn.facts.open), None)
    if case is not None and not case.closed:
        return turn.but(about=case.number).ask(Stage.WITHDRAW, "M-CMP-BACK", {"tick": case.number})
    if said.tags.is_complaint:
        return turn.do(KeepOpinion((said.ref,))).say("M-CMP-KEPT")
    return turn.say("M-CMP-NONE")


def withdraw(turn: Turn) -> Turn:
    """Take it back."""
    number = turn.state.about
    return turn.do(Withdraw(number)).say("M-CMP-WITHDRAWN", tick=number).rest()


def stay(turn: Turn) -> Turn:
    """Leave it as it is."""
    return turn.say("M-CMP-STAYS", tick=turn.state.about).rest()
