"""What each choice does, whichever question offers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from dialogs.appointments import booking, cancelling, offering, settling, waiting
from dialogs.appointments.actions import (
    AcceptSubstitute,
    ComeLate,
    Confirm,
    HandOverReason,
    NoteElsewhere,
    RemindAgain,
    WithdrawRequest,
)
from dialogs.appointments.asking import find_hours_of, tell, tell_stop
from dialogs.appointments.events import Prompt
from dialogs.appointments.facts import Visit
from dialogs.appointments.offering import look, look_to_move
from dialogs.appointments.state import Doing, Stage
from dialogs.appointments.texts import clock, exactly, visit_values
from dialogs.appointments.turn import Turn
from dialogs.wording import A_PERSON

_A_DAY: Final = timedelta(days=1)


def press(turn: Turn, key: str, text: str = "") -> Turn:
    """Do what a choice stands for; `text` are the words it was made with."""
    if key[:-1] in _LISTED and key[-1].isdigit():
        return _LISTED[key[:-1]](turn, int(key[-1]))
    if key in _OF_A_VISIT:
        visit = turn.visit
        return _OF_A_VISIT[key](turn, visit, text) if visit else _gone(turn, key)
    return _PLAIN[key](turn, text)


def _gone(turn: Turn, key: str = "") -> Turn:
    """The visit is over; who wants another time instead of a stopped one books anew."""
    if key == "move" and turn.state.prompt == Prompt.STOPPED:
        return booking.begin_at(turn, turn.state.clinic, turn.state.patient)
    return turn.say("M-NOT-ENDED").rest()


def come(turn: Turn, visit: Visit, _text: str = "") -> Turn:
    """Note that the patient means to come; nobody can come to what does not take place."""
    if visit.stopped:
        return tell_stop(turn, visit)
    return turn.do(Confirm(visit.id)).say("M-CONFIRMED", visit_values(turn, visit)).rest()


def _accept(turn: Turn, visit: Visit, _text: str) -> Turn:
    noted = turn.do(AcceptSubstitute(visit.id))
    return noted.say("M-SUB-OK", visit_values(turn, visit)).rest()


def _come_late(turn: Turn, visit: Visit, _text: str) -> Turn:
    until = visit.check_in_by + timedelta(minutes=visit.grace_minutes)
    values = {**visit_values(turn, visit), "until": clock(until)}
    return turn.do(ComeLate(visit.id)).say("M-ON-WAY", values).rest()


def _route(turn: Turn, visit: Visit, _text: str) -> Turn:
    return tell(turn, "route", visit)


def _cancel(turn: Turn, visit: Visit, text: str) -> Turn:
    return cancelling.ask_cancel(turn, visit, text)


def _move(turn: Turn, visit: Visit, text: str) -> Turn:
    return look_to_move(turn, visit, (), text)


def human(turn: Turn, text: str) -> Turn:
    """Call a person; a talk about slots that ends so is one that ended without a booking."""
    attempt = turn.state.doing in (Doing.BOOK, Doing.MOVE)
    reason = HandOverReason.UNBOOKED if attempt else HandOverReason.ASKED
    return turn.hand_over(reason, turn.state.words or text, told=HandOverReason.ASKED.value)


def _no(turn: Turn, _text: str) -> Turn:
    if turn.state.stage is Stage.REVIEW:
        return turn.say("M-REV-NO").rest()
    if turn.state.stage is Stage.LAPSED:
        return turn.say("M-LEFT-AS-IS").rest()
    return offering.abandon(turn)


def _book(turn: Turn, _text: str) -> Turn:
    state = turn.state
    begun = turn.but(doing=Doing.BOOK, about="", misreadings=0)
    return booking.go_on(begun) if state.patient else booking.begin(turn, "", state.wishes)


def _later(turn: Turn, _text: str) -> Turn:
    state, at = turn.state, turn.at + _A_DAY
    again = turn.do(RemindAgain(state.prompt, state.patient, state.clinic, at))
    return again.say("M-REV-LATER", until=exactly(turn, at)).rest()


def _elsewhere(turn: Turn, _text: str) -> Turn:
    noted = turn.do(NoteElsewhere(turn.state.patient, turn.state.clinic))
    return noted.say("M-RECALL-DONE").rest()


def _more(turn: Turn, _text: str) -> Turn:
    if turn.state.stage is Stage.FULL:
        return turn.ask(Stage.WISH, "M-WISH", {})
    return offering.look_further(turn)


def _again(turn: Turn, _text: str) -> Turn:
    return look(turn.but(offers=(), skip=(), misreadings=0))


def withdraw(turn: Turn, _text: str = "") -> Turn:
    """Take back what was asked of the hospital's system."""
    return turn.do(WithdrawRequest(turn.state.about)).say("M-WITHDRAWN").rest()


def _no_medicines(turn: Turn, _text: str) -> Turn:
    return settling.ask_next(turn.say("M-MED-NONE"))


def _some_medicines(turn: Turn, text: str) -> Turn:
    return turn.hand_over(HandOverReason.MEDICINES, text)


def _this_visit(turn: Turn, number: int) -> Turn:
    """Go on with the visit that was meant among several, with the wish that was remembered."""
    visit = turn.visit_of(turn.state.choices[number - 1])
    if visit is None:
        return _gone(turn)
    about, state = turn.but(about=visit.id, patient=visit.patient), turn.state
    match state.doing:
        case Doing.CANCEL:
            return cancelling.ask_cancel(about, visit, state.words)
        case Doing.MOVE:
            return look_to_move(about, visit, state.wishes, state.words)
        case Doing.CONFIRM:
            return come(about, visit)
        case _:
            return tell(about, state.query, visit).rest()


def _this_clinic(turn: Turn, number: int) -> Turn:
    if turn.state.doing is Doing.TELL:
        return find_hours_of(turn, turn.state.choices[number - 1])
    return booking.take_clinic(turn, number)


_LISTED: Final[Mapping[str, Callable[[Turn, int], Turn]]] = {
    "s": offering.pick,
    "v": _this_visit,
    "c": _this_clinic,
    "p": booking.for_patient,
    "d": offering.with_doctor,
    "w": waiting.leave_listed,
}
_OF_A_VISIT: Final[Mapping[str, Callable[[Turn, Visit, str], Turn]]] = {
    "confirm": come,
    "accept": _accept,
    "on_way": _come_late,
    "late": _come_late,
    "route": _route,
    "cancel": _cancel,
    "move": _move,
}
_PLAIN: Final[Mapping[str, Callable[[Turn, str], Turn]]] = {
    A_PERSON: human,
    "keep": lambda turn, _: cancelling.keep(turn),
    "give_up": cancelling.give_up,
    "more": _more,
    "wait": lambda turn, _: waiting.join(turn),
    "no": _no,
    "yes": lambda turn, _: offering.take(turn),
    "again": _again,
    "take": lambda turn, _: waiting.take_freed(turn),
    "pass": lambda turn, _: waiting.pass_freed(turn),
    "stay": lambda turn, _: waiting.stay(turn),
    "unwait": lambda turn, _: waiting.leave_list(turn),
    "leave": lambda turn, _: waiting.leave_list(turn),
    "book": _book,
    "later": _later,
    "elsewhere": _elsewhere,
    "withdraw": withdraw,
    "agree": lambda turn, _: settling.keep_consent(turn, granted=True),
    "refuse": lambda turn, _: settling.keep_consent(turn, granted=False),
    "none": _no_medicines,
    "has": _some_medicines,
    "unsure": _some_medicines,
}
