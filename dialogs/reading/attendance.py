"""A reply to an appointment message: coming, not coming, another time, or not certain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dialogs.reading import numerals
from dialogs.reading.marks import Mark, Marked, load_marker
from dialogs.reading.reply import Intent
from dialogs.reading.said import GRAMMAR, WEAKEST, Said, Wished, is_firm

_MARKER: Final = load_marker(__file__, "attendance.toml")
_COMING: Final = ("coming", "ready", "keep")
_NOT_COMING: Final = ("drop", "absent", "reason")
_STAYING: Final = ("stay", "unmoved")
_KEPT: Final = ("keep", *_STAYING)
_CHOICES: Final = {
    "1": Intent.CONFIRM,
    "2": Intent.CANCEL,
    "3": Intent.RESCHEDULE,
    "0": Intent.HUMAN,
}


@dataclass(frozen=True, slots=True)
class Attendance:
    """What was decided and the places of the words that decided it."""

    intent: Intent
    marks: tuple[Mark, ...] = ()


def read_attendance(plain: str, wished: Wished) -> Attendance:
    """Read a normalised, lower-case reply; a number of the menu must agree with its words."""
    chosen = GRAMMAR["choice"].match(plain)
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
    said = Said(plain, _MARKER.mark(plain), wished)
    for rule in (_hedged, _moved, _timed, _cancelled, _confirmed, _dated):
        found = rule(said)
        if found:
            return found
    return Attendance(Intent.UNCLEAR)


def _hedged(said: Said) -> Attendance | None:
    """Let a doubt stand in the way of everything but a plain order given after it."""
    marked = said.marked
    doubts = ("hedge",) if said.wished.changes else ("hedge", "prefer")
    doubt, order = marked.last(doubts), marked.last(("drop", "move"))
    if doubt is None or (order and order.start > doubt.start and not said.is_question()):
        return None
    settled = marked.last(("unmoved",))
    if settled and settled.start > doubt.start:
        return None  # 想想还是不改了
    if said.wished.changes and marked.has(("request", "move")):
        return Attendance(Intent.RESCHEDULE, marked.of(("move", "request")))
    return Attendance(Intent.UNCLEAR, (doubt,))


def _moved(said: Said) -> Attendance | None:
    moves = ("move",) if said.keeps_time() else ("move", "suits")
    moves = moves if said.marked.has(_NOT_COMING) else (*moves, "someday")  # 来不了,下次再约
    move, drop = said.marked.last(moves), said.marked.last(("drop",))
    unmoved = said.marked.last(("unmoved",))
    if move is None or (drop and not said.wished.changes and drop.start > move.start):
        return None
    if unmoved and unmoved.start > move.start:
        return None  # 想改的,算了不改了
    return Attendance(Intent.RESCHEDULE, (move,))


def _timed(said: Said) -> Attendance | None:
    """Take another time for a wish, unless it only says when or why somebody cannot come."""
    if not said.wished.changes or said.marked.has(("drop", "ready", *_STAYING)):
        return None
    if said.is_question() and "request" not in said.marked:
        return None  # 不是周五吗
    against, days = said.marked.last(("absent", "reason")), said.days()
    if against and not any(day.start > against.start or said.stands_alone(day) for day in days):
        return None
    return Attendance(Intent.RESCHEDULE, days or said.marked.of(("request", "coming", "nod")))


def _cancelled(said: Said) -> Attendance | None:
    against, willing = said.marked.last(_NOT_COMING), said.marked.last(_COMING)
    if against is None:
        return None
    if _left_open(said, against) or said.is_denied(against):
        return Attendance(Intent.UNCLEAR)
    return _refusal(said.marked) if willing is None else _weighed(said, against, willing)


def _weighed(said: Said, against: Mark, willing: Mark) -> Attendance:
    """Hold a refusal against a promise beside it; where both stand for themselves, ask back."""
    firm, later = is_firm(willing), willing.start > against.start
    if not said.marked.has(("drop", "absent")):  # only a reason for staying away
        if firm:
            return Attendance(Intent.CONFIRM, (willing,))
        open_still = later and said.ends_clause(willing)
    else:
        open_still = "keep" in said.marked or (later and (firm or said.is_alone(willing)))
    return Attendance(Intent.UNCLEAR) if open_still else _refusal(said.marked)


def _left_open(said: Said, against: Mark) -> bool:
    """Tell a question about staying away, and a day that would do, from staying away."""
    marked = said.marked
    begged = "absent" in marked and "request" in marked and "asking" not in marked
    if said.is_question() and "drop" not in marked and not begged:
        return True
    if against.sign == "drop" and said.only_asks_about(against):
        return True
    later = (day for day in said.wished.days if day.start > against.start)
    return any(said.stands_alone(day) for day in later)


def _refusal(marked: Marked) -> Attendance:
    return Attendance(Intent.CANCEL, marked.of(_NOT_COMING))


def _confirmed(said: Said) -> Attendance | None:
    suits = () if said.is_question() else ("suits",)
    willing = said.marked.of((*_COMING, "nod", *_STAYING, *suits))
    firm = said.marked.last(_COMING)
    willing = tuple(mark for mark in willing if said.is_said(mark))
    if not willing or GRAMMAR["however"].search(said.marked.rest, firm.start if firm else 0):
        return None
    if not _is_safe(said, firm):
        return None
    if "asking" in said.marked and all(mark.sign in _KEPT for mark in willing):
        return None  # 我没取消啊,怎么显示取消了
    plainly = [mark for mark in willing if not GRAMMAR["asked"].match(said.plain, mark.end)]
    return Attendance(Intent.CONFIRM, tuple(plainly)) if plainly else None


def _is_safe(said: Said, firm: Mark | None) -> bool:
    """Refuse to confirm on a mere nod while the rest of the message may hold a no."""
    if firm is not None and is_firm(firm):
        return True
    return "circumstance" not in said.marked and not GRAMMAR["doubt"].search(said.marked.rest)


def _dated(said: Said) -> Attendance | None:
    """Take a message of nothing but a day for a wish, an impossible day too."""
    others = {mark.sign for mark in said.marked.marks} - {"date", "aside", "request"}
    if others or "date" not in said.marked or said.wished.known or said.wished.again:
        return None
    if all(GRAMMAR["past"].match(said.plain, mark.start) for mark in said.marked.of(("date",))):
        return None
    if len(said.marked.left()) >= WEAKEST:
        return None  # 今天停电
    return Attendance(Intent.RESCHEDULE, said.marked.of(("date",)))
