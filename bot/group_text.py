"""One message of many posts: as many lines as fit, the gravest first, the rest counted; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.group_channel import PostLine
from dialogs.catalog import load_tables

# more than that nobody reads
MOST_LINES: Final = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post that waits: how far in front it stands (0 is red), since when, and its line."""

    weight: int
    at: datetime
    line: PostLine


def compose(waiting: Sequence[Waiting], limit: int, board: str) -> list[PostLine]:
    """Choose the lines of one message of at most `limit` bytes.

    If all fit they stand gravest first and, among equals, as they came. If not, the newest of the
    gravest are listed, and a last line counts the rest with the way to the board.
    """
    in_order = [one.line for one in sorted(waiting, key=lambda one: (one.weight, one.at))]
    if len(in_order) <= MOST_LINES and _size(in_order) <= limit:
        return in_order
    newest_first = sorted(waiting, key=lambda one: one.at, reverse=True)
    newest_first.sort(key=lambda one: one.weight)
    shown = min(len(waiting) - 1, MOST_LINES - 1)
    while shown and _size(_shortened(newest_first, shown, board)) > limit:
        shown -= 1
    return _shortened(newest_first, shown, board)


def _shortened(waiting: Sequence[Waiting], shown: int, board: str) -> list[PostLine]:
    rest = waiting[shown:]
    red = sum(one.weight == 0 for one in rest)
    message = "S-MORE-RED" if red else "S-MORE"
    template: str = load_tables("staff")[message]["text"]
    counted = PostLine(template.format(n=len(rest), red=red), board, urgent=bool(red))
    return [*(one.line for one in waiting[:shown]), counted]


def _size(lines: Sequence[PostLine]) -> int:
    return len("\n".join(line.text for line in lines).encode())
