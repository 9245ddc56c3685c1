"""What patients ask the desk at any time: when, where, how to get there, hours, rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from dialogs.appointments.actions import FindHours, HandOverReason
from dialogs.appointments.booking import begin
from dialogs.appointments.doctors import say_unknown
from dialogs.appointments.events import FoundHours, Prompt
from dialogs.appointments.facts import ClinicName, Facts, Hours, Visit
from dialogs.appointments.phrases import reason_in
from dialogs.appointments.repeating import repeat
from dialogs.appointments.state import Doing, Stage
from dialogs.appointments.texts import (
    day_values,
    doctor_text,
    is_card,
    is_tomorrow,
    part,
    visit_values,
)
from dialogs.appointments.turn import Turn
from dialogs.appointments.visits import ask_which, candidates, named_clinics, named_doctor
from dialogs.reading.normal import bare
from dialogs.timing.spans import local

_BARE_APPEAL: Final = 4  # characters; what is longer holds the reasons
_MOST_LINES: Final = 8
_NOON: Final = 12
_EVENING: Final = 18


def answer_query(turn: Turn, query: str, text: str) -> Turn:
    """Answer a question; a question of ours that is open stays open."""
    other = _OTHERS.get(query)
    if other is None and turn.state.prompt == Prompt.STOPPED and turn.state.stage is Stage.VISIT:
        return repeat(turn)  # it does not take place: no time or place is told as if it did
    return other(turn, text) if other else _about_visits(turn, query, text)


def is_too_early(query: str, facts: Facts, at: datetime) -> bool:
    """Tell whether 到了 is about something else: nobody is expected that day."""
    return query == "here" and not visits_of_day(facts, at)


def visits_of_day(facts: Facts, at: datetime) -> tuple[Visit, ...]:
    """Return the visits of the day."""
    today = local(at).date()
    return tuple(visit for visit in facts.visits if local(visit.starts).date() == today)


def _about_visits(turn: Turn, query: str, text: str) -> Turn:
    if query == "visits":
        return tell_visits(turn, turn.facts.visits)
    if query == "here":  # whoever is here reports at the guide desk; the desk notes who came
        return tell(turn, query, visits_of_day(turn.facts, turn.at)[0])
    found = candidates(turn, text)
    if not found:
        return turn.say("M-NO-VISIT")
    if len(found) > 1 and query != "when":
        return ask_which(turn.fresh(query=query), found, Doing.TELL)
    return tell_visits(turn, found) if query == "when" else tell(turn, query, found[0])


def tell_visits(turn: Turn, visits: tuple[Visit, ...]) -> Turn:
    """Tell the visits to come; a single one can be confirmed, cancelled or moved at once."""
    if not visits:
        return turn.say("M-NO-VISIT")
    stopped = next((visit for visit in visits if visit.stopped), None)
    if stopped is not None:
        return tell_stop(turn, stopped)
    if len(visits) == 1 and turn.state.resting:
        visit = visits[0]
        about = turn.fresh(about=visit.id, patient=visit.patient, prompt="")
        return about.ask(Stage.VISIT, "M-VISIT", visit_values(about, visit))
    for visit in visits:
        turn = turn.say("M-VISIT-TOLD", visit_values(turn, visit))
    return turn


def tell_stop(turn: Turn, visit: Visit) -> Turn:
    """Say that it does not take place, and ask what is wanted instead (R104)."""
    about = turn.fresh(about=visit.id, patient=visit.patient, prompt=Prompt.STOPPED.value)
    return about.ask(Stage.VISIT, "M-STOPPED", visit_values(about, visit))


def tell(turn: Turn, query: str, visit: Visit) -> Turn:
    """Tell one thing about one visit; one that does not take place is told as that."""
    if visit.stopped:
        return tell_stop(turn, visit)
    values = visit_values(turn, visit)
    if query == "fasting" and (not visit.preparation or is_card(turn, visit.preparation)):
        return _fasting(turn, visit, values)
    if query not in ("bring", "fasting"):
        return turn.say("M-ROUTE", values)
    card = visit.preparation if visit.preparation in turn.catalog.messages else ""
    told = turn.say("M-BRING", values)
    return told.say(card, values) if card == "M-PREP-COLO" else told


def _fasting(turn: Turn, visit: Visit, values: Mapping[str, str]) -> Turn:
    """Say the card where it speaks of tomorrow, else whom to ask: fasting is never guessed."""
    if not visit.preparation:
        return turn.say("M-FASTING", values)
    now = visit.preparation == "M-PREP-COLO" or is_tomorrow(turn, visit)
    return turn.say(visit.preparation if now else "M-FASTING-LATER", values)


def _hours(turn: Turn, text: str) -> Turn:
    clinic = _clinic_for(turn, text)
    if clinic is None:
        return _which_clinic(turn, "hours")
    told = say_unknown(turn, text, clinic)
    return told.do(FindHours(clinic.id, named_doctor(clinic, text)))


def find_hours_of(turn: Turn, clinic: str) -> Turn:
    """Look up the sessions of the clinic that was chosen."""
    return turn.do(FindHours(clinic)).rest()


def found_hours(turn: Turn, event: FoundHours) -> Turn:
    """Tell the next sessions of a clinic, with their true numbers."""
    clinic = turn.clinic_of(event.clinic)
    dept = clinic.name if clinic else ""
    lines = [_hours_line(turn, hours) for hours in event.hours[:_MOST_LINES]]
    if not lines:
        return turn.say("M-HOURS-NONE", dept=dept)
    joint = "\n" if turn.facts.rich else " "
    return turn.say("M-HOURS", dept=dept, list=joint.join(lines))


def _hours_line(turn: Turn, hours: Hours) -> str:
    values = {
        **day_values(turn, hours.starts),
        "period": period_text(turn, hours),
        "doc": doctor_text(turn, hours.doctor),
        "left": str(hours.left),
    }
    return part(turn, "M-HOURS-LINE" if hours.left else "M-HOURS-FULL", values)


def period_text(turn: Turn, hours: Hours) -> str:
    """Say morning, afternoon or evening."""
    hour = local(hours.starts).hour
    period = "morning" if hour < _NOON else "afternoon" if hour < _EVENING else "evening"
    return part(turn, f"M-PERIOD-{period.upper()}", {})


def _rules(turn: Turn, text: str) -> Turn:
    clinic = _clinic_for(turn, text) or next(iter(turn.facts.clinics), None)
    if clinic is None:
        return turn.say("M-DESK-HELP")
    rules, facts = clinic.rules, turn.facts
    values = {
        "dept": clinic.name,
        "lead": str(rules.lead_days),
        "cutoff": f"{rules.cutoff:%H:%M}",
        "cancel_at": f"{rules.free_cancel:%H:%M}",
        "limit": str(facts.breach_limit),
        "window": str(facts.breach_window_days),
    }
    return turn.say("M-RULES", values)


def _clinic_for(turn: Turn, text: str) -> ClinicName | None:
    """The clinic that is named, else that of the visit, else where the patient was last."""
    named = named_clinics(turn, text)
    if named:
        return named[0]
    visit = turn.visit or next(iter(turn.facts.visits), None)
    likely = turn.clinic_of(visit.clinic if visit else turn.facts.usual_clinic)
    only = turn.facts.clinics[0] if len(turn.facts.clinics) == 1 else None
    return likely or only


def _which_clinic(turn: Turn, query: str) -> Turn:
    shown = turn.facts.clinics[:6]
    if not shown:
        return turn.say("M-DESK-HELP")
    lines = {f"c{n}": clinic.name for n, clinic in enumerate(shown, 1)}
    asked = turn.fresh(doing=Doing.TELL, query=query, choices=tuple(c.id for c in shown))
    return asked.ask(Stage.CLINIC, "M-CLINIC", lines, options=(*lines, "human"))


def _places(turn: Turn, text: str) -> Turn:
    return begin(turn, text, ())


def _appeal(turn: Turn, text: str) -> Turn:
    if len(bare(text)) <= _BARE_APPEAL and not reason_in(text):
        return turn.fresh(about="").ask(Stage.APPEAL, "M-APPEAL", {})
    return appeal(turn, text)


def appeal(turn: Turn, words: str) -> Turn:
    """Pass an appeal on with its reasons."""
    return turn.hand_over(HandOverReason.APPEAL, words)


def _proxy(turn: Turn, _text: str) -> Turn:
    """Who comes shows a document, since a booking is by real name (R096)."""
    return turn.say("M-PROXY", _phone(turn))


def _fee(turn: Turn, _text: str) -> Turn:
    """A booking does not include the registration fee (R107)."""
    return turn.say("M-FEE", _phone(turn))


def _phone(turn: Turn) -> Mapping[str, str]:
    visit = turn.visit or next(iter(turn.facts.visits), None)
    return {"phone": visit.phone} if visit else {}


_OTHERS: Final[Mapping[str, Callable[[Turn, str], Turn]]] = {
    "proxy": _proxy,
    "fee": _fee,
    "hours": _hours,
    "rules": _rules,
    "places": _places,
    "appeal": _appeal,
}
