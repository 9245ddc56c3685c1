"""What one form of a session learns for another: an answer asked once is kept for both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from dialogs.actions import Keep, Withdraw
from dialogs.form import Form, Item
from dialogs.plan import ASKED_ONCE, CARRIED, SAME_AS, Question, enabled, questions
from dialogs.state import Given
from dialogs.turn import Turn

ADDED: Final = "added:"
_SHARED: Final = ASKED_ONCE | CARRIED | frozenset(SAME_AS)


def note(turn: Turn, form: str, item: str, given: Given) -> Turn:
    """Keep an answer for a form."""
    answers = {**turn.state.given, f"{form}.{item}": given}
    kept = turn.but(answers=answers)
    at = turn.at
    return kept.do(Keep(form, item, given.value, given.text, given.by, at))


def withdraw(turn: Turn, *ids: str) -> Turn:
    """Take answers back, here and in the record."""
    answers = {key: given for key, given in turn.state.given.items() if key not in ids}
    order = tuple(key for key in turn.state.order if key not in ids)
    for key in ids:
        form, _, item = key.partition(".")
        turn = turn.do(Withdraw(form, item, turn.at))
    return turn.but(answers=answers, order=order)


def share(turn: Turn, question: Question, given: Given) -> Turn:
    """Keep an answer for the other forms of the session that ask the same."""
    for twin in twins(turn, question):
        value = _carried(twin.item, question.item.id, given.value)
        if value:
            meant = Given(value, given.text, given.by, given.at)
            turn = note(turn, twin.form.id, twin.item.id, meant)
        elif twin.id in turn.state.given:
            turn = withdraw(turn, twin.id)
    return turn


def twins(turn: Turn, question: Question) -> tuple[Question, ...]:
    """Return the items of the other forms that this question answers as well."""
    ids = [asked.id for asked in questions(turn)]
    earlier = ids[: ids.index(question.id)] if question.id in ids else []
    others = [name for name in turn.state.forms if name != question.form.id]
    found = [
        Question(form, item)
        for form in (turn.catalog.forms[name] for name in others)
        for item in form.items
        if item.id in _SHARED and SAME_AS.get(item.id, (item.id,))[0] == question.item.id
    ]
    return tuple(twin for twin in found if twin.id not in earlier)


def join(turn: Turn, form: str) -> Turn:
    """Let a form join the session, with what it need not ask any more."""
    if form in turn.state.forms:
        return turn
    state = turn.state
    joined = turn.but(forms=(*state.forms, form), told=(*state.told, f"{ADDED}{form}"))
    for question in questions(joined):
        given = state.given.get(question.id)
        if given is not None and any(t.form.id == form for t in twins(joined, question)):
            joined = _share_with(joined, question, given, turn.catalog.forms[form])
    return joined


def _share_with(turn: Turn, question: Question, given: Given, form: Form) -> Turn:
    for twin in twins(turn, question):
        value = _carried(twin.item, question.item.id, given.value)
        if twin.form is form and value:
            meant = Given(value, given.text, given.by, given.at)
            turn = note(turn, form.id, twin.item.id, meant)
    return turn


def leave(turn: Turn, question: Question) -> Turn:
    """Take out the forms that an earlier answer to this question had brought in."""
    value = turn.state.given[question.id].value
    for rule in question.item.rules:
        form, wanted = rule.adds, {v for c in rule.conditions for v in c.values}
        if f"{ADDED}{form}" not in turn.state.told or wanted & set(value):
            continue
        own = [key for key in turn.state.given if key.startswith(f"{form}.")]
        forms = tuple(name for name in turn.state.forms if name != form)
        told = tuple(mark for mark in turn.state.told if mark != f"{ADDED}{form}")
        turn = withdraw(turn, *own).but(forms=forms, told=told)
    return turn


def prune(turn: Turn) -> Turn:
    """Withdraw answers to questions that a corrected answer no longer leads to."""
    while lost := list(_orphans(turn)):
        turn = withdraw(turn, *lost)
    return turn


def _orphans(turn: Turn) -> Iterator[str]:
    for question in questions(turn):
        if question.id in turn.state.given and not enabled(turn, question):
            yield question.id


def _carried(item: Item, source: str, value: tuple[str, ...]) -> tuple[str, ...]:
    twin, meaning = SAME_AS.get(item.id, (item.id, _AS_IT_IS))
    if twin != source:
        return ()
    meant = tuple(meaning.get(key, key) for key in value)
    known = {option.key for option in item.options}
    return meant if not known or set(meant) <= known else ()


_AS_IT_IS: Final[Mapping[str, str]] = {}
