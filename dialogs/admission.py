"""What must be settled before the first item: who answers, identity, consent (R012, R214)."""

from __future__ import annotations

from typing import Final

from dialogs.actions import Reporter
from dialogs.plan import Question, applies, leading, questions
from dialogs.state import Stage
from dialogs.turn import Turn

WHO_ITEMS: Final = ("who", "guard")
IDENTIFIED: Final = "identified"
CONSENTED: Final = "consented"
_SHORTER: Final = dict.fromkeys(("M-OPEN", "M-OPEN-U", "M-OPEN-F", "M-DAY"), "M-OPEN-AGAIN")


def gate(turn: Turn) -> Turn | None:
    """Ask what is not settled yet, in the fixed order; None when nothing is in the way."""
    if not leading(turn).survey and not turn.state.by:
        return None if who_question(turn) else turn.ask_message(Stage.WHO, "M-WHO")
    if _unproven(turn):
        return turn.ask_message(Stage.IDENTITY, identity_message(turn))
    if not turn.case.consented and CONSENTED not in turn.state.told:
        return turn.ask_message(Stage.CONSENT, "M-CONSENT")
    return None


def opening_message(turn: Turn) -> str:
    """Name no patient where the address has not proven to be the patient's.

    Who reports every day is told only once at length who is writing.
    """
    message = leading(turn).opening
    if message != "M-OPEN":
        return message
    if turn.case.contact:
        return "M-DAY-R" if turn.case.asked_before else "M-OPEN-R"
    if turn.case.bound:
        return "M-DAY" if turn.case.asked_before else "M-OPEN"
    return "M-OPEN-F" if turn.case.several else "M-OPEN-U"


def permission_message(turn: Turn) -> str:
    """Ask for permission again in few words: who is writing has been said."""
    message = opening_message(turn)
    return _SHORTER.get(message, message)


def identity_message(turn: Turn) -> str:
    """Ask for the year of the patient, which is not that of whoever answers for them."""
    return "M-ID-FAMILY" if turn.state.by == Reporter.FAMILY else "M-ID"


def who_question(turn: Turn) -> Question | None:
    """Return the item that asks who answers, where the form has one and it is to be asked."""
    found = (question for question in questions(turn) if question.item.id in WHO_ITEMS)
    return next((question for question in found if applies(turn, question)), None)


def settle(turn: Turn, what: str) -> Turn:
    """Remember that a gate has been passed in this dialog."""
    return turn.but(told=(*turn.state.told, what), misreadings=0)


def _unproven(turn: Turn) -> bool:
    """Who is asked of an illness by us has said the year, patient or family (M-ID).

    Danger that somebody reports unasked is heard at any time.
    """
    settled = turn.case.bound or IDENTIFIED in turn.state.told
    return not settled and turn.case.birth_year is not None
