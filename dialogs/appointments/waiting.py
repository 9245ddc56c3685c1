"""The waiting list: joined where nothing is free, a freed place taken or passed on (R121)."""

from __future__ import annotations

from dialogs.appointments.actions import HandOverReason, PassFreed, TakeFreed, Wait
from dialogs.appointments.events import Prompted
from dialogs.appointments.facts import Visit
from dialogs.appointments.showing import show
from dialogs.appointments.state import Stage
from dialogs.appointments.texts import (
    counts_as_breach,
    due,
    offer_values,
    visit_line,
    warning,
)
from dialogs.appointments.turn import Turn


def join(turn: Turn) -> Turn:
    """Put the patient on the list for what was wished first; slots still on offer stay open."""
    waits = turn.do(Wait(turn.state.search)).say("M-WAIT-OK")
    return show(waits) if turn.state.offers else waits.rest()


def decline_waiting(turn: Turn) -> Turn:
    """No slot and no waiting: a person goes on."""
    return turn.hand_over(HandOverReason.UNBOOKED)


def offer_freed(turn: Turn, event: Prompted) -> Turn:
    """Offer the freed place with its deadline."""
    if event.offer is None:
        return turn
    person = turn.person_of(event.patient)
    values = {
        **_moved(turn, event.visit),
        **offer_values(turn, event.offer),
        "until": due(turn, event.until) if event.until else "",
        "whose": person.whose if person else "",
    }
    asked = turn.but(entry=event.entry, patient=event.patient, clinic=event.offer.clinic)
    return asked.ask(Stage.FREED, "M-FREED", values)


def _moved(turn: Turn, visit: Visit | None) -> dict[str, str]:
    """Say which visit would be moved to the place, and whether that would be a breach."""
    if visit is None:
        return {}
    late = counts_as_breach(turn, visit)
    warn = warning(turn, visit, "M-WARN-MOVE") if late else ""
    return {"moves": visit_line(turn, visit), "warn": warn}


def take_freed(turn: Turn) -> Turn:
    """Take the place that was offered; its text had date, weekday and time."""
    return turn.do(TakeFreed(turn.state.entry))


def pass_freed(turn: Turn) -> Turn:
    """Let it go to the next and stay on the list."""
    return turn.do(PassFreed(turn.state.entry)).say("M-FREED-PASSED").rest()


def leave_list(turn: Turn) -> Turn:
    """Leave the list."""
    return turn.do(PassFreed(turn.state.entry, leave=True)).say("M-FREED-LEFT").rest()
