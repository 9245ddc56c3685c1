"""How a conversation starts: permission, and the answers to what comes before the items (R057)."""

from __future__ import annotations

from typing import Final

from dialogs.actions import Keep, Outcome, Remind, Reporter
from dialogs.admission import CONSENTED, IDENTIFIED, opening_message, settle
from dialogs.endings import NOT_DISTURBED, decline, hand_over, wrong_number
from dialogs.questionnaire import proceed
from dialogs.reading.moments import read_moment
from dialogs.reading.years import read_birth_year
from dialogs.replies import choice, misread, part_of_day
from dialogs.state import Stage
from dialogs.timing.spans import local
from dialogs.turn import Reply, Turn

REFUSALS: Final = {"recovered": "F21", "attitude": "F22", "effect": "F23", "bother": "F24"}
_IDENTITY_MISSES: Final = 2


def begin(turn: Turn) -> Turn:
    """Ask for permission."""
    return turn.ask_message(Stage.OPENING, opening_message(turn))


def answer_opening(turn: Turn, reply: Reply) -> Turn:
    """Start, put off, or take the no for a no."""
    match choice(turn, reply, turn.message(opening_message(turn))):
        case "start":
            return proceed(turn.but(misreadings=0))
        case "later":
            return ask_when(turn)
        case "no":
            return turn.ask_message(Stage.REFUSAL, "M-STOP-Q")
        case "wrong":
            return wrong_number(turn)
        case "move" | "human":
            return hand_over(turn, "opening")
        case _:
            return misread(turn, turn.last_ask(opening_message(turn)))


def ask_when(turn: Turn) -> Turn:
    """Ask for a better time."""
    return turn.ask_message(Stage.LATER, "M-LATER")


def answer_later(turn: Turn, reply: Reply) -> Turn:
    """Take the time the patient would like; the second unreadable one becomes tomorrow morning."""
    now = local(turn.at)
    key = choice(turn, reply, turn.message("M-LATER"))
    wished = part_of_day(key, now) if key else read_moment(reply.text, now)
    if wished is None and not turn.state.misreadings:
        return misread(turn, turn.last_ask("M-LATER"))
    agreed = wished or part_of_day("tomorrow_am", now)
    told = turn.say("M-LATER-OK", when=agreed.isoformat())
    return told.do(Remind(agreed)).close(Outcome.LATER)


def answer_refusal(turn: Turn, reply: Reply) -> Turn:
    """Note why the patient does not want to be asked; any answer is taken, none is pressed for."""
    key = choice(turn, reply, turn.message("M-STOP-Q")) or ""
    return decline(turn.say("M-REFUSED"), REFUSALS.get(key, NOT_DISTURBED))


def answer_who(turn: Turn, reply: Reply) -> Turn:
    """Patient, family, or a wrong number."""
    key = choice(turn, reply, turn.message("M-WHO"))
    if key is None:
        return misread(turn, turn.last_ask("M-WHO"))
    if key == "wrong":
        return wrong_number(turn)
    return proceed(identify_reporter(_kept(turn, "who", key), key))


def identify_reporter(turn: Turn, key: str) -> Turn:
    """Note who is answering; a family member is thanked and told what stays private."""
    if key == "family":
        return turn.but(by=Reporter.FAMILY.value, misreadings=0).say_once("M-FAMILY")
    return turn.but(by=Reporter.SELF.value, misreadings=0)


def answer_identity(turn: Turn, reply: Reply) -> Turn:
    """Compare the birth year; the second miss goes to a person, without saying what was wrong."""
    if read_birth_year(reply.text) == turn.case.birth_year:
        return proceed(settle(turn, IDENTIFIED))
    misses = turn.state.identity_misses + 1
    if misses >= _IDENTITY_MISSES:
        return hand_over(turn, "identity")
    return turn.but(identity_misses=misses).again(turn.last_ask("M-ID"), lead="M-ID-AGAIN")


def answer_consent(turn: Turn, reply: Reply) -> Turn:
    """A no is kept, and not asked for again."""
    key = choice(turn, reply, turn.message("M-CONSENT"))
    if key is None:
        return misread(turn, turn.last_ask("M-CONSENT"))
    kept = _kept(turn, "consent", key)
    if key == "refuse":
        return decline(kept.say("M-REFUSED"), NOT_DISTURBED)
    return proceed(settle(kept, CONSENTED))


def _kept(turn: Turn, item: str, key: str) -> Turn:
    form = turn.state.forms[0]
    return turn.do(Keep(form, item, (key,), "", turn.state.reporter, turn.at))
