"""What the transaction did, told; and what is still asked after a booking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dialogs.appointments.actions import HandOverReason, KeepConsent
from dialogs.appointments.events import Booked, HandedOver, Moved, Pending, Refused, WhyNot
from dialogs.appointments.facts import Visit
from dialogs.appointments.offering import look
from dialogs.appointments.state import Doing, Stage
from dialogs.appointments.texts import (
    breach_note,
    day_text,
    due,
    is_card,
    is_tomorrow,
    offer_values,
    part,
    visit_values,
)
from dialogs.appointments.turn import SILENT, Turn

_WITH_MEDICINES: Final = "M-PREP-COLO"
_MEDICINES: Final = "medicines"
_CONSENT: Final = "consent"
_LOOK_AGAIN: Final = frozenset(
    {
        WhyNot.TAKEN,
        WhyNot.FULL,
        WhyNot.NO_SESSION,
        WhyNot.TOO_FAR,
        WhyNot.TOO_SOON,
        WhyNot.PAST,
    }
)
_SETTLED: Final = frozenset({WhyNot.SUSPENDED, WhyNot.TWICE, WhyNot.TOO_MANY})
_HANDED: Final[Mapping[str, str]] = {
    HandOverReason.UNBOOKED: "M-UNBOOKED",
    HandOverReason.ASKED: "M-DESK-HUMAN",
    HandOverReason.APPEAL: "M-APPEALED",
    HandOverReason.MEDICINES: "M-MED-HELP",
    "not_known": "M-NOT-KNOWN",
}


def booked(turn: Turn, event: Booked) -> Turn:
    """Tell that it is booked."""
    return after_booking(turn, event.visit)


def after_booking(turn: Turn, visit: Visit) -> Turn:
    """Confirm the booking; what else must be asked comes after it and never holds it up."""
    about = turn.fresh(about=visit.id, patient=visit.patient, prompt="", entry="")
    values = visit_values(about, visit)
    questions = _questions(about, visit)
    if not questions:
        return _say_cards(about.ask(Stage.VISIT, "M-BOOK-OK", values), visit)
    told = _say_cards(about.say("M-BOOK-OK", values), visit)
    return ask_next(told.but(next=questions))


def _questions(turn: Turn, visit: Visit) -> tuple[str, ...]:
    person = turn.person_of(visit.patient)
    medicines = (_MEDICINES,) if visit.preparation == _WITH_MEDICINES else ()
    return (*medicines, *((_CONSENT,) if person and not person.consented else ()))


def _say_cards(turn: Turn, visit: Visit) -> Turn:
    told = turn.say("M-PREP-FIRST", visit_values(turn, visit)) if visit.first else turn
    return say_card(told, visit)


def say_card(turn: Turn, visit: Visit) -> Turn:
    """Say the clinic's preparation card; it speaks of tomorrow, so it is said the day before."""
    if not is_card(turn, visit.preparation) or not is_tomorrow(turn, visit):
        return turn
    return turn.say(visit.preparation, visit_values(turn, visit))


def ask_next(turn: Turn) -> Turn:
    """Ask what is still to be asked after a booking, one at a time."""
    if not turn.state.next:
        return turn.rest()
    question, *rest = turn.state.next
    left = turn.but(next=tuple(rest))
    if question == _MEDICINES:
        return left.ask(Stage.MEDICINES, "M-PREP-COLO-MED", {})
    return left.ask(Stage.CONSENT, "M-CONSENT-REM", {})


def ask_medicines(turn: Turn, visit: Visit) -> Turn:
    """Ask about medicines, the hospital having waited for the answer."""
    return turn.but(about=visit.id, patient=visit.patient, next=()).ask(
        Stage.MEDICINES, "M-PREP-COLO-MED", visit_values(turn, visit)
    )


def keep_consent(turn: Turn, *, granted: bool) -> Turn:
    """Keep the answer about reminders."""
    kept = turn.do(KeepConsent(turn.state.patient, granted))
    return ask_next(kept.say("M-CONSENT-YES" if granted else "M-CONSENT-NO"))


def moved(turn: Turn, event: Moved) -> Turn:
    """Tell the new time, and what the move counted as."""
    about = turn.but(about=event.visit.id, prompt="")
    values = {**visit_values(about, event.visit), "breach_note": breach_note(turn, event.breach)}
    return say_card(about.say("M-MOVE-OK", values), event.visit).rest()


def pending(turn: Turn, event: Pending) -> Turn:
    """Tell that nothing is changed until the hospital's system has answered."""
    wish = {"wish": _wish(turn), "due": due(turn, event.due)}
    visit = event.visit or (turn.visit if turn.state.doing is not Doing.BOOK else None)
    if visit is None:
        person = turn.person_of(turn.state.patient)
        values = {**wish, "whose": person.whose if person else ""}
        return turn.but(about="", offers=()).ask(Stage.PENDING, "M-PENDING-NEW", values)
    about = turn.but(about=visit.id, offers=())
    return about.ask(Stage.PENDING, "M-PENDING", {**visit_values(about, visit), **wish})


def _wish(turn: Turn) -> str:
    state = turn.state
    if state.doing is Doing.CANCEL:
        return part(turn, "M-WISH-CANCEL", {})
    offer = next((offer for offer in state.offers if offer.slot == state.picked), None)
    if offer is None:
        return state.words or part(turn, "M-WISH-ANY", {})
    message = "M-WISH-MOVE" if state.doing is Doing.MOVE else "M-WISH-BOOK"
    return part(turn, message, offer_values(turn, offer))


def handed_over(turn: Turn, event: HandedOver) -> Turn:
    """Tell who goes on and until when; after the slots lapsed one may look again."""
    told, said = turn.state.told, {"due": due(turn, event.due), "no": event.number}
    if told == SILENT:
        return turn.but(told="")
    if told == "lapsed":
        return turn.but(told="", skip=()).ask(Stage.LAPSED, "M-LAPSED", said)
    answered = turn.say(_HANDED.get(told, "M-DESK-HUMAN"), said)
    return ask_next(answered.but(told="")) if told == HandOverReason.MEDICINES else answered.rest()


def refused(turn: Turn, event: Refused) -> Turn:
    """Tell why nothing was changed; a slot that is gone makes us look again."""
    if turn.state.entry and turn.state.stage is Stage.FREED and event.why not in _SETTLED:
        return turn.say("M-FREED-GONE").rest()
    values = {"until": day_text(turn, event.until)} if event.until else {}
    told = turn.say(_why(event), values)
    if event.why in _LOOK_AGAIN and turn.state.clinic:
        return look(told.but(offers=(), picked="", skip=()))
    if turn.state.doing is Doing.BOOK and event.why not in _SETTLED:
        return told.hand_over(HandOverReason.UNBOOKED)
    return told.let_go().rest()


def _why(event: Refused) -> str:
    if event.why is WhyNot.SUSPENDED and event.until is None:
        return "M-NOT-NOW"
    if event.why is WhyNot.TOO_SOON:
        return "M-NOT-TOO_LATE"
    return f"M-NOT-{event.why.upper()}"
