"""A picture somebody sends: the answer to a question for one, or something for a nurse to see."""

from __future__ import annotations

from dialogs import questionnaire
from dialogs.actions import Outcome
from dialogs.answers import Answer
from dialogs.form import ItemType
from dialogs.levels import Level
from dialogs.plan import Question, applies, questions
from dialogs.state import Stage
from dialogs.turn import Turn

_SILENT = frozenset({Outcome.DECEASED, Outcome.WRONG_NUMBER})


def take_picture(turn: Turn, media: str) -> Turn:
    """Take a picture; it may come before it is asked for."""
    wanted = _wanted(turn)
    if wanted is not None:
        return questionnaire.accept(turn, wanted, Answer((media,), ""))
    alerted = turn.alert(Level.Q, "photo", cause=media)
    silent = turn.state.ended_in in _SILENT
    return questionnaire.resume(alerted if silent else alerted.say("M-PHOTO-KEPT"))


def _wanted(turn: Turn) -> Question | None:
    if turn.state.stage is not Stage.ITEM:
        return None
    photos = (question for question in questions(turn) if question.item.type is ItemType.PHOTO)
    return next((question for question in photos if applies(turn, question)), None)
