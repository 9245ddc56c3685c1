"""Was it meant, is it still so: the two questions that follow an alarm."""

from __future__ import annotations

from typing import Final

from dialogs.actions import Outcome
from dialogs.levels import Level
from dialogs.questionnaire import current, proceed, repeat, resume
from dialogs.replies import choice
from dialogs.state import Stage
from dialogs.turn import Reply, Turn

CHECKED: Final = "check"


def answer_echo(turn: Turn, reply: Reply) -> Turn:
    """After a slip the question comes again and the alert stays for a nurse to check.

    Anything but a clear "mistake" counts as meant: a false alarm costs a call, a missed one a life.
    """
    if choice(turn, reply, turn.message("M-RF-ECHO")) != "mistake":
        return _meant(turn)
    question = turn.state.question
    left = {key: given for key, given in turn.state.given.items() if key != question}
    return repeat(turn.but(answers=left, stage=Stage.ITEM).say("M-RF-KEPT"))


def _meant(turn: Turn) -> Turn:
    asked = current(turn).id
    own = [key for key in turn.state.raised if key.startswith(Level.L1.value)]
    if own:
        return turn.close(Outcome.DANGER, asked)
    return proceed(turn.but(stage=Stage.ITEM))


def answer_check(turn: Turn, reply: Reply) -> Turn:
    """A danger that was past or supposed: is it there now?"""
    key = choice(turn, reply, turn.message("M-RF-CHECK"))
    if key == "no":
        return resume(turn.but(stage=turn.state.before))
    raised = turn.alert(Level.L1, "check", reply.text).say_once("M-RF1", safety=True)
    return raised.close(Outcome.DANGER, CHECKED)
