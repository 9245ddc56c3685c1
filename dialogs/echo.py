"""Was it meant, is it still so: the two questions that follow an alarm."""

from __future__ import annotations

import re
from typing import Final

from dialogs.actions import Outcome
from dialogs.after_danger import fitting, heed
from dialogs.alarm import URGENT, confirm, echo, tell
from dialogs.carrying import withdraw
from dialogs.levels import Level
from dialogs.questionnaire import current, proceed, repeat, resume, worst
from dialogs.reading.normal import bare, normalise
from dialogs.replies import choice
from dialogs.rules import findings, gravity
from dialogs.state import Stage
from dialogs.turn import Reply, Turn

CHECKED: Final = "check"
_CLAUSE: Final = re.compile(r"[,。;!?\s]+")


def answer_echo(turn: Turn, reply: Reply) -> Turn:
    """After a slip the question comes again and the alert stays for a nurse to check.

    What is unclear is asked once more; then anything but a clear "mistake" counts as meant: a false
    alarm costs a call, a missed one a life.
    """
    key = choice(turn, reply, turn.message("M-RF-ECHO"))
    heeded = heed(turn, reply) if key is None and turn.raised_at(Level.L1) else None
    if heeded is not None:
        return heeded.close(Outcome.DANGER, turn.state.question)
    if key is None and not turn.state.misreadings and _is_unclear(turn, reply):
        return echo(turn.but(misreadings=1), turn.state.question, lead="M-UNK")
    return _slipped(turn) if key == "mistake" else _meant(turn)


def _is_unclear(turn: Turn, reply: Reply) -> bool:
    """Tell whether to ask once more: for a number nobody offered, and where no minute counts."""
    return bare(reply.text).isdigit() or not turn.raised_at(Level.L1)


def _slipped(turn: Turn) -> Turn:
    told = tuple(message for message in turn.state.told if message not in URGENT)
    back = withdraw(turn, turn.state.question).but(told=told, stage=Stage.ITEM)
    return repeat(back.say(fitting(turn, "M-RF-KEPT"), safety=True))


def _meant(turn: Turn) -> Turn:
    asked = current(turn)
    found = worst(turn, asked)
    if gravity(findings(turn, asked)) == 0:
        return turn.say_once(fitting(turn, "M-RF-YES"), safety=True).close(Outcome.DANGER, asked.id)
    return proceed(confirm(turn.but(stage=Stage.ITEM, misreadings=0), found))


def answer_check(turn: Turn, reply: Reply) -> Turn:
    """A danger that was past or feared: is it there now? Unclear twice counts as there."""
    key = _checked(turn, reply)
    if key is None and not turn.state.misreadings:
        return turn.but(misreadings=1).again(turn.last_ask("M-RF-CHECK"), lead="M-UNK")
    return (
        _over(turn) if key == "no" else alarm_now(turn, reply.text).close(Outcome.DANGER, CHECKED)
    )


def _checked(turn: Turn, reply: Reply) -> str | None:
    """Read the answer; its first clause decides: 没有,我就问问."""
    message = turn.message("M-RF-CHECK")
    first = _CLAUSE.split(normalise(reply.text).strip())[0]
    return choice(turn, reply, message) or choice(turn, Reply(first), message)


def _over(turn: Turn) -> Turn:
    _, _, calm = turn.state.held.partition(" ")
    told = turn.say_once(calm, safety=True)
    return resume(told.but(stage=turn.state.before, held="", misreadings=0))


def alarm_now(turn: Turn, words: str) -> Turn:
    """It is there now: the alert, and the safety text the check was held for."""
    message = turn.state.held.partition(" ")[0] or "M-RF1"
    raised = turn.alert(Level.L1, CHECKED, words)
    return tell(raised.but(held=""), message)
