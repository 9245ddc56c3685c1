"""Asking the items of a session and taking their answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dialogs.actions import Ask, Keep, Reporter
from dialogs.admission import WHO_ITEMS, gate, opening_message
from dialogs.alarm import echo, sound
from dialogs.answers import Answer, in_millimoles, read_answer, suspected_milligrams
from dialogs.conditions import DECLINED, number_of
from dialogs.endings import complete
from dialogs.form import Item, ItemType
from dialogs.plan import SAME_AS, Question, next_question, progress, questions
from dialogs.replies import choice, misread
from dialogs.rules import findings
from dialogs.state import Given, Stage
from dialogs.turn import Reply, Turn

_PROXY: Final = ("family", "rel")
OPEN_QUESTION: Final[Mapping[Stage, str]] = {
    Stage.LATER: "M-LATER",
    Stage.REFUSAL: "M-STOP-Q",
    Stage.WHO: "M-WHO",
    Stage.IDENTITY: "M-ID",
    Stage.CONSENT: "M-CONSENT",
    Stage.CHECK: "M-RF-CHECK",
    Stage.UNIT: "M-UNIT",
}


def proceed(turn: Turn) -> Turn:
    """Go on to what is not settled yet: admission first, then the next item, then the end."""
    if turn.settled:
        return turn
    waiting = gate(turn)
    if waiting is not None:
        return waiting
    question = next_question(turn)
    if question is None:
        return complete(turn)
    return ask(turn, question)


def ask(turn: Turn, question: Question, *, lead: str = "") -> Turn:
    """Ask an item."""
    waiting = turn.but(stage=Stage.ITEM, question=question.id, misreadings=0)
    return waiting.again(item_ask(turn, question), lead=lead)


def item_ask(turn: Turn, question: Question) -> Ask:
    """Build the question of an item with its place in the session."""
    number, total = progress(turn, question)
    keys = tuple(option.key for option in question.item.options)
    form, item, values = question.form.id, question.item.id, turn.own_values()
    return Ask(0, "", form, item, keys, "", number, total, values)


def current(turn: Turn) -> Question:
    """Return the question that waits for an answer."""
    found = [question for question in questions(turn) if question.id == turn.state.question]
    return found[0]


def answer_item(turn: Turn, reply: Reply) -> Turn:
    """Take an answer to the item that was asked; what cannot be read is asked once more."""
    question = current(turn)
    answer = read_answer(question.item, reply)
    if answer is None and suspected_milligrams(question.item, reply.text):
        held = turn.but(held=reply.text)
        return held.ask_message(Stage.UNIT, "M-UNIT")
    if answer is None or _upside_down(turn, question, answer):
        return misread(turn, item_ask(turn, question))
    return accept(turn, question, answer)


def _upside_down(turn: Turn, question: Question, answer: Answer) -> bool:
    """A lower pressure above the upper one was misread or mistyped."""
    upper = turn.state.given.get(f"{question.form.id}.sys")
    if question.item.id != "dia" or upper is None:
        return False
    high, low = number_of(upper.value[0]), number_of(answer.value[0])
    return high is not None and low is not None and low >= high


def answer_unit(turn: Turn, reply: Reply) -> Turn:
    """Convert a glucose value the patient confirms to be in mg/dL; otherwise ask again."""
    question = current(turn)
    if choice(turn, reply, turn.message("M-UNIT")) != "yes":
        return repeat(turn)
    return accept(turn, question, in_millimoles(turn.state.held))


def accept(turn: Turn, question: Question, answer: Answer) -> Turn:
    """Keep an answer, raise what it means, go on."""
    kept = keep(turn, question, answer)
    kept = _also(kept, question, answer)
    raised = sound(kept, question.id, findings(kept, question), digits=answer.digits)
    return proceed(raised)


def keep(turn: Turn, question: Question, answer: Answer) -> Turn:
    """Store the answer for its form, and for every other form of the session that asks the same."""
    item, value = question.item.id, answer.value
    if item in WHO_ITEMS and value[0] in ("self", "yes", *_PROXY):
        by = Reporter.FAMILY if value[0] in _PROXY else Reporter.SELF
        turn = turn.but(by=by.value)
    reporter = turn.state.reporter
    given = Given(value, answer.text, reporter, turn.at.isoformat())
    order = (*(q for q in turn.state.order if q != question.id), question.id)
    noted = turn.but(answers={**turn.state.given, question.id: given}, order=order, misreadings=0)
    noted = noted.do(Keep(question.form.id, item, value, answer.text, reporter, turn.at))
    return noted.do(*_shared(noted, question, answer))


def _shared(turn: Turn, question: Question, answer: Answer) -> list[Keep]:
    asked = {q.id for q in questions(turn)}
    found = []
    for form in (turn.catalog.forms[name] for name in turn.state.forms if name != question.form.id):
        for item in form.items:
            if f"{form.id}.{item.id}" in asked:
                continue
            value = _carried(item, question.item.id, answer.value)
            if value:
                keep_too = Keep(form.id, item.id, value, answer.text, turn.state.reporter, turn.at)
                found.append(keep_too)
    return found


def _carried(item: Item, source: str, value: tuple[str, ...]) -> tuple[str, ...]:
    twin, meaning = SAME_AS.get(item.id, (item.id, {}))
    if twin != source:
        return ()
    meant = tuple(meaning.get(key, key) for key in value)
    known = {option.key for option in item.options}
    return meant if not known or set(meant) <= known else ()


def _also(turn: Turn, question: Question, answer: Answer) -> Turn:
    """Take a second number that came with the first: 135/85 answers both pressures."""
    if not answer.second:
        return turn
    ids = [q.id for q in questions(turn)]
    following = questions(turn)[ids.index(question.id) + 1]
    both = keep(turn, following, Answer((answer.second,), answer.text))
    return sound(both, following.id, findings(both, following), digits="")


def skip(turn: Turn) -> Turn:
    """Leave a question out where the form allows it; safety questions are asked for once more."""
    question = current(turn)
    if question.item.required:
        return misread(turn.say("M-SKIP-NO"), item_ask(turn, question))
    skipped = turn.but(skipped=(*turn.state.skipped, question.id))
    if question.item.type is ItemType.PHOTO:
        return accept(skipped, question, Answer((DECLINED,), ""))
    return proceed(skipped)


def correct(turn: Turn) -> Turn:
    """Take the last answer back and ask its question again; what it raised stays open."""
    order = [q for q in turn.state.order if q in turn.state.given]
    if not order:
        return repeat(turn)
    last = order[-1]
    left = {key: given for key, given in turn.state.given.items() if key != last}
    skipped = tuple(q for q in turn.state.skipped if q != last)
    back = turn.but(answers=left, order=tuple(order[:-1]), skipped=skipped, question=last)
    return ask(back, current(back))


def repeat(turn: Turn, *, lead: str = "") -> Turn:
    """Ask the item that was interrupted again."""
    return ask(turn, current(turn), lead=lead)


def resume(turn: Turn) -> Turn:
    """Go on after an interruption: the open question again, or the next if it has its answer."""
    if turn.settled:
        return turn
    if turn.state.stage is Stage.ITEM:
        answered = turn.state.question in turn.state.given
        return proceed(turn) if answered else repeat(turn)
    if turn.state.stage is Stage.OPENING:
        return turn.again(turn.last_ask(opening_message(turn)))
    if turn.state.stage is Stage.ECHO:
        return echo(turn, turn.state.question)
    message = OPEN_QUESTION.get(turn.state.stage)
    return turn.again(turn.last_ask(message)) if message else turn
