"""What comes after: silence, a deadline, words written when the dialog has already ended."""

from __future__ import annotations

from typing import Final

from dialogs import opening, questionnaire
from dialogs.actions import Note, Outcome
from dialogs.admission import opening_message, permission_message
from dialogs.after_danger import heed, linger
from dialogs.alarm import URGENT, hear
from dialogs.answers import is_courtesy, is_greeting, is_question
from dialogs.echo import alarm_now
from dialogs.endings import NOT_DISTURBED, bereaved, decline, decline_this
from dialogs.interruptions import interrupt
from dialogs.levels import Level
from dialogs.narrowing import narrow, restore
from dialogs.reading.normal import bare
from dialogs.reading.wishes import Wish
from dialogs.replies import choice
from dialogs.state import Stage
from dialogs.tagging.danger import Danger
from dialogs.turn import Reply, Turn

_ALWAYS_HEARD: Final = frozenset({Wish.OPT_OUT, Wish.HUMAN, Wish.BLAME, Wish.HELP})


def remind(turn: Turn) -> Turn:
    """Apologise for the broken talk and ask, once, whether to go on (R074)."""
    if turn.state.closed or turn.state.stage is Stage.RESUME or "M-RESUME" in turn.state.told:
        return turn
    if turn.state.stage is Stage.OPENING:
        return turn.again(turn.last_ask(opening_message(turn)))
    if turn.state.stage in (Stage.ECHO, Stage.CHECK):
        return questionnaire.resume(turn)
    told = turn.but(before=turn.state.stage, told=(*turn.state.told, "M-RESUME"))
    return told.ask_message(Stage.RESUME, "M-RESUME")


def answer_resume(turn: Turn, reply: Reply) -> Turn:
    """Go on where it broke off, or not; an answer to the old question counts as going on."""
    if choice(turn, reply, turn.message("M-RESUME")) == "no":
        return decline_this(turn)
    return repeat(turn)


def repeat(turn: Turn) -> Turn:
    """Show the open question again."""
    stage = turn.state.before if turn.state.stage is Stage.RESUME else turn.state.stage
    return questionnaire.resume(turn.but(stage=stage))


def lapse(turn: Turn) -> Turn:
    """End what the deadline has overtaken, as what it was."""
    if turn.state.stage is Stage.REFUSAL:
        return decline(turn, NOT_DISTURBED)
    if turn.state.stage is Stage.LATER:
        return turn.close(Outcome.LATER)
    return turn.close(Outcome.DANGER if turn.raised_at(Level.L1) else Outcome.EXPIRED)


def answer(turn: Turn, reply: Reply) -> Turn:
    """Hear what is answered after the end: to a safety text, to a check, to "later"."""
    if turn.state.held:
        return _answer_check(turn, reply)
    if (narrowed := narrow(turn, reply)) is not None:
        return narrowed
    match turn.state.ended_in:
        case Outcome.DANGER:
            return heed(turn, reply) or (linger(turn, reply.text) if reply.text else turn)
        case Outcome.LATER:
            return _after_putting_off(turn, reply)
        case Outcome.DECEASED | Outcome.WRONG_NUMBER:
            return turn.alert(Level.Q, "message", reply.text) if reply.text else turn
        case _:
            return _hear_words(turn, reply.text)


def _after_putting_off(turn: Turn, reply: Reply) -> Turn:
    """Begin for who has time after all; a bare number answers something, perhaps this."""
    back = turn.but(stage=Stage.OPENING, outcome="", misreadings=0)
    if _ready(turn, reply):
        return opening.start(back)
    if bare(reply.text).isdigit():
        return back.again(back.last_ask(permission_message(back)))
    return _hear_words(turn, reply.text)


def _hear_words(turn: Turn, text: str) -> Turn:
    """A question goes to the ward as one; thanks and stray digits want no answer."""
    if not text or is_courtesy(text) or is_greeting(text) or bare(text).isdigit():
        return turn
    if is_question(text) and turn.state.forms and turn.state.ended_in is not Outcome.HUMAN:
        asked = turn.alert(Level.Q, "question", text)
        return asked if asked is turn else asked.say("M-Q")
    return turn.do(Note(text))


def _ready(turn: Turn, reply: Reply) -> bool:
    """Tell whether somebody who put it off has time now; a bare digit is no such word."""
    words = not reply.text.strip().isdigit()
    return words and choice(turn, reply, turn.message("M-OPEN")) == "start"


def _answer_check(turn: Turn, reply: Reply) -> Turn:
    """The check question was asked after the end; the dialog stays ended."""
    key = choice(turn, reply, turn.message("M-RF-CHECK"))
    if key == "no":
        _, _, calm = turn.state.held.partition(" ")
        return turn.but(held="").say_once(calm, safety=True)
    return alarm_now(turn, reply.text).but(outcome=Outcome.DANGER.value)


def note(turn: Turn, text: str, wish: Wish | None) -> Turn:
    """Outside a questionnaire some wishes still hold; other words go to a person."""
    if turn.state.ended_in is Outcome.DECEASED:
        return bereaved(turn, text)
    narrowed = None if turn.state.held else narrow(turn, Reply(text))
    if narrowed is not None:
        return narrowed
    wanted = Wish.HUMAN if bare(text) == "0" else wish
    if wanted in _ALWAYS_HEARD and not turn.state.held:
        return interrupt(turn, wanted, text)
    match wish:
        case Wish.RESUBSCRIBE:
            return restore(turn)
        case Wish.CONTINUE if turn.state.ended_in is Outcome.LATER:
            return opening.start(turn.but(stage=Stage.OPENING, outcome=""))
        case _:
            return answer(turn, Reply(text))


def danger(turn: Turn, dangers: tuple[Danger, ...], text: str) -> Turn:
    """Danger is heard after the end as before it, however often; the dialog stays ended."""
    heard = {danger.rule for danger in dangers}
    raised = tuple(key for key in turn.state.raised if key.split(":")[1] not in heard)
    told = tuple(m for m in turn.state.told if m not in URGENT and not m.startswith("M-RF"))
    again = hear(turn.but(raised=raised, told=told), dangers, text).but(stage=Stage.CLOSED)
    urgent = any(found.level == Level.L1 for found in dangers)
    dead = turn.state.ended_in is Outcome.DECEASED
    return again.but(outcome=Outcome.DANGER.value) if urgent and not dead else again
