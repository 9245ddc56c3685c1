"""What each choice does, in the question that offers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from dialogs.complaints import asking, filing, prompting, withdrawing
from dialogs.complaints.state import Stage
from dialogs.complaints.turn import Turn


def press(turn: Turn, key: str) -> Turn:
    """Do what a choice stands for."""
    stage = turn.state.stage
    if stage is Stage.RATE:
        return prompting.rate(turn, int(key))
    if stage is Stage.RESULT:
        return prompting.answer(turn, key)
    return _DEEDS[stage, key](turn)


_DEEDS: Final[Mapping[tuple[Stage, str], Callable[[Turn], Turn]]] = {
    (Stage.ASKED, "file"): filing.agree,
    (Stage.ASKED, "opinion"): asking.keep,
    (Stage.ASKED, "no"): asking.let_be,
    (Stage.WITHDRAW, "yes"): withdrawing.withdraw,
    (Stage.WITHDRAW, "no"): withdrawing.stay,
    (Stage.IDENTITY, "yes"): prompting.name,
    (Stage.IDENTITY, "no"): prompting.stay_unnamed,
    (Stage.SURVEY_CALL, "yes"): prompting.agree_to_call,
    (Stage.SURVEY_CALL, "no"): lambda turn: turn.say("M-CMP-NO-CALL").rest(),
}
