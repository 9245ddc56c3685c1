"""Low blood sugar without a value or a symptom: which of them it is (RC16)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dialogs.alarm import raise_dangers, stop
from dialogs.levels import Level
from dialogs.questionnaire import resume
from dialogs.reading.normal import normalise
from dialogs.state import Stage
from dialogs.tagging.danger import find_danger
from dialogs.turn import Reply, Turn

_SAID_BEFORE: Final = "低血糖"


def answer_sugar(turn: Turn, reply: Reply) -> Turn:
    """Read the answer together with what was said before: 低血糖 and 手抖, or 3.5, is L1."""
    found = find_danger(_SAID_BEFORE + normalise(reply.text), tags=turn.case.tags)
    urgent = [replace(danger, words=reply.text) for danger in found if danger.level == Level.L1]
    if urgent:
        return stop(raise_dangers(turn, urgent))
    return resume(turn.but(stage=turn.state.before))


def ask_sugar(turn: Turn) -> Turn:
    """Ask for the value, or for what it feels like."""
    return turn.but(before=turn.state.stage).ask_message(Stage.SUGAR, "M-SUGAR")
