"""How a conversation starts: permission, and the answers to what comes before the items (R057)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from dialogs.actions import Keep, Outcome, Remind, Reporter
from dialogs.admission import (
    CONSENTED,
    IDENTIFIED,
    identity_message,
    opening_message,
    permission_message,
    settle,
    who_question,
)
from dialogs.answers import Answer, is_now, without_excuses
from dialogs.asides import is_remark
from dialogs.endings import (
    NOT_DISTURBED,
    decline,
    decline_this,
    hand_over,
    opt_out,
    wrong_number,
)
from dialogs.levels import Level
from dialogs.plan import leading, waits_for_patient
from dialogs.questionnaire import keep, proceed
from dialogs.reading.moments import read_moment
from dialogs.reading.normal import bare
from dialogs.reading.years import read_birth_year
from dialogs.replies import choice, misread, part_of_day
from dialogs.state import Stage
from dialogs.timing.spans import local
from dialogs.turn import Reply, Turn

REFUSALS: Final = {"recovered": "F21", "attitude": "F22", "effect": "F23", "bother": "F24"}
_IDENTITY_MISSES: Final = 2
# a year may be tried this often in all; then only a person can help
MOST_YEARS: Final = 4
# 78, 78岁, 虚岁78: a birthday yet to come, and the year that is counted at birth
_AGE: Final = re.compile(r"(?:我)?(?:今年)?(?:虚岁|周岁|实岁)?(\d{2,3})(?:周岁|虚岁|岁)?")
_COUNTED_FROM: Final = (-1, 0, 1)


def begin(turn: Turn) -> Turn:
    """Ask for permission."""
    return turn.ask_message(Stage.OPENING, opening_message(turn))


def answer_opening(turn: Turn, reply: Reply) -> Turn:
    """Start, put off, take the no for a no, or go on at the booking desk."""
    chosen = _OPENINGS.get(choice(turn, reply, turn.message(opening_message(turn))) or "")
    return chosen(turn) if chosen else _unclear(turn, reply)


def book_instead(turn: Turn) -> Turn:
    """Move a missed visit without a question about it: the booking desk goes on (R126)."""
    return turn.want_to_book().close(Outcome.COMPLETED)


def ask_for_person(turn: Turn) -> Turn:
    """Hand over before anything was asked."""
    return hand_over(turn, "opening")


def _unclear(turn: Turn, reply: Reply) -> Turn:
    """Perhaps a time was named; otherwise ask for permission once more, in few words."""
    wished = _moment(turn, reply.text)
    if wished is not None:
        return _agree(turn, wished)
    noted = turn.alert(Level.L3, "words", reply.text) if is_remark(reply.text) else turn
    return misread(noted, turn.last_ask(permission_message(turn)))


def start(turn: Turn) -> Turn:
    """Begin with the questions; a contact we wrote to need not be asked who is answering."""
    turn = turn.but(misreadings=0)
    who = who_question(turn)
    if not turn.case.contact or turn.state.by or (who and who.item.id == "guard"):
        return proceed(turn)
    if who is not None:
        return proceed(keep(turn, who, Answer(("family",), "")))
    return proceed(_kept(turn.but(by=Reporter.FAMILY.value), "who", "family"))


def refuse(turn: Turn) -> Turn:
    """Ask, once, why not; a survey is not worth a question."""
    return (
        decline_this(turn) if leading(turn).survey else turn.ask_message(Stage.REFUSAL, "M-STOP-Q")
    )


def put_off(turn: Turn, text: str) -> Turn:
    """Take the time that was named with the wish for another one, or ask for it."""
    wished = _moment(turn, text)
    return _agree(turn, wished) if wished else ask_when(turn)


def ask_when(turn: Turn) -> Turn:
    """Ask for a better time."""
    return turn.but(misreadings=0).ask_message(Stage.LATER, "M-LATER")


def answer_later(turn: Turn, reply: Reply) -> Turn:
    """Take the time the patient would like; the second unreadable one becomes tomorrow morning."""
    key = choice(turn, reply, turn.message("M-LATER"))
    if key is None and choice(turn, Reply(reply.text), turn.message("M-RESUME")) == "no":
        return decline_this(turn)
    if key is None and is_now(reply.text):
        return start(turn)
    if key and _is_over(turn, reply, key):
        return start(turn)
    wished = _part_meant(turn, reply, key) if key else read_moment(reply.text, local(turn.at))
    if wished is None and not turn.state.misreadings:
        return misread(turn, turn.last_ask("M-LATER"))
    return _agree(turn, wished or part_of_day("tomorrow_am", local(turn.at)))


def _part_meant(turn: Turn, reply: Reply, key: str) -> datetime:
    """Take the number before "tomorrow" for the day after it was offered, words for their own."""
    asked = turn.state.asked
    offered = asked if asked is not None and _is_number(reply) else turn.at
    return part_of_day(key, local(offered))


def _is_over(turn: Turn, reply: Reply, key: str) -> bool:
    """Tell whether the time that was offered has come: who answers now has time now."""
    return _part_meant(turn, reply, key) <= turn.at


def _is_number(reply: Reply) -> bool:
    return bool(reply.keys) or bare(reply.text).isdigit()


def _moment(turn: Turn, text: str) -> datetime | None:
    """A time at which somebody is busy is not the one that is wished for."""
    return read_moment(without_excuses(text), local(turn.at))


def _agree(turn: Turn, at: datetime) -> Turn:
    told = turn.say("M-LATER-OK", when=at.isoformat())
    return told.do(Remind(at)).close(Outcome.LATER)


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
    return proceed(identify_reporter(turn, key))


def identify_reporter(turn: Turn, key: str) -> Turn:
    """Note who is answering; a family member is thanked and told what stays private."""
    who = who_question(turn)
    if who is not None:
        noted = keep(turn, who, Answer((_option(turn, key),), ""))
    else:
        by = Reporter.FAMILY if key == "family" else Reporter.SELF
        noted = _kept(turn.but(by=by.value, misreadings=0), "who", key)
    spoken = key == "family" and not waits_for_patient(noted)
    return noted.say_once("M-FAMILY") if spoken else noted


def _option(turn: Turn, key: str) -> str:
    """A guardian's question calls the rest of the family by another name."""
    who = who_question(turn)
    return "rel" if who and who.item.id == "guard" and key == "family" else key


def answer_identity(turn: Turn, reply: Reply) -> Turn:
    """Compare the birth year; the second miss goes to a person, without saying what was wrong."""
    if is_identity(turn, reply.text):
        return proceed(settle(turn, IDENTIFIED))
    misses = turn.state.identity_misses + 1
    if misses >= _IDENTITY_MISSES:
        return hand_over(turn.but(identity_misses=misses), "identity")
    lead = "M-ID-AGAIN" if read_birth_year(reply.text) else "M-UNK"
    asked = turn.last_ask(identity_message(turn))
    return turn.but(identity_misses=misses).again(asked, lead=lead)


def is_identity(turn: Turn, text: str) -> bool:
    """Tell whether words say the year of birth, or the age as the old count it."""
    born = turn.case.birth_year
    if born is None or read_birth_year(text) == born:
        return born is not None
    said = _AGE.fullmatch(bare(text))
    counted = local(turn.at).year - int(said[1]) - born if said else None
    return counted in _COUNTED_FROM


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
    form = leading(turn).id
    return turn.do(Keep(form, item, (key,), "", turn.state.reporter, turn.at))


_OPENINGS: Final[Mapping[str, Callable[[Turn], Turn]]] = {
    "start": start,
    "later": ask_when,
    "no": refuse,
    "wrong": wrong_number,
    "move": book_instead,
    "human": ask_for_person,
    "stop": opt_out,
}
