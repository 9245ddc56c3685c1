"""The step of a dialog: (catalog, case, state, event) -> (state, actions), and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from dialogs import aftercare, opening, questionnaire
from dialogs.actions import Action, Note, Outcome
from dialogs.admission import opening_message
from dialogs.after_danger import heed
from dialogs.alarm import dispute, hear
from dialogs.answers import is_option, read_answer
from dialogs.case import Case
from dialogs.catalog import Catalog
from dialogs.echo import answer_check, answer_echo
from dialogs.events import (
    Began,
    Blamed,
    Chose,
    Event,
    HandedBack,
    Lapsed,
    Overheard,
    Reminded,
    Returned,
    Said,
    Sent,
)
from dialogs.interruptions import interrupt
from dialogs.levels import Level
from dialogs.pictures import take_picture
from dialogs.precedence import answer_in
from dialogs.reading.normal import bare
from dialogs.reading.wishes import Wish, read_wish
from dialogs.rules import findings
from dialogs.state import Stage, State
from dialogs.sugar import answer_sugar, ask_sugar
from dialogs.tagging.alarms import alarms_in
from dialogs.tagging.danger import Danger
from dialogs.tagging.tags import UrgentType
from dialogs.taking_over import take_back
from dialogs.turn import Reply, Turn

_ANSWERS: Final[Mapping[Stage, Callable[[Turn, Reply], Turn]]] = {
    Stage.OPENING: opening.answer_opening,
    Stage.LATER: opening.answer_later,
    Stage.REFUSAL: opening.answer_refusal,
    Stage.WHO: opening.answer_who,
    Stage.IDENTITY: opening.answer_identity,
    Stage.CONSENT: opening.answer_consent,
    Stage.ITEM: questionnaire.answer_item,
    Stage.UNIT: questionnaire.answer_unit,
    Stage.SUGAR: answer_sugar,
    Stage.ECHO: answer_echo,
    Stage.CHECK: answer_check,
    Stage.RESUME: aftercare.answer_resume,
}
_STALE: Final = timedelta(hours=48)
_NO_TURN: Final = 0  # buttons below a text that asks nothing: those of the safety texts


def step(
    catalog: Catalog, case: Case, state: State, event: Event
) -> tuple[State, tuple[Action, ...]]:
    """Take one event; illegal input changes nothing but may be told so.

    Pure: no clock, no ids, no randomness; `event.at` is the only time there is.
    """
    done = _take(Turn(catalog, case, state, event.at), event)
    return done.state, done.actions


def _take(turn: Turn, event: Event) -> Turn:
    match event:
        case Began():
            return _begun(turn)
        case Said() | Overheard() | Blamed():
            return _heard(turn, event)
        case Chose(key=key, turn=number):
            return _chose(turn, Reply(keys=tuple(key.split(","))), number)
        case Sent(media=media):
            return take_picture(turn, media)
        case Reminded() | Returned() | HandedBack() | Lapsed():
            return _go_on(turn, event)


def _heard(turn: Turn, event: Said | Overheard | Blamed) -> Turn:
    """Take words; those of a dispute let people take over, and stand before them from then on."""
    match event:
        case Said(text=text, urgent=urgent):
            return _said(turn, text, urgent)
        case Overheard(text=text):
            return _kept_words(turn, text)
        case Blamed(text=text, again=again):
            return (
                turn.do(Note(text, dispute=True))
                if again
                else dispute(_kept_words(turn, text), text)
            )


def _go_on(turn: Turn, event: Reminded | Returned | HandedBack | Lapsed) -> Turn:
    match event:
        case Reminded():
            return aftercare.remind(turn)
        case Returned():
            return aftercare.repeat(turn)
        case HandedBack():
            return take_back(turn)
        case Lapsed():
            return aftercare.lapse(turn)


def _begun(turn: Turn) -> Turn:
    """Begin, or begin again what was put off; the answers given so far are kept."""
    if turn.state.stage is Stage.NEW:
        return opening.begin(turn)
    if turn.state.ended_in is Outcome.LATER:
        return opening.begin(turn.but(outcome="", misreadings=0))
    return turn


def _chose(turn: Turn, reply: Reply, number: int) -> Turn:
    if number == _NO_TURN:
        return heed(turn, reply) or turn
    if number != turn.state.turn:
        return _stale(turn, reply, number)
    if turn.state.closed:
        return aftercare.answer(turn, reply)
    return _answer(turn, reply) if set(reply.keys) <= _offered(turn) else turn


def _offered(turn: Turn) -> set[str]:
    if turn.state.stage is Stage.ITEM:
        return {option.key for option in questionnaire.current(turn).item.options}
    messages = {questionnaire.open_message(turn)}
    if turn.state.stage is Stage.OPENING:
        # the first card offers more than the question asked once more
        messages.add(opening_message(turn))
    shown = [turn.options_of(turn.message(message)) for message in messages if message]
    return {option.key for options in shown for option in options}


def _stale(turn: Turn, reply: Reply, number: int) -> Turn:
    """A button of an earlier question changes nothing; pressed twice it is not even mentioned."""
    last = turn.state.given[turn.state.order[-1]].value if turn.state.order else ()
    if number == turn.state.turn - 1 and reply.keys == last:
        return turn
    if turn.state.closed:
        return turn.say("M-STALE-END")
    return questionnaire.resume(turn, lead="M-STALE")


def _answer(turn: Turn, reply: Reply) -> Turn:
    answer = _ANSWERS.get(turn.state.stage)
    return turn if answer is None else answer(turn, reply)


def _said(turn: Turn, text: str, urgent: tuple[UrgentType, ...] = ()) -> Turn:
    wish = read_wish(text)
    if wish is Wish.MAYBE_DECEASED and _is_option(turn, text):
        wish = None  # 没了 to "how is the pain" is no death
    if wish in (Wish.DECEASED, Wish.MAYBE_DECEASED):
        return interrupt(turn, wish, text)
    weighed = () if _is_option(turn, text) else urgent
    dangers = alarms_in(text, weighed, tags=turn.case.tags, asked=_asked(turn))
    if dangers and not _answers_gravely(turn, text, dangers):
        return _danger(turn, dangers, text)
    if turn.state.closed:
        return aftercare.note(turn, text, wish)
    return _plain(turn, text, wish)


def _plain(turn: Turn, text: str, wish: Wish | None) -> Turn:
    """Take words without danger: a wish, or an answer to the open question."""
    reply = answer_in(turn, text, wish)
    if reply is None:
        return interrupt(turn, wish or Wish.HUMAN, text)
    if _went_cold(turn, text):
        return aftercare.repeat(turn)
    return _answer(turn, reply)


def _asked(turn: Turn) -> str:
    return turn.state.question.partition(".")[2] if turn.state.stage is Stage.ITEM else ""


def _answers_gravely(turn: Turn, text: str, dangers: tuple[Danger, ...]) -> bool:
    """Tell whether the words are an option of the question that raises enough itself.

    Said whole, an option means what the form says it means, if that is a matter of today.
    """
    if turn.state.stage is not Stage.ITEM or any(d.kind == "crisis" for d in dangers):
        return False
    question = questionnaire.current(turn)
    answer = read_answer(question.item, Reply(text))
    if answer is None or not question.item.options:
        return False
    tried = questionnaire.keep(turn, question, answer)
    levels = {finding.rule.level for finding in findings(tried, question)}
    worst = dangers[0].level
    grave = Level.L1.value in levels or worst in levels or not worst
    whole = worst != Level.L1.value or Level.L2.value in levels
    return bool(levels) and (grave or (whole and _is_option(turn, text)))


def _is_option(turn: Turn, text: str) -> bool:
    asked = turn.state.stage is Stage.ITEM
    return asked and is_option(questionnaire.current(turn).item, text)


def _danger(turn: Turn, dangers: tuple[Danger, ...], text: str) -> Turn:
    if turn.state.closed:
        return aftercare.danger(turn, dangers, text)
    heard = hear(_kept_words(turn, text), dangers, text)
    if not heard.settled and [(d.kind, d.level) for d in dangers] == [("hypo", Level.L2)]:
        return ask_sugar(heard)
    return questionnaire.resume(heard)


def _kept_words(turn: Turn, text: str) -> Turn:
    """Words that answer the question as a whole are kept as its answer, danger or not."""
    if turn.state.stage is not Stage.ITEM:
        return turn
    question = questionnaire.current(turn)
    closed = bool(question.item.options) and not _is_option(turn, text)
    answer = None if closed else read_answer(question.item, Reply(text))
    return turn if answer is None else questionnaire.keep_both(turn, question, answer)


def _went_cold(turn: Turn, text: str) -> bool:
    """After two days a bare digit may answer something long forgotten: show the question first."""
    asked = turn.state.asked
    return asked is not None and turn.at - asked > _STALE and bare(text).isdigit()
