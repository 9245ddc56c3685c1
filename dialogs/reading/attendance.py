"""A reply to an appointment message: coming, not coming, another time, or not certain."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from dialogs.reading import wording
from dialogs.reading.marks import Mark, Marked, load_marker
from dialogs.reading.reply import Intent

_FILE: Final = "attendance.toml"
_MARKER: Final = load_marker(__file__, _FILE)
_GRAMMAR: Final = {
    name: re.compile(pattern) for name, pattern in wording.load(__file__, _FILE)["grammar"].items()
}
_COMING: Final = ("coming", "ready", "keep")
_NOT_COMING: Final = ("drop", "absent", "reason")
_REFUSED: Final = ("drop", "absent")
_WEAKEST: Final = 2  # characters; a bare "come" or "go" may belong to the reason for staying away
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


@dataclass(frozen=True, slots=True)
class Wished:
    """The times a reply speaks of: where they stand, and whether they differ from the booking."""

    spans: tuple[tuple[int, int], ...] = ()
    changes: bool = False


def read_attendance(plain: str, wished: Wished) -> Attendance:
    """Read a normalised, lower-case reply; a number of the menu must agree with its words."""
    chosen = _GRAMMAR["choice"].match(plain)
    if not chosen:
        return _decided(plain, wished)
    digit = "0123"["零一二三".find(chosen[1])] if chosen[1] in "零一二三" else chosen[1]
    rest = " " * chosen.end() + plain[chosen.end() :]
    mark = Mark("choice", *chosen.span(1))
    said = _decided(rest, wished)
    return Attendance(_agreed(_CHOICES[digit], said.intent, rest), (mark, *said.marks))


def _agreed(chosen: Intent, said: Intent, rest: str) -> Intent:
    doubtful = said is Intent.UNCLEAR and "hedge" in _MARKER.mark(rest)
    if doubtful:
        return Intent.UNCLEAR
    if said in (chosen, Intent.UNCLEAR) or chosen is Intent.HUMAN:
        return chosen
    moved = said is Intent.RESCHEDULE and chosen is not Intent.HUMAN
    return Intent.RESCHEDULE if moved else Intent.UNCLEAR


def _decided(plain: str, wished: Wished) -> Attendance:
    marked = _MARKER.mark(plain)
    for rule in (_hedged, _moved, _timed, _cancelled, _confirmed):
        found = rule(plain, marked, wished)
        if found:
            return found
    return Attendance(Intent.UNCLEAR)


def _hedged(plain: str, marked: Marked, wished: Wished) -> Attendance | None:
    """Let a doubt stand in the way of everything but a plain order given after it."""
    doubt = marked.last(("hedge",))
    if doubt is None:
        return None
    order = marked.last(("drop", "move"))
    if order and order.start > doubt.start and not _is_question(plain, marked):
        return None
    if wished.changes and marked.has(("request", "move")):
        return Attendance(Intent.RESCHEDULE, marked.of(("move", "request")))
    return Attendance(Intent.UNCLEAR, (doubt,))


def _moved(plain: str, marked: Marked, wished: Wished) -> Attendance | None:
    move, drop = marked.last(("move",)), marked.last(("drop",))
    if move is None or (drop and not wished.changes and drop.start > move.start):
        return None
    return Attendance(Intent.RESCHEDULE, (move,))


def _timed(plain: str, marked: Marked, wished: Wished) -> Attendance | None:
    """Take another time for a wish, unless it only says when or why somebody cannot come."""
    if not wished.changes or "drop" in marked or "ready" in marked:
        return None
    against = marked.last(("absent", "reason"))
    after = any(start > against.start for start, _ in wished.spans) if against else True
    if not after and not marked.has(("request", "nod")):
        return None
    return Attendance(Intent.RESCHEDULE, marked.of(("request", "coming", "nod")))


def _cancelled(plain: str, marked: Marked, wished: Wished) -> Attendance | None:
    against = marked.last(_NOT_COMING)
    if against is None:
        return None
    refused, willing = marked.of(_REFUSED), marked.last(_COMING)
    if _is_question(plain, marked) and "drop" not in marked:
        return Attendance(Intent.UNCLEAR)
    if willing and not refused:
        return Attendance(Intent.CONFIRM, (willing,)) if _firm(willing) else _refusal(marked)
    if "keep" in marked or (willing and _firm(willing) and willing.start > against.start):
        return Attendance(Intent.UNCLEAR, (willing or against, against))
    return _refusal(marked)


def _refusal(marked: Marked) -> Attendance:
    return Attendance(Intent.CANCEL, marked.of(_NOT_COMING))


def _confirmed(plain: str, marked: Marked, wished: Wished) -> Attendance | None:
    willing = marked.of((*_COMING, "nod", "stay"))
    if not willing or _GRAMMAR["however"].search(marked.rest):
        return None
    only_asked = "request" in marked and not marked.has((*_COMING, "nod"))
    if only_asked or _GRAMMAR["asked"].search(plain[willing[-1].start :]) and len(willing) == 1:
        return None
    return Attendance(Intent.CONFIRM, willing)


def _firm(mark: Mark) -> bool:
    return mark.end - mark.start > _WEAKEST or mark.sign != "coming"


def _is_question(plain: str, marked: Marked) -> bool:
    return marked.has(("asking", "request")) or bool(_GRAMMAR["asked"].search(plain))
