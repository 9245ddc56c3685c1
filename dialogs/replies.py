"""Reading a reply against the options of the question that was asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from dialogs.actions import Ask
from dialogs.endings import hand_over
from dialogs.form import Option
from dialogs.levels import Level
from dialogs.message import Message
from dialogs.reading.options import read_options
from dialogs.state import Stage
from dialogs.timing.spans import moment
from dialogs.turn import Reply, Turn
from dialogs.wording import A_PERSON

_MISREADINGS: Final = 2
_PARTS: Final = {
    "afternoon": (0, time(15)),
    "tomorrow_am": (1, time(9, 30)),
    "tomorrow_pm": (1, time(15)),
}


def choice(turn: Turn, reply: Reply, message: Message) -> str | None:
    """Return the key of the one option that was meant, or None."""
    return one_of(reply, turn.options_of(message))


def one_of(reply: Reply, options: Sequence[Option]) -> str | None:
    """Return the key of the one option that was meant, or None."""
    if reply.keys:
        known = {option.key for option in options}
        return reply.keys[0] if len(reply.keys) == 1 and reply.keys[0] in known else None
    # a person has the number 0 and no place among the others
    reading = read_options(reply.text, [o for o in options if o.key != A_PERSON], several=False)
    return reading.keys[0] if reading.clear and len(reading.keys) == 1 else None


def misread(turn: Turn, ask: Ask, lead: str = "M-UNK") -> Turn:
    """Repeat a question with its options; the second misreading goes to a person (RC12).

    What was said to a question about danger may be danger: then it is a matter of today.
    """
    misreadings = turn.state.misreadings + 1
    if misreadings >= _MISREADINGS:
        return hand_over(turn, "misread", level=Level.L2 if _about_danger(turn) else Level.Q)
    return turn.but(misreadings=misreadings).again(ask, lead=lead)


def _about_danger(turn: Turn) -> bool:
    if turn.state.stage is not Stage.ITEM:
        return False
    item = turn.item(turn.state.question)
    return item.red_flags or any(rule.level == Level.L1 for rule in item.rules)


def part_of_day(key: str, now: datetime) -> datetime:
    """Return the UTC instant an option of M-LATER stands for, `now` being local time."""
    days, clock = _PARTS[key]
    chosen = moment(now.date() + timedelta(days=days), clock)
    return chosen if chosen > now else chosen + timedelta(days=1)
