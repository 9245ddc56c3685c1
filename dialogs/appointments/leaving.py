"""算了 in the midst of a question: what is dropped, what stays, and who goes on."""

from __future__ import annotations

from dialogs.appointments import offering, pressing
from dialogs.appointments.phrases import is_assent, orders
from dialogs.appointments.state import Doing, Stage
from dialogs.appointments.turn import Turn
from dialogs.appointments.visits import named_visits
from dialogs.reading.intents import Intent, Reading
from dialogs.reading.normal import bare
from dialogs.reading.phrases import is_filler


def let_be(turn: Turn, text: str, reading: Reading) -> Turn | None:
    """算了 where it is asked which one is meant, or while the hospital is being asked."""
    match turn.state.stage:
        case Stage.CLINIC | Stage.WHOSE | Stage.DOCTOR if _drops_it(turn, text, reading):
            return _dropped(turn)
        case Stage.WHICH if orders(text, "abandon"):
            return turn.say("M-LEFT-AS-IS").rest()
        case Stage.PENDING:
            return _while_pending(turn, text, reading)
        case Stage.WAITS:
            return _about_waiting(turn, text, reading)
    return None


def _drops_it(turn: Turn, text: str, reading: Reading) -> bool:
    """算了, or 取消 that names no visit, before anything was offered."""
    cancels = reading.intent is Intent.CANCEL and not named_visits(turn, text)
    return orders(text, "abandon") or cancels


def _dropped(turn: Turn) -> Turn:
    """A question is left as it is; a booking that is given up goes to a person."""
    if turn.state.doing is Doing.TELL:
        return turn.say("M-LEFT-AS-IS").rest()
    return offering.abandon(turn)


def _about_waiting(turn: Turn, text: str, reading: Reading) -> Turn | None:
    """A no to waiting that does not name it; 好的 says yes to nobody knows what."""
    wanted = {Intent.CANCEL: "unwait", Intent.CONFIRM: "stay"}.get(reading.intent, "")
    if wanted not in turn.state.options or is_assent(text):
        return None
    return pressing.press(turn, wanted, text)


def _while_pending(turn: Turn, text: str, reading: Reading) -> Turn | None:
    """Who drops the wish, or comes after all, takes it back; a 好的 needs no answer."""
    if is_assent(text) or is_filler(bare(text)):
        return turn
    comes = turn.state.doing is Doing.CANCEL and reading.intent is Intent.CONFIRM
    return pressing.withdraw(turn) if comes or orders(text, "abandon") else None
