"""A patient's story as a reader turns its pages: lines of time, by part, day by day (R007)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from math import ceil
from typing import Final

from dialogs.timing.spans import local
from handlers.story_trail import Look

PER_PAGE: Final = 40


class Part(StrEnum):
    """What a reader looks for in a story; the words are in console.toml."""

    MESSAGES = "messages"
    FOLLOW_UP = "follow_up"
    VISITS = "visits"
    COMPLAINTS = "complaints"
    RECORD = "record"


class Chapter(StrEnum):
    """What a line of the story is about; the words are in console.toml."""

    STAY = "stay"
    PLAN = "plan"
    CALL = "call"
    TALK = "talk"
    ANSWER = "answer"
    ALERT = "alert"
    QUESTION = "question"
    APPOINTMENT = "appointment"
    COMPLAINT = "complaint"
    PRAISE = "praise"
    LOOK = "look"


_PARTS: Final = {
    Chapter.TALK: Part.MESSAGES,
    Chapter.QUESTION: Part.MESSAGES,
    Chapter.PLAN: Part.FOLLOW_UP,
    Chapter.CALL: Part.FOLLOW_UP,
    Chapter.ANSWER: Part.FOLLOW_UP,
    Chapter.ALERT: Part.FOLLOW_UP,
    Chapter.APPOINTMENT: Part.VISITS,
    Chapter.COMPLAINT: Part.COMPLAINTS,
    Chapter.PRAISE: Part.COMPLAINTS,
    Chapter.STAY: Part.RECORD,
    Chapter.LOOK: Part.RECORD,
}


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One thing that happened; `by` is who did it, `link` where more stands.

    `looks`: who opened the record that day, where the line tells of that.
    """

    at: datetime
    chapter: Chapter
    title: str
    detail: str = field(default="", repr=False)
    by: str = ""
    link: str = ""
    looks: Sequence[Look] = ()

    @property
    def part(self) -> Part:
        """The part of the story this belongs to."""
        return _PARTS[self.chapter]


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A page of the story, day by day, the newest first.

    `counts` say how much there is of each part, `months` on which page each month begins.
    """

    days: Sequence[tuple[date, Sequence[StoryLine]]]
    part: Part | None
    counts: Mapping[Part, int]
    months: Mapping[str, int]
    number: int
    last: int


def page_of(lines: Sequence[StoryLine], part: Part | None, number: int) -> StoryPage:
    """Cut a page out of a story, of one part or of all."""
    counts = Counter(line.part for line in lines)
    chosen = [line for line in lines if part in (None, line.part)]
    last = max(1, ceil(len(chosen) / PER_PAGE))
    number = min(max(number, 1), last)
    shown = chosen[(number - 1) * PER_PAGE : number * PER_PAGE]
    days = [(day, tuple(group)) for day, group in groupby(shown, key=_day)]
    months: dict[str, int] = {}
    for place, line in enumerate(chosen):
        months.setdefault(f"{_day(line):%Y-%m}", place // PER_PAGE + 1)
    return StoryPage(days, part, counts, months, number, last)


def _day(line: StoryLine) -> date:
    return local(line.at).date()
