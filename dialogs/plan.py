"""The order of questions in a session of one or several forms (the merge rule)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from dialogs.conditions import Values, holds
from dialogs.form import Form, Item
from dialogs.turn import Turn

BASE_FORMS: Final = ("fu-d3", "fu-d10", "fu-e", "fu-d30")
ASKED_ONCE: Final = frozenset({"med", "side", "review", "ask"})
CARRIED: Final = frozenset({"nrs"})
SAME_AS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "trend": ("feel", {"better": "less", "same": "same", "worse": "more"})
}
LONGEST: Final = 15
_LAST_RED_FLAG: Final = ("nrs", "r3", "red")


@dataclass(frozen=True, slots=True)
class Question:
    """An item in its place in the session."""

    form: Form
    item: Item

    @property
    def id(self) -> str:
        """`form.item`."""
        return f"{self.form.id}.{self.item.id}"


def questions(turn: Turn) -> tuple[Question, ...]:
    """All questions of the session in order, whether they will be asked or not.

    The ward's form opens, the forms of an illness follow its red flags, and what both ask is
    asked once, in the ward's form.
    """
    forms = [turn.catalog.forms[form] for form in turn.state.forms]
    base = next((form for form in forms if form.id in BASE_FORMS), None)
    others = [form for form in forms if form is not base]
    if base is None:
        return _without_repeats(others)
    own = [Question(base, item) for item in base.items]
    asked = {item.id for item in base.items}
    added = [q for form in others for q in _joining(form, asked, base)]
    return _shortened((*_before(own), *added, *_after(own)), merged=bool(added))


def _joining(form: Form, asked: set[str], base: Form) -> Iterator[Question]:
    red_flags = any(item.red_flags for item in base.items)
    for item in form.items:
        if item.id in ASKED_ONCE & asked or SAME_AS.get(item.id, ("",))[0] in asked:
            continue
        yield Question(form, _reduced(item) if red_flags else item)


def _reduced(item: Item) -> Item:
    if not item.merged_without:
        return item
    left = tuple(option for option in item.options if option.key not in item.merged_without)
    return replace(item, options=left, sms="")


def _cut(own: list[Question]) -> int:
    names = [question.item.id for question in own]
    last = next((name for name in _LAST_RED_FLAG if name in names), None)
    return names.index(last) + 1 if last else len(own)


def _before(own: list[Question]) -> list[Question]:
    return own[: _cut(own)]


def _after(own: list[Question]) -> list[Question]:
    return own[_cut(own) :]


def _shortened(plan: tuple[Question, ...], *, merged: bool) -> tuple[Question, ...]:
    if not merged or len(plan) <= LONGEST:
        return plan
    return tuple(question for question in plan if question.item.required)


def _without_repeats(forms: list[Form]) -> tuple[Question, ...]:
    seen: set[str] = set()
    first, last = [], []
    for form in forms:
        for item in form.items:
            if item.id in ASKED_ONCE | CARRIED and item.id in seen:
                continue
            seen.add(item.id)
            target = last if len(forms) > 1 and item.id in ASKED_ONCE else first
            target.append(Question(form, item))
    return (*first, *last)


def values_of(turn: Turn, form: Form) -> Values:
    """Answers as conditions of `form` see them: its own items, what is carried over, and facts."""
    case, given = turn.case, turn.state.given
    facts = {"@tag": tuple(sorted(case.tags)), "@previous_l3": tuple(case.previous_concerns)}
    if case.age is not None:
        facts["@age"] = (str(case.age),)
    carried = {
        key.partition(".")[2]: answer.value
        for key, answer in given.items()
        if key.partition(".")[2] in CARRIED | ASKED_ONCE
    }
    own = {
        key.partition(".")[2]: answer.value
        for key, answer in given.items()
        if key.startswith(f"{form.id}.")
    }
    return {**facts, **carried, **own}


def applies(turn: Turn, question: Question) -> bool:
    """Tell whether a question is to be asked of this patient, on this channel, now."""
    item, case = question.item, turn.case
    if (item.not_sms and not case.rich) or (item.staffed_only and not case.staffed):
        return False
    if (item.self_only and turn.state.by == "family") or (case.core_only and not item.core):
        return False
    if question.form.names_illness and _unauthorised(turn):
        return False
    return _enabled(turn, question)


def _unauthorised(turn: Turn) -> bool:
    return turn.state.by == "family" and not turn.case.authorised


def _enabled(turn: Turn, question: Question) -> bool:
    conditions = question.item.enable_when
    if not conditions:
        return True
    values = values_of(turn, question.form)
    combine = any if question.item.enable_any else all
    return combine(holds(condition, values) for condition in conditions)


def next_question(turn: Turn) -> Question | None:
    """Return the first question that applies and has neither answer nor refusal."""
    given, skipped = turn.state.given, turn.state.skipped
    carried = {key.partition(".")[2] for key in given} & CARRIED
    for question in questions(turn):
        if question.id in given or question.id in skipped or question.item.id in carried:
            continue
        if applies(turn, question):
            return question
    return None


def progress(turn: Turn, question: Question) -> tuple[int, int]:
    """Return the number of this question and of all that are to be asked as things stand."""
    plan = [q for q in questions(turn) if q.id in turn.state.given or applies(turn, q)]
    ids = [q.id for q in plan]
    return (ids.index(question.id) + 1 if question.id in ids else len(ids), len(ids))
