"""The reasons of a month in two levels, the most frequent first (M22, R035)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from handlers.reports.follow_up_figures import Share
from handlers.reports.follow_up_rows import FollowUpFigures
from handlers.reports.follow_up_rules import ReasonGroup, group_of
from handlers.reports.follow_up_words import month_words, say
from handlers.staff_words import StaffWords


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """A group (then `reason` is empty), or one reason of it; shares in percent of all.

    `running` adds groups up from the most frequent on, None for a reason within a group.
    """

    group: str
    reason: str
    count: int
    share: float | None
    running: float | None = None


def pareto(figures: FollowUpFigures, words: StaffWords) -> tuple[ReasonLine, ...]:
    """Sort groups by their count, and reasons within each."""
    return tuple(_lines(figures, words))


def _lines(figures: FollowUpFigures, words: StaffWords) -> Iterator[ReasonLine]:
    whole, running = figures.not_completed, 0
    names = month_words()["groups"]
    for group in sorted(ReasonGroup, key=lambda group: -figures.group(group)):
        count = figures.group(group)
        if not count:
            continue
        running += count
        yield ReasonLine(names[group], "", count, _of(count, whole), _of(running, whole))
        codes = [code for code in figures.reasons if group_of(code) is group]
        for code in sorted(codes, key=lambda code: (-figures.reasons[code], code)):
            said = f"{code} {words.reasons.get(code, '')}".strip() or say("no_reason")
            yield ReasonLine("", said, figures.reasons[code], _of(figures.reasons[code], whole))


def _of(count: int, whole: int) -> float | None:
    return Share(count, whole).percent
