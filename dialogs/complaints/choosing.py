"""Which choice of the open question was meant, by its number or by its words."""

from __future__ import annotations

import re
from typing import Final

from dialogs.complaints.phrases import (
    accepts,
    gives_up,
    is_lukewarm,
    nods_vaguely,
    refuses,
    wants_call,
)
from dialogs.complaints.state import Stage
from dialogs.complaints.turn import Turn
from dialogs.form import Option
from dialogs.reading.options import read_options
from dialogs.reading.ratings import read_rating
from dialogs.tagging.tags import Tags

_FIRST: Final = re.compile(r"[,,.。;;!!\s]+")  # a mark comes first, then its reason
_LONGEST: Final = 12  # characters; who writes more has more to say than a choice


def choices(turn: Turn) -> tuple[Option, ...]:
    """Return the choices of the open question."""
    state = turn.state
    if not state.message:
        return ()
    return tuple(o for o in turn.message(state.message).options if o.key in state.options)


def chosen(turn: Turn, text: str) -> str:
    """Return the key of the choice that the whole message names; empty when it names none."""
    options = choices(turn)
    if not options:
        return ""
    if turn.state.stage is Stage.RATE:
        return _stars(text)
    if is_undecided(turn, text):
        return ""
    reading = read_options(text, options, several=False)
    return reading.keys[0] if reading.clear and len(reading.keys) == 1 else ""


def is_undecided(turn: Turn, text: str) -> bool:
    """还可以 is how somebody is, and 好 names none of three choices: neither is leave to file."""
    return turn.state.stage is Stage.ASKED and (is_lukewarm(text) or nods_vaguely(text))


def meant(turn: Turn, text: str, tags: Tags) -> str:
    """Return the choice that words amount to where they do not name one."""
    match turn.state.stage:
        case Stage.ASKED:
            return "no" if gives_up(text) and not tags.is_complaint else ""
        case Stage.RESULT if wants_call(text) and not refuses(text):
            return "call"
        case Stage.RESULT if accepts(text):
            return "accept"
        case Stage.RESULT if tags.is_complaint or refuses(text):
            return "refuse"
        case Stage.RATE:
            return _stars(_FIRST.split(text.strip(), maxsplit=1)[0])
        case _:
            return ""


def _stars(text: str) -> str:
    if len(text.strip()) > _LONGEST:
        return ""
    points = read_rating(text)
    return str(points) if points is not None else ""
