"""Asking the items of a session and taking their answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dialogs.actions import Ask, Reporter
from dialogs.admission import WHO_ITEMS, gate, identity_message, permission_message
from dialogs.alarm import echo, sound
from dialogs.answers import Answer, in_millimoles, read_answer, suspected_milligrams
from dialogs.asides import put_by
from dialogs.carrying import leave, note, prune, share, twins
from dialogs.conditions import DECLINED, number_of
from dialogs.endings import complete, hand_over, wait_for_patient
from dialogs.form import Item, ItemType
from dialogs.plan import Question, next_question, progress, questions, waits_for_patient
from dialogs.replies import choice, misread
from dialogs.rules import Finding, findings, gravity
from dialogs.state import Given, Stage
from dialogs.turn import Reply, Turn

_PROXY: Final = ("family", "rel", "yes")
_NUMBERS: Final = (ItemType.INTEGER, ItemType.DECIMAL)
_ASKED_BY: Final[Mapping[Stage, str]] = {
    Stage.LATER: "M-LATER",
    Stage.REFUSAL: "M-STOP-Q",
    Stage.WHO: "M-WHO",
    Stage.CONSENT: "M-CONSENT",
    Stage.ECHO: "M-RF-ECHO",
    Stage.CHECK: "M-RF-CHECK",
    Stage.UNIT: "M-UNIT",
    Stage.SUGAR: "M-SUGAR",
    Stage.RESUME: "M-RESUME",
}


def open_message(turn: Turn) -> str:
    """Return the message whose question is open; empty for an item or for none."""
    if turn.state.stage is Stage.OPENING:
        return permission_message(turn)
    if turn.state.stage is Stage.IDENTITY:
        return identity_message(turn)
    return _ASKED_BY.get(turn.state.stage, "")


def proceed(turn: Turn) -> Turn:
    """Go on to what is not settled yet: admission first, then the next item, then the end."""
    if turn.settled:
        return turn
    if waits_for_patient(turn):
        return wait_for_patient(turn)
    waiting = gate(turn)
    if waiting is not None:
        return waiting
    question = next_question(turn)
    return complete(turn) if question is None else ask(turn.but(correcting=False), question)


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
    form, _, item = turn.state.question.partition(".")
    catalog = turn.catalog.forms
    return found[0] if found else Question(catalog[form], catalog[form].item(item))


def answer_item(turn: Turn, reply: Reply) -> Turn:
    """Take an answer to the item that was asked; what cannot be read is asked once more."""
    question = current(turn)
    answer = read_answer(question.item, reply)
    if answer is None and suspected_milligrams(question.item, reply.text):
        return turn.but(held=reply.text).ask_message(Stage.UNIT, "M-UNIT")
    if answer is None or _upside_down(turn, question, answer):
        return _ask_once_more(turn, question, reply)
    return accept(turn, question, answer)


def _ask_once_more(turn: Turn, question: Question, reply: Reply) -> Turn:
    """Say that a number cannot be right, rather than that nothing was understood."""
    again = item_ask(turn, question)
    if question.item.type in _NUMBERS and any(char.isdigit() for char in reply.text):
        return misread(turn, again, "M-CHECK-NUMBER")
    return put_by(turn, reply.text, again)


def _upside_down(turn: Turn, question: Question, answer: Answer) -> bool:
    """A lower pressure above the upper one was misread or mistyped."""
    upper = turn.state.given.get(f"{question.form.id}.sys")
    if question.item.id != "dia" or upper is None:
        return False
    high, low = number_of(upper.value[0]), number_of(answer.value[0])
    return high is not None and low is not None and low >= high


def answer_unit(turn: Turn, reply: Reply) -> Turn:
    """Convert a glucose value the patient confirms to be in mg/dL; otherwise ask again."""
    key = choice(turn, reply, turn.message("M-UNIT"))
    if key is None:
        return misread(turn, turn.last_ask("M-UNIT"))
    if key == "no":
        return repeat(turn)
    return accept(turn, current(turn), in_millimoles(turn.state.held))


def accept(turn: Turn, question: Question, answer: Answer) -> Turn:
    """Keep an answer, raise what it means, go on."""
    kept = prune(_also(keep(turn, question, answer), question, answer))
    raised = sound(kept, question.id, worst(kept, question), digits=answer.digits)
    return proceed(raised)


def worst(turn: Turn, question: Question) -> tuple[Finding, ...]:
    """Of the forms that share an answer, the one that takes it most seriously speaks."""
    shared = [twin for twin in twins(turn, question) if twin.id in turn.state.given]
    return min((findings(turn, q) for q in (question, *shared)), key=gravity)


def keep(turn: Turn, question: Question, answer: Answer) -> Turn:
    """Store the answer for its form, and for every other form of the session that asks the same."""
    if question.item.id in WHO_ITEMS and answer.value[0] in ("self", *_PROXY):
        by = Reporter.FAMILY if answer.value[0] in _PROXY else Reporter.SELF
        turn = turn.but(by=by.value)
    given = Given(answer.value, answer.text, turn.state.reporter, turn.at.isoformat())
    order = (*(q for q in turn.state.order if q != question.id), question.id)
    noted = note(turn, question.form.id, question.item.id, given)
    noted = noted.but(order=order, misreadings=0, correcting=False, held="")
    return share(leave(noted, question), question, given)


def _also(turn: Turn, question: Question, answer: Answer) -> Turn:
    """Take a second number that came with the first: 135/85 answers both pressures."""
    if not answer.second:
        return turn
    both, following = _keep_second(turn, question, answer)
    return sound(both, following.id, findings(both, following), digits="")


def keep_both(turn: Turn, question: Question, answer: Answer) -> Turn:
    """Store an answer and the second number that came with it, without a word about either."""
    kept = keep(turn, question, answer)
    return _keep_second(kept, question, answer)[0] if answer.second else kept


def _keep_second(turn: Turn, question: Question, answer: Answer) -> tuple[Turn, Question]:
    ids = [q.id for q in questions(turn)]
    following = questions(turn)[ids.index(question.id) + 1]
    return keep(turn, following, Answer((answer.second,), answer.text)), following


def skip(turn: Turn) -> Turn:
    """Leave a question out where the form allows it; what matters is asked for once more."""
    question = current(turn)
    if question.item.required and not turn.state.misreadings:
        return turn.but(misreadings=1).again(item_ask(turn, question), lead="M-SKIP-NO")
    if question.item.id in WHO_ITEMS or (question.item.required and _is_grave(question.item)):
        return hand_over(turn, "skipped")
    skipped = turn.but(skipped=(*turn.state.skipped, question.id))
    if question.item.type is ItemType.PHOTO:
        return accept(skipped, question, Answer((DECLINED,), ""))
    return proceed(skipped)


def _is_grave(item: Item) -> bool:
    return item.red_flags or any(rule.level in ("L1", "L2") for rule in item.rules)


def correct(turn: Turn) -> Turn:
    """Ask the question before once more; its answer stands until there is another one."""
    asked = {question.id for question in questions(turn)}
    order = [key for key in turn.state.order if key in turn.state.given and key in asked]
    here = turn.state.question if turn.state.stage is Stage.ITEM else ""
    before = order[: order.index(here)] if here in order else order
    if not before:
        return repeat(turn)
    back = turn.but(question=before[-1], correcting=True)
    return ask(back, current(back))


def repeat(turn: Turn, *, lead: str = "") -> Turn:
    """Ask the item that was interrupted again."""
    return ask(turn, current(turn), lead=lead)


def resume(turn: Turn, *, lead: str = "") -> Turn:
    """Go on after an interruption: the open question again, or the next if it has its answer."""
    if turn.settled:
        return turn
    if turn.state.stage is Stage.ITEM:
        answered = turn.state.question in turn.state.given and not turn.state.correcting
        return proceed(turn) if answered else repeat(turn, lead=lead)
    if turn.state.stage is Stage.ECHO:
        return echo(turn, turn.state.question)
    message = open_message(turn)
    return turn.again(turn.last_ask(message), lead=lead) if message else turn
