"""A reply to an appointment message, taken to pieces: what it says, where, and beside what."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import repeat
from typing import Final

from dialogs.reading import wording
from dialogs.reading.marks import Mark, Marked

GRAMMAR: Final = {
    name: re.compile(pattern)
    for name, pattern in wording.load(__file__, "attendance.toml")["grammar"].items()
}
_STOPS: Final = ",。;!?\n"
WEAKEST: Final = 2  # characters; a bare "come" or "go" may belong to the reason for staying away


@dataclass(frozen=True, slots=True)
class Wished:
    """The times a reply speaks of: their places, if one was understood, if it is another one.

    `again`: the day that is booked is only said again, 周五能来的.
    """

    days: tuple[Mark, ...] = ()
    known: bool = False
    changes: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A reply with its marks and its times."""

    plain: str
    marked: Marked
    wished: Wished

    def _clause(self, mark: Mark) -> tuple[int, int]:
        """Return where the clause around a mark begins and ends."""
        start = max(map(self.plain.rfind, _STOPS, repeat(0), repeat(mark.start))) + 1
        ends = [self.plain.find(stop, mark.end) for stop in _STOPS]
        return start, min((place for place in ends if place >= 0), default=len(self.plain))

    def days(self) -> tuple[Mark, ...]:
        """Return the places of days and times, understood or not."""
        return (*self.wished.days, *self.marked.of(("date",)))

    def keeps_time(self) -> bool:
        """Tell whether a time is named and it is the one that is booked."""
        return self.wished.again or (self.wished.known and not self.wished.changes)

    def is_question(self) -> bool:
        """Tell whether the writer asks something, a wish put as a question too."""
        asks = self.marked.has(("asking", "request"))
        return asks or bool(GRAMMAR["asked"].search(self.plain))

    def only_asks_about(self, mark: Mark) -> bool:
        """Tell whether the clause of an order asks whether it was done, and orders nothing."""
        start, end = self._clause(mark)
        asked = GRAMMAR["dropped"].search(self.plain[start : end + 1])
        if not asked or not GRAMMAR["given_back"].search(self.plain, mark.start, mark.end):
            return False
        return "request" not in self.marked and not GRAMMAR["ordered"].search(self.plain[start:end])

    def is_alone(self, mark: Mark) -> bool:
        """Tell whether hardly anything else is said in the clause of a mark: 我去."""
        start = self._clause(mark)[0]
        return self.ends_clause(mark) and len(self.marked.left(start, mark.start)) < WEAKEST

    def ends_clause(self, mark: Mark) -> bool:
        """Tell whether nothing is said in the clause after a mark."""
        end = self._clause(mark)[1]
        return len(self.marked.left(mark.end, end)) < WEAKEST

    def is_said(self, mark: Mark) -> bool:
        """Tell whether a promise is one: 哦 in 难讲哦 is no nod, 来 in 来客人 no coming."""
        if mark.sign == "nod":
            start = self._clause(mark)[0]
            return len(self.marked.left(start, mark.start)) < WEAKEST
        return is_firm(mark) or self.ends_clause(mark)

    def is_denied(self, mark: Mark) -> bool:
        """Tell whether a denial stands right before a mark: 谁舍得 before 失约."""
        return bool(GRAMMAR["denies"].search(self.plain, 0, mark.start))

    def stands_alone(self, day: Mark) -> bool:
        """Tell whether the clause around a day says nothing else, or only that it would do."""
        start, end = self._clause(day)
        beside = {mark.sign for mark in self.marked.marks if start <= mark.start < end}
        left = self.marked.left(start, day.start) + self.marked.left(day.end, end)
        agreeing = {"date", "aside", "request", "nod", "coming"}
        return beside <= agreeing and len(left) <= WEAKEST


def is_firm(mark: Mark) -> bool:
    """Tell whether a mark is more than a bare "come" or "go"."""
    return mark.end - mark.start > WEAKEST or mark.sign != "coming"
