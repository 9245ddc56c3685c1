"""The six levels of an alert, from a life in danger to a tag on an opinion."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """L1 in half an hour, L2 today, L3 next working day, Q a question, T a tag, DISP a dispute."""

    L1 = "L1"
    DISP = "DISP"
    L2 = "L2"
    L3 = "L3"
    Q = "Q"
    T = "T"


def graver(one: Level, other: Level) -> bool:
    """Tell whether `one` stands above `other`."""
    order = tuple(Level)
    return order.index(one) < order.index(other)
