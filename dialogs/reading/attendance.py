"""A reply to an appointment message: coming, not coming, another time, or not certain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import repeat
from typing import Final

from dialogs.reading import numerals, wording
from dialogs.reading.marks import Mark, Marked, load_marker
from dialogs.reading.reply import Intent

_FILE: Final = "attendance.toml"
_MARKER: Final = load_marker(__file__, _FILE)
_GRAMMAR: Final = {
    name: re.compile(pattern) for name, pattern in wording.load(__file__, _FILE)["grammar"].items()
}
_COMING: Final = ("coming", "ready", "keep")
_NOT_COMING: Final = ("drop", "absent", "reason")
_STAYING: Final = ("stay", "unmoved")
_STOPS: Final = ",。;!?\n"
_WEAKEST: Final = 2  # characters; a bare "come" or "go" may belong to the reason for staying away
_CHOICES: Final = {
    "1": Intent.CONFIRM,
    "2": Intent.CANCEL,
    "3": Intent.RESCHEDULE,
    "0": Intent.HUMAN,
}


@dataclass(frozen=True, slots=True)
class Wished:
    """The times a reply speaks of: their places, if one was understood, if it is another one."""

    days: tuple[Mark, ...] = ()
    known: bool = False
    changes: bool = False


@dataclass(frozen=True, slots=True)
class Attendance:
    """What was decided and the places of the words that decided it."""

    intent: Intent
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """A reply with its marks and its times."""

    plain: str
    marked: Marked
    wished: Wished

    def days(self) -> tuple[Mark, ...]:
        return (*self.wished.days, *self.marked.of(("date",)))

    def is_question(self) -> bool:
        asks = self.marked.has(("asking", "request"))
        return asks or bool(_GRAMMAR["asked"].search(self.plain))

    def ends_clause(self, mark: Mark) -> bool:
        """Tell whether nothing is said in the clause after a mark."""
        ends = [self.plain.find(stop, mark.end) for stop in _STOPS]
        end = min((place for place in ends if place >= 0), default=len(self.plain))
        return len(self.marked.left(mark.end, end)) < _WEAKEST

    def is_said(self, mark: Mark) -> bool:
        """Tell whether a promise is one: 哦 in 难讲哦 is no nod, 来 in 来客人 no coming."""
        if mark.sign == "nod":
            start = max(map(self.plain.rfind, _STOPS, repeat(0), repeat(mark.start))) + 1
            return len(self.marked.left(start, mark.start)) < _WEAKEST
        return _is_firm(mark) or self.ends_clause(mark)

    def stands_alone(self, day: Mark) -> bool:
        """Tell whether the clause around a day says nothing else, or only that it would do."""
        start = max(map(self.plain.rfind, _STOPS, repeat(0), repeat(day.start))) + 1
        ends = [self.plain.find(stop, day.end) for stop in _STOPS]
        end = min((place for place in ends if place >= 0), default=len(self.plain))
        beside = {mark.sign for mark in self.marked.marks if start <= mark.start < end}
        left = self.marked.left(start, day.start) + self.marked.left(day.end, end)
        agreeing = {"date", "aside", "request", "nod", "coming"}
        return beside <= agreeing and len(left) <= _WEAKEST


def read_attendance(plain: str, wished: Wished) -> Attendance:
    """Read a normalised, lower-case reply; a number of the menu must agree with its words."""
    chosen = _GRAMMAR["choice"].match(plain)
    if not chosen:
        return _decided(plain, wished)
    choice = _CHOICES[chosen[1] or str(numerals.value(chosen[2]))]
    mark = Mark("choice", *chosen.span(chosen.lastindex or 0))
    rest = " " * chosen.end() + plain[chosen.end() :]
    if not rest.strip():
        return Attendance(choice, (mark,))
    said = _decided(rest, wished)
    return Attendance(_agreed(choice, said), (mark, *said.marks))


def _agreed(choice: Intent, said: Attendance) -> Intent:
    """Let words move what a number chose, but never turn coming into not coming."""
    if choice is Intent.HUMAN or said.intent is choice:
        return choice
    if said.intent is Intent.UNCLEAR:
        doubtful = any(mark.sign == "hedge" for mark in said.marks)
        return Intent.UNCLEAR if doubtful else choice
    return Intent.RESCHEDULE if said.intent is Intent.RESCHEDULE else Intent.UNCLEAR


def _decided(plain: str, wished: Wished) -> Attendance:
    said = _Said(plain, _MARKER.mark(plain), wished)
    for rule in (_hedged, _moved, _timed, _cancelled, _confirmed, _dated):
        found = rule(said)
        if found:
            return found
    return Attendance(Intent.UNCLEAR)


def _hedged(said: _Said) -> Attendance | None:
    """Let a doubt stand in the way of everything but a plain order given after it."""
    marked = said.marked
    doubts = ("hedge",) if said.wished.changes else ("hedge", "prefer")
    doubt, order = marked.last(doubts), marked.last(("drop", "move"))
    if doubt is None or (order and order.start > doubt.start and not said.is_question()):
        return None
    if said.wished.changes and marked.has(("request", "move")):
        return Attendance(Intent.RESCHEDULE, marked.of(("move", "request")))
    return Attendance(Intent.UNCLEAR, (doubt,))


def _moved(said: _Said) -> Attendance | None:
    move, drop = said.marked.last(("move",)), said.marked.last(("drop",))
    unmoved = said.marked.last(("unmoved",))
    if move is None or (drop and not said.wished.changes and drop.start > move.start):
        return None
    if unmoved and unmoved.start > move.start:
        return None  # 想改的,算了不改了
    return Attendance(Intent.RESCHEDULE, (move,))


def _timed(said: _Said) -> Attendance | None:
    """Take another time for a wish, unless it only says when or why somebody cannot come."""
    if not said.wished.changes or said.marked.has(("drop", "ready", *_STAYING)):
        return None
    if "asking" in said.marked and "request" not in said.marked:
        return None
    against, days = said.marked.last(("absent", "reason")), said.days()
    if against and not any(day.start > against.start or said.stands_alone(day) for day in days):
        return None
    return Attendance(Intent.RESCHEDULE, days or said.marked.of(("request", "coming", "nod")))


def _cancelled(said: _Said) -> Attendance | None:
    against, willing = said.marked.last(_NOT_COMING), said.marked.last(_COMING)
    if against is None:
        return None
    if _left_open(said, against):
        return Attendance(Intent.UNCLEAR)
    firm = willing is not None and _is_firm(willing)
    if willing and not said.marked.has(("drop", "absent")):
        return Attendance(Intent.CONFIRM, (willing,)) if firm else _refusal(said.marked)
    if willing and ("keep" in said.marked or (firm and willing.start > against.start)):
        return Attendance(Intent.UNCLEAR)
    return _refusal(said.marked)


def _left_open(said: _Said, against: Mark) -> bool:
    """Tell a question about staying away, and a day that would do, from staying away."""
    marked = said.marked
    begged = "absent" in marked and "request" in marked and "asking" not in marked
    if said.is_question() and "drop" not in marked and not begged:
        return True
    later = (day for day in said.wished.days if day.start > against.start)
    return any(said.stands_alone(day) for day in later)


def _refusal(marked: Marked) -> Attendance:
    return Attendance(Intent.CANCEL, marked.of(_NOT_COMING))


def _confirmed(said: _Said) -> Attendance | None:
    willing, firm = said.marked.of((*_COMING, "nod", *_STAYING)), said.marked.last(_COMING)
    willing = tuple(mark for mark in willing if said.is_said(mark))
    if not willing or _GRAMMAR["however"].search(said.marked.rest, firm.start if firm else 0):
        return None
    if not _is_safe(said, firm):
        return None
    plainly = [mark for mark in willing if not _GRAMMAR["asked"].match(said.plain, mark.end)]
    return Attendance(Intent.CONFIRM, tuple(plainly)) if plainly else None


def _is_safe(said: _Said, firm: Mark | None) -> bool:
    """Refuse to confirm on a mere nod while the rest of the message may hold a no."""
    strong = firm is not None and _is_firm(firm)
    return strong or not _GRAMMAR["doubt"].search(said.marked.rest)


def _dated(said: _Said) -> Attendance | None:
    """Take a message of nothing but a day for a wish, an impossible day too."""
    others = {mark.sign for mark in said.marked.marks} - {"date", "aside", "request"}
    if others or "date" not in said.marked or said.wished.known:
        return None
    if len(said.marked.left()) > _WEAKEST:
        return None
    return Attendance(Intent.RESCHEDULE, said.marked.of(("date",)))


def _is_firm(mark: Mark) -> bool:
    return mark.end - mark.start > _WEAKEST or mark.sign != "coming"
