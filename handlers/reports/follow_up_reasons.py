"""The reasons of a month in two levels, the most frequent first (M22, R035)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from handlers.reports.follow_up_figures import Share
from handlers.reports.follow_up_records import group_figure, reason_figure
from handlers.reports.follow_up_rows import FollowUpFigures
from handlers.reports.follow_up_rules import ReasonGroup, group_of
from handlers.reports.follow_up_words import month_words
from handlers.staff_words import staff_words


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """A group (then `reason` is empty), or one reason of it; shares in percent of all.

    `figure` names the records it counts; `running` adds groups up from the most frequent on, None
    for a reason within a group.
    """

    group: str
    reason: str
    figure: str
    count: int
    share: float | None
    running: float | None = None


def pareto(figures: FollowUpFigures, language: str) -> tuple[ReasonLine, ...]:
    """Sort groups by their count, and reasons within each; named in a language."""
    return tuple(_lines(figures, language))


def _lines(figures: FollowUpFigures, language: str) -> Iterator[ReasonLine]:
    whole, running = figures.not_completed, 0
    words, reasons = month_words(language), staff_words(language).reasons
    for group in sorted(ReasonGroup, key=lambda group: -figures.group(group)):
        count = figures.group(group)
        if not count:
            continue
        running += count
        name, key = words["groups"][group], group_figure(group)
        yield ReasonLine(name, "", key, count, _of(count, whole), _of(running, whole))
        codes = [code for code in figures.reasons if group_of(code) is group]
        for code in sorted(codes, key=lambda code: (-figures.reasons[code], code)):
            said = f"{code} {reasons.get(code, '')}".strip() or words.say("no_reason")
            count = figures.reasons[code]
            yield ReasonLine("", said, reason_figure(code), count, _of(count, whole))


def _of(count: int, whole: int) -> float | None:
    return Share(count, whole).percent
