"""A red flag found in a message: how urgent, what is answered at once, whose words."""

from __future__ import annotations

from dataclasses import dataclass

RANK = {"L1": 0, "L2": 1, "Q": 2, "": 3}
CHEMO_TAGS = frozenset({"chemo", "neutropenia"})


@dataclass(frozen=True, slots=True)
class Danger:
    """One red flag.

    `level` is L1, L2, Q or empty (somebody we do not follow: answered, nobody is alarmed).
    `message` is the safety text that goes out at once, or empty; `words` are the writer's own;
    `check` asks 现在还有吗 because it may be over; `rule` names its source (`content` 4 and 5).
    """

    level: str
    kind: str
    message: str
    words: str
    check: bool
    rule: str
