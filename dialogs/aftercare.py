"""What comes after: silence, a deadline, words written when the dialog has already ended."""

from __future__ import annotations

from typing import Final

from dialogs import questionnaire
from dialogs.actions import AllowContact, Note, Outcome
from dialogs.alarm import hear
from dialogs.endings import NOT_DISTURBED, decline
from dialogs.interruptions import interrupt
from dialogs.reading.wishes import Wish
from dialogs.replies import choice
from dialogs.state import Stage
from dialogs.tagging.danger import Danger
from dialogs.turn import Reply, Turn

_ALWAYS_HEARD: Final = frozenset({Wish.OPT_OUT, Wish.HUMAN, Wish.COMPLAINT, Wish.BLAME, Wish.HELP})
_CANNOT: Final = "cannot"
_ENDS_SILENT: Final = frozenset({Outcome.DECEASED, Outcome.OPTED_OUT, Outcome.WRONG_NUMBER})


def remind(turn: Turn) -> Turn:
    """Apologise for the broken talk and ask, once, whether to go on (R074)."""
    if turn.state.closed or turn.state.stage is Stage.RESUME or "M-RESUME" in turn.state.told:
        return turn
    if turn.state.stage is Stage.OPENING:
        return questionnaire.resume(turn)
    told = turn.but(before=turn.state.stage, told=(*turn.state.told, "M-RESUME"))
    return told.ask_message(Stage.RESUME, "M-RESUME")


def answer_resume(turn: Turn, reply: Reply) -> Turn:
    """Go on where it broke off, or not; an answer to the old question counts as going on."""
    key = choice(turn, reply, turn.message("M-RESUME"))
    if key == "no":
        return decline(turn.say("M-REFUSED"), NOT_DISTURBED)
    return repeat(turn)


def repeat(turn: Turn) -> Turn:
    """Show the open question again."""
    stage = turn.state.before if turn.state.stage is Stage.RESUME else turn.state.stage
    return questionnaire.resume(turn.but(stage=stage))


def lapse(turn: Turn) -> Turn:
    """End what the deadline has overtaken, as what it was."""
    if turn.state.stage is Stage.REFUSAL:
        return decline(turn, NOT_DISTURBED)
    if turn.state.stage is Stage.LATER:
        return turn.close(Outcome.LATER)
    raised_l1 = any(key.startswith("L1:") for key in turn.state.raised)
    return turn.close(Outcome.DANGER if raised_l1 else Outcome.EXPIRED)


def answer(turn: Turn, reply: Reply) -> Turn:
    """Hear what is written after the end; after danger it goes to the alert (RC14, RC19)."""
    outcome = turn.state.ended_in
    if outcome is not Outcome.DANGER:
        return turn if outcome in _ENDS_SILENT else turn.do(Note(reply.text))
    key = choice(turn, reply, turn.message("M-RF1"))
    if key == _CANNOT:
        return turn.do(Note(reply.text or key, urge=True)).say("M-RF-URGED", safety=True)
    return turn.do(Note(reply.text or key or "")).say_once("M-RF-KEPT", safety=True)


def hear(turn: Turn, text: str, wish: Wish | None) -> Turn:
    """Outside a questionnaire some wishes still hold; other words go to a person."""
    after_danger = turn.state.ended_in is Outcome.DANGER
    if wish in _ALWAYS_HEARD and not (after_danger and wish is Wish.HUMAN):
        return interrupt(turn, wish, text)
    if wish is Wish.RESUBSCRIBE and turn.state.ended_in is not Outcome.DECEASED:
        return turn.do(AllowContact()).say("M-RESTORED")
    return answer(turn, Reply(text))


def danger(turn: Turn, dangers: tuple[Danger, ...], text: str) -> Turn:
    """Danger is heard after the end as before it; the dialog stays ended."""
    fresh = turn.but(told=tuple(t for t in turn.state.told if not t.startswith("M-RF")))
    return hear(fresh, dangers, text).but(stage=Stage.CLOSED)
