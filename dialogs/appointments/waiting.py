"""The waiting list: joined where nothing is free, a freed place taken or passed on (R121)."""

from __future__ import annotations

from datetime import time
from typing import Final

from dialogs.appointments.actions import FindWaiting, PassFreed, TakeFreed, Wait
from dialogs.appointments.events import FoundWaiting, Prompted, Waits
from dialogs.appointments.facts import Visit, Waiting
from dialogs.appointments.showing import show
from dialogs.appointments.state import Stage
from dialogs.appointments.texts import (
    counts_as_breach,
    day_values,
    doctor_text,
    exactly,
    offer_values,
    part,
    visit_line,
    warning,
)
from dialogs.appointments.turn import Turn
from dialogs.appointments.visits import named_clinics
from dialogs.timing.spans import moment

_MOST: Final = 4


def join(turn: Turn) -> Turn:
    """Put the patient on the list for what was wished first; slots still on offer stay open."""
    return turn.do(Wait(turn.state.search))


def joined(turn: Turn, _event: Waits) -> Turn:
    """Tell that the patient waits."""
    waits = turn.say("M-WAIT-OK")
    return show(waits) if turn.state.offers else waits.rest()


def offer_freed(turn: Turn, event: Prompted) -> Turn:
    """Offer the freed place with its deadline."""
    if event.offer is None:
        return turn
    person = turn.person_of(event.patient)
    values = {
        **_moved(turn, event.visit),
        **offer_values(turn, event.offer),
        "until": exactly(turn, event.until) if event.until else "",
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


def look_up(turn: Turn, text: str) -> Turn:
    """Look up what is waited for, to be asked about; the clinic may be named."""
    named = named_clinics(turn, text)
    return turn.fresh(clinics=tuple(clinic.id for clinic in named)).do(FindWaiting())


def found_waiting(turn: Turn, event: FoundWaiting) -> Turn:
    """Ask whether the list is really to be left, or which of several places is given up."""
    named = tuple(each for each in event.waiting if each.clinic in turn.state.clinics)
    waits = (named or event.waiting)[:_MOST]
    if not waits:
        return turn.say("M-NO-WAIT").rest()
    lines = [_line(turn, each) for each in waits]
    if len(waits) == 1:
        about = turn.but(entry=waits[0].entry, patient=waits[0].patient)
        return about.ask(Stage.WAITS, "M-UNWAIT?", {"wait": lines[0]})
    listed = turn.but(choices=tuple(each.entry for each in waits))
    shown = {f"w{n}": line for n, line in enumerate(lines, 1)}
    values = {**shown, "count": str(len(waits))}
    return listed.ask(Stage.WAITS, "M-UNWAIT-WHICH", values, options=(*shown, "human"))


def _line(turn: Turn, waits: Waiting) -> str:
    person = turn.person_of(waits.patient)
    day = day_values(turn, moment(waits.day, time())) if waits.day else {"date": "", "dow": ""}
    values = {
        **day,
        "whose": person.whose if person else "",
        "dept": waits.clinic_name,
        "doc": doctor_text(turn, waits.doctor),
        "period": part(turn, f"M-PERIOD-{waits.period.upper()}", {}) if waits.period else "",
    }
    return part(turn, "M-CHOICE-WAIT", values)


def leave_listed(turn: Turn, number: int) -> Turn:
    """Give up the place of the list with this number, which said the clinic."""
    return leave_list(turn.but(entry=turn.state.choices[number - 1]))


def stay(turn: Turn) -> Turn:
    """Wait on."""
    return turn.say("M-WAIT-STAYS").rest()
