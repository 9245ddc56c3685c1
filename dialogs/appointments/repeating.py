"""The open question once more, as true as when it was first asked."""

from __future__ import annotations

from dialogs.appointments import cancelling, showing
from dialogs.appointments.state import Stage
from dialogs.appointments.turn import Turn


def repeat(turn: Turn, *, lead: str = "") -> Turn:
    """Ask the open question again; what it warns of is looked at anew."""
    state, visit = turn.state, turn.visit
    match state.stage:
        case Stage.CANCEL if visit is not None:
            again = cancelling.ask_cancel(turn, visit, state.words, lead=lead)
            return again.but(misreadings=state.misreadings)
        case Stage.OFFER:
            return showing.show(turn, wait="wait" in state.options, lead=lead)
        case Stage.CHOSEN:
            picked = next(offer for offer in state.offers if offer.slot == state.picked)
            return showing.echo(turn, picked, lead=lead)
        case Stage.REST:
            return turn
        case stage:
            return turn.ask(stage, state.message, state.values, options=state.options, lead=lead)
