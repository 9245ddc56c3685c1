"""Giving a visit up: asked back with what it counts as, then done (R097)."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.appointments.actions import Cancel
from dialogs.appointments.events import Cancelled
from dialogs.appointments.facts import Visit
from dialogs.appointments.phrases import reason_in
from dialogs.appointments.state import Doing, Stage
from dialogs.appointments.texts import (
    breach_note,
    counts_as_breach,
    part,
    visit_values,
    warning,
)
from dialogs.appointments.turn import Turn


def ask_cancel(
    turn: Turn, visit: Visit, words: str, *, lead: str = "", others: Sequence[str] = ()
) -> Turn:
    """Ask M-CANCEL?, which says what it would count as; `others` are asked about after it."""
    if visit.requested:
        return still_pending(turn, visit)
    doing = {"doing": Doing.CANCEL, "about": visit.id, "patient": visit.patient}
    kept = {"prompt": turn.state.prompt, "choices": tuple(others)}
    fresh = turn.fresh(**doing, words=words, **kept)
    late = counts_as_breach(fresh, visit) and not reason_in(words)
    warn = part(fresh, "M-WARN-NONE", {}) if reason_in(words) else ""
    warn = warn or warning(fresh, visit, "M-WARN-LATE")
    values = {**visit_values(fresh, visit), "warn": warn}
    if late and fresh.facts.elderly:
        fresh = fresh.say("M-WARN-LATE", values, cancel_by=values["warn"])
    return fresh.but(warned=late).ask(Stage.CANCEL, "M-CANCEL?", values, lead=lead)


def can_ask_each(visits: Sequence[Visit]) -> bool:
    """Tell whether each can be given up at once: the hospital's system answers one at a time."""
    return len(visits) > 1 and all(visit.ours and not visit.requested for visit in visits)


def ask_each(turn: Turn, visits: Sequence[Visit], words: str) -> Turn:
    """Ask about the first of several visits that are all given up; the others follow it."""
    first, *others = visits
    return ask_cancel(turn, first, words, others=[visit.id for visit in others])


def _go_on(turn: Turn) -> Turn:
    """Ask about the next visit that was given up with this one, as it was written then."""
    left = [visit for visit in map(turn.visit_of, turn.state.choices) if visit]
    if not left:
        return turn.rest()
    since = turn.state.since
    return ask_each(turn.but(prompt=""), left, turn.state.words).but(since=since)


def still_pending(turn: Turn, visit: Visit) -> Turn:
    """Say that something is asked of the hospital's system already; it can be taken back."""
    about = turn.fresh(about=visit.id, patient=visit.patient)
    return about.ask(Stage.PENDING, "M-PENDING-OPEN", visit_values(about, visit))


def give_up(turn: Turn, text: str) -> Turn:
    """Give the visit up; if it has become late since it was asked, that is said first."""
    visit = turn.visit
    if visit is None:
        return turn.say("M-NOT-ENDED").rest()
    words = turn.state.words or text
    if counts_as_breach(turn, visit) and not turn.state.warned and not reason_in(words):
        return ask_cancel(turn, visit, words, others=turn.state.choices)
    reason = reason_in(f"{words} {text}")
    return turn.do(Cancel(visit.id, words, reason, turn.wished_at.isoformat()))


def keep(turn: Turn) -> Turn:
    """Repeat the time that stays."""
    visit = turn.visit
    kept = turn.let_go()
    if visit is None:
        return kept.say("M-NOT-ENDED").rest()
    return _go_on(kept.say("M-KEPT", visit_values(kept, visit)))


def cancelled(turn: Turn, event: Cancelled) -> Turn:
    """Say that it is given up, and what that counted as."""
    note = breach_note(turn, event.breach)
    visit = event.visit
    values = {**visit_values(turn, visit), "breach_note": note}
    given_up = (visit.patient, visit.clinic, visit.doctor, visit.starts.isoformat())
    told = turn.say("M-CANCEL-OK", values).but(given_up=(*given_up, turn.at.isoformat()))
    return _go_on(told)
