"""Slots as they are shown: a numbered list, or one of them read back."""

from __future__ import annotations

from collections.abc import Mapping

from dialogs.appointments.facts import Offer
from dialogs.appointments.state import Doing, Stage
from dialogs.appointments.texts import (
    counts_as_breach,
    day_values,
    offer_line,
    offer_values,
    said_in_full,
    visit_values,
    warning,
)
from dialogs.appointments.turn import Turn


def show(turn: Turn, *, wait: bool = False, lead: str = "") -> Turn:
    """Offer the slots of the state; a move says first whether it would be a breach."""
    offers = turn.state.offers
    keys = [f"s{n}" for n in range(1, len(offers) + 1)] + ["more", "human"]
    message, values, warned = _how(turn)
    asked = turn.but(warned=warned, picked="")
    if warned and turn.facts.elderly:
        asked = asked.say("M-WARN-MOVE", values)
    return asked.ask(
        Stage.OFFER,
        message,
        {**_lines(turn, offers), **values},
        options=[*keys, "wait"] if wait else keys,
        lead=lead,
    )


def _lines(turn: Turn, offers: tuple[Offer, ...]) -> Mapping[str, str]:
    values = {f"s{n}": offer_line(turn, offer) for n, offer in enumerate(offers, 1)}
    for n, offer in enumerate(offers, 1):
        said = day_values(turn, offer.starts)
        values[f"e{n}"] = f"{said['date']}{said['dow']}{said['time']}"
    return values


def _how(turn: Turn, *, chosen: bool = False) -> tuple[str, dict[str, str], bool]:
    """Return the message for slots, what it says beside them, and whether it warns."""
    state, visit = turn.state, turn.visit
    if state.doing is not Doing.MOVE or visit is None:
        person, clinic = turn.person_of(state.patient), turn.clinic_of(state.clinic)
        values = {"whose": person.whose if person else "", "dept": clinic.name if clinic else ""}
        return "M-BOOK?" if chosen else "M-OFFER", values, False
    warned = counts_as_breach(turn, visit)
    warn = warning(turn, visit, "M-WARN-MOVE") if warned else ""
    values = {
        **visit_values(turn, visit),
        "warn": warn,
        "cancel_by": said_in_full(turn, visit.free_until),
    }
    return "M-MOVE?" if chosen else "M-MOVE", values, warned


def echo(turn: Turn, offer: Offer, *, lead: str = "") -> Turn:
    """Repeat one slot with date, weekday, time, doctor and room, and ask whether it is meant."""
    message, values, warned = _how(turn, chosen=True)
    told = turn.but(picked=offer.slot, warned=warned)
    if warned and turn.facts.elderly:
        told = told.say("M-WARN-MOVE", values)
    return told.ask(Stage.CHOSEN, message, {**values, **offer_values(turn, offer)}, lead=lead)
