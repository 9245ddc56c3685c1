"""The step of a dialog: (catalog, case, state, event) -> (state, actions), and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from dialogs import aftercare, opening, questionnaire
from dialogs.actions import Action, Outcome
from dialogs.alarm import hear
from dialogs.answers import read_answer
from dialogs.case import Case
from dialogs.catalog import Catalog
from dialogs.echo import answer_check, answer_echo
from dialogs.events import Began, Chose, Event, Lapsed, Reminded, Said, Sent
from dialogs.interruptions import interrupt
from dialogs.levels import Level
from dialogs.reading.normal import bare
from dialogs.reading.wishes import Wish, read_wish
from dialogs.rules import findings
from dialogs.state import Stage, State
from dialogs.tagging.danger import Danger, find_danger
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
    Stage.ECHO: answer_echo,
    Stage.CHECK: answer_check,
    Stage.RESUME: aftercare.answer_resume,
}
_STALE: Final = timedelta(hours=48)


def step(
    catalog: Catalog, case: Case, state: State, event: Event
) -> tuple[State, tuple[Action, ...]]:
    """Take one event; illegal input changes nothing but may be told so.

    Pure: no clock, no ids, no randomness; `event.at` is the only time there is.
    """
    turn = Turn(catalog, case, state, event.at)
    done = _take(turn, event)
    return done.state, done.actions


def _take(turn: Turn, event: Event) -> Turn:
    match event:
        case Began():
            return _begun(turn)
        case Said(text=text):
            return _said(turn, text)
        case Chose(key=key, turn=number):
            return _chose(turn, key, number)
        case Sent(media=media):
            return _answer(turn, Reply(media=media))
        case Reminded():
            return aftercare.remind(turn)
        case Lapsed():
            return aftercare.lapse(turn)


def _begun(turn: Turn) -> Turn:
    """Begin, or begin again what was put off; the answers given so far are kept."""
    if turn.state.stage is Stage.NEW:
        return opening.begin(turn)
    if turn.state.ended_in is Outcome.LATER:
        return opening.begin(turn.but(outcome="", misreadings=0))
    return turn


def _chose(turn: Turn, key: str, number: int) -> Turn:
    if number != turn.state.turn:
        return turn.say("M-STALE")
    reply = Reply(keys=tuple(key.split(",")))
    return aftercare.answer(turn, reply) if turn.state.closed else _answer(turn, reply)


def _answer(turn: Turn, reply: Reply) -> Turn:
    answer = _ANSWERS.get(turn.state.stage)
    if answer is None:
        return turn
    if reply.media and turn.state.stage is not Stage.ITEM:
        return turn.say("M-PHOTO-KEPT")
    return answer(turn, reply)


def _said(turn: Turn, text: str) -> Turn:
    wish = read_wish(text)
    if wish in (Wish.DECEASED, Wish.MAYBE_DECEASED):
        return interrupt(turn, wish, text)
    dangers = find_danger(text, tags=turn.case.tags, asked=_asked(turn))
    if dangers and not _answers_gravely(turn, text, dangers):
        return _danger(turn, dangers, text)
    if turn.state.closed:
        return aftercare.hear(turn, text, wish)
    return _plain(turn, text, wish)


def _plain(turn: Turn, text: str, wish: Wish | None) -> Turn:
    """Take words without danger: a wish, or an answer to the open question."""
    if wish and not _is_answer(turn, text, wish):
        return interrupt(turn, wish, text)
    if _is_human_zero(turn, text):
        return interrupt(turn, Wish.HUMAN, text)
    if _went_cold(turn, text):
        return aftercare.repeat(turn)
    return _answer(turn, Reply(text))


def _asked(turn: Turn) -> str:
    return turn.state.question.partition(".")[2] if turn.state.stage is Stage.ITEM else ""


def _answers_gravely(turn: Turn, text: str, dangers: tuple[Danger, ...]) -> bool:
    """Tell whether the words are an option of the question that raises at least as much itself."""
    if turn.state.stage is not Stage.ITEM or any(d.kind == "crisis" for d in dangers):
        return False
    question = questionnaire.current(turn)
    answer = read_answer(question.item, Reply(text))
    if answer is None or not question.item.options:
        return False
    tried = questionnaire.keep(turn, question, answer)
    levels = {finding.rule.level for finding in findings(tried, question)}
    worst = dangers[0].level
    return bool(levels) and (Level.L1.value in levels or worst in levels or not worst)


def _danger(turn: Turn, dangers: tuple[Danger, ...], text: str) -> Turn:
    if turn.state.closed:
        return aftercare.danger(turn, dangers, text)
    kept = _kept_words(turn, text)
    return questionnaire.resume(hear(kept, dangers, text))


def _kept_words(turn: Turn, text: str) -> Turn:
    """Words that answer an open question are kept as its answer, danger or not."""
    if turn.state.stage is not Stage.ITEM:
        return turn
    question = questionnaire.current(turn)
    answer = None if question.item.options else read_answer(question.item, Reply(text))
    return turn if answer is None else questionnaire.keep(turn, question, answer)


def _is_answer(turn: Turn, text: str, wish: Wish) -> bool:
    """A wish that is also an option of the question asked is an answer: "打错了" to who."""
    if wish in (Wish.OPT_OUT, Wish.BLAME):
        return False
    if turn.state.stage is not Stage.ITEM:
        return turn.state.stage is not Stage.NEW and wish in _HANDLED_BY_STAGE[turn.state.stage]
    item = questionnaire.current(turn).item
    return bool(item.options) and read_answer(item, Reply(text)) is not None


_HANDLED_BY_STAGE: Final[Mapping[Stage, frozenset[Wish]]] = {
    **{stage: frozenset[Wish]() for stage in Stage},
    Stage.OPENING: frozenset({Wish.CONTINUE}),
    Stage.ECHO: frozenset({Wish.CORRECT}),
    Stage.WHO: frozenset({Wish.FAMILY, Wish.WRONG_PERSON}),
    Stage.RESUME: frozenset({Wish.CONTINUE}),
    Stage.LATER: frozenset({Wish.LATER}),
}


def _is_human_zero(turn: Turn, text: str) -> bool:
    """0 finds a person wherever 0 is not itself an answer."""
    if bare(text) != "0":
        return False
    if turn.state.stage is not Stage.ITEM:
        return True
    item = questionnaire.current(turn).item
    return item.minimum != 0


def _went_cold(turn: Turn, text: str) -> bool:
    """After two days a bare digit may answer something long forgotten: show the question first."""
    asked = turn.state.asked
    return asked is not None and turn.at - asked > _STALE and bare(text).isdigit()

