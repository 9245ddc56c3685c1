"""Which choice of the open question was meant, by number, by its words or by what it amounts to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from dialogs.appointments.phrases import is_assent
from dialogs.appointments.state import Stage
from dialogs.appointments.turn import Turn
from dialogs.form import Option
from dialogs.reading.intents import Intent, Reading
from dialogs.reading.normal import bare
from dialogs.reading.options import read_options
from dialogs.wording import A_PERSON, numbers, put

_HIGHEST: Final = 9
_YES: Final = ("confirm", "accept", "on_way", "keep")
_MEANT: Final[Mapping[Intent, tuple[str, ...]]] = {
    Intent.CONFIRM: _YES,
    Intent.CANCEL: ("cancel", "give_up"),
    Intent.RESCHEDULE: ("move",),
    Intent.BOOK: ("book",),
    Intent.HUMAN: (A_PERSON,),
}


def choices(turn: Turn) -> tuple[Option, ...]:
    """Return the choices of the open question, their labels filled."""
    state = turn.state
    if not state.message:
        return ()
    offered = (o for o in turn.message(state.message).options if o.key in state.options)
    return tuple(replace(o, label=put(o.label, state.values)) for o in offered)


def chosen(turn: Turn, text: str) -> str:
    """Return the key of the choice that the whole message names; empty when it names none."""
    options = choices(turn)
    if not options:
        return ""
    if bare(text) == "0":
        return A_PERSON if any(o.key == A_PERSON for o in options) else ""
    reading = read_options(text, _in_place(options), several=False)
    return reading.keys[0] if reading.clear and len(reading.keys) == 1 else ""


def meant(turn: Turn, text: str, reading: Reading) -> str:
    """Return the choice an intent amounts to; a mere yes to "cancel?" amounts to none."""
    if turn.state.stage is Stage.CANCEL and is_assent(text):
        return ""
    wanted = _MEANT.get(reading.intent, ())
    return next((key for key in wanted if key in turn.state.options), "")


def _in_place(options: tuple[Option, ...]) -> tuple[Option, ...]:
    """Put every choice where its number says; a number nobody offered has no key."""
    placed = dict(zip(numbers(options), options, strict=True))
    gap = Option("", "")
    return tuple(placed.get(str(number), gap) for number in range(1, _HIGHEST + 1))
