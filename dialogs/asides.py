"""Words that are no answer: a question for the ward, a remark worth keeping, a greeting (R060)."""

from __future__ import annotations

import re
from typing import Final

from dialogs.actions import Ask
from dialogs.answers import doubts_us, is_good_news, is_greeting, is_question
from dialogs.levels import Level
from dialogs.reading.normal import bare
from dialogs.replies import misread
from dialogs.turn import Turn

_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_SHORTEST_REMARK: Final = 4
_DENIAL: Final = ("没", "无", "不")


def put_by(turn: Turn, text: str, ask: Ask) -> Turn:
    """Hand a question on, note a remark, and ask once more; the patient is not told off for it."""
    if is_greeting(text):
        return turn.again(ask)
    if doubts_us(text):
        return turn.say("M-SAFE").again(ask)
    if is_question(text):
        handed = turn.alert(Level.Q, "question", text)
        return (handed if handed is turn else handed.say("M-Q")).again(ask)
    if is_remark(text):
        return misread(turn.alert(Level.L3, "words", text), ask, "M-NOTED")
    return misread(turn, ask)


def is_remark(text: str) -> bool:
    """Tell whether words say something a nurse may want to read; a denial says nothing new."""
    long_enough = len(_HAN.findall(text)) >= _SHORTEST_REMARK
    return long_enough and not bare(text).startswith(_DENIAL) and not is_good_news(text)
