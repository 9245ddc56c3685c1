"""The order of questions in a session of one or several forms (the merge rule)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dialogs.conditions import Values, holds
from dialogs.form import Form, Item, ItemType
from dialogs.turn import Turn

BASE_FORMS: Final = ("fu-d3", "fu-d10", "fu-e", "fu-d30")
ASKED_ONCE: Final = frozenset({"med", "side", "review", "ask"})
CARRIED: Final = frozenset({"nrs"})
SAME_AS: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "trend": ("feel", {"better": "less", "same": "same", "worse": "more"})
}
LONGEST: Final = 15
_LAST_RED_FLAG: Final = ("nrs", "r3", "red")
_JOIN_ORDER: Final = ("wound", "dm", "htn")
_FAMILY: Final = "family"


@dataclass(frozen=True, slots=True)
class Question:
    """An item in its place in the session."""

    form: Form
    item: Item

    @property
    def id(self) -> str:
        """`form.item`."""
        return f"{self.form.id}.{self.item.id}"


def leading(turn: Turn) -> Form:
    """Return the form that opens the session: the ward's own if there is one."""
    forms = [turn.catalog.forms[form] for form in turn.state.forms]
    return next((form for form in forms if form.id in BASE_FORMS), forms[0])


def questions(turn: Turn) -> tuple[Question, ...]:
    """All questions of the session in order, whether they will be asked or not.

    The ward's form opens, the forms of an illness follow its red flags, and what both ask is
    asked once, in the ward's form.
    """
    base = leading(turn)
    forms = sorted((turn.catalog.forms[form] for form in turn.state.forms), key=_place)
    if base.id not in BASE_FORMS:
        return _without_repeats(forms)
    own = [Question(base, item) for item in base.items]
    added = list(_joining([form for form in forms if form is not base], base))
    last = [question for question in added if question.item.id in ASKED_ONCE]
    middle = [question for question in added if question not in last]
    cut = _cut(own)
    plan = (*own[:cut], *middle, *own[cut:], *last)
    return _shortened(turn, plan) if added else plan


def _place(form: Form) -> int:
    return _JOIN_ORDER.index(form.id) if form.id in _JOIN_ORDER else -1


def _joining(others: Sequence[Form], base: Form) -> Iterator[Question]:
    asked = {item.id for item in base.items}
    red_flags = any(item.red_flags for item in base.items)
    for form in others:
        for item in form.items:
            if item.id in ASKED_ONCE & asked or SAME_AS.get(item.id, ("",))[0] in asked:
                continue
            asked |= {item.id} & ASKED_ONCE
            yield Question(form, _reduced(item) if red_flags else item)


def _reduced(item: Item) -> Item:
    if not item.merged_without:
        return item
    left = tuple(option for option in item.options if option.key not in item.merged_without)
    return replace(item, options=left, sms="")


def _cut(own: Sequence[Question]) -> int:
    names = [question.item.id for question in own]
    last = next((name for name in _LAST_RED_FLAG if name in names), None)
    return names.index(last) + 1 if last else len(own)


def _shortened(turn: Turn, plan: tuple[Question, ...]) -> tuple[Question, ...]:
    """Beyond fifteen questions what may be skipped is left out, but for the picture."""
    if sum(_counts(turn, question) for question in plan) <= LONGEST:
        return plan
    return tuple(
        q
        for q in plan
        if q.item.required or q.item.type is ItemType.PHOTO or q.id in turn.state.given
    )


def _counts(turn: Turn, question: Question) -> bool:
    """Tell whether a question has been asked or is to come; what was carried over is neither."""
    if question.id in turn.state.given:
        return question.id in turn.state.order
    return applies(turn, question)


def _without_repeats(forms: Sequence[Form]) -> tuple[Question, ...]:
    seen: set[str] = set()
    first: list[Question] = []
    last: list[Question] = []
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
    if (item.self_only and turn.state.by == _FAMILY) or (case.core_only and not item.core):
        return False
    if question.form.names_illness and unauthorised(turn):
        return False
    return enabled(turn, question)


def unauthorised(turn: Turn) -> bool:
    """Tell whether somebody answers who may not learn what the illness is."""
    return turn.state.by == _FAMILY and not turn.case.authorised


def waits_for_patient(turn: Turn) -> bool:
    """Tell whether nothing in this session may be asked of the person who answers."""
    forms = [turn.catalog.forms[form] for form in turn.state.forms]
    return unauthorised(turn) and all(form.names_illness for form in forms)


def enabled(turn: Turn, question: Question) -> bool:
    """Tell whether the answers so far lead to this question."""
    conditions = question.item.enable_when
    if not conditions:
        return True
    values = values_of(turn, question.form)
    combine = any if question.item.enable_any else all
    return combine(holds(condition, values) for condition in conditions)


def next_question(turn: Turn) -> Question | None:
    """Return the first question that applies and has neither answer nor refusal."""
    settled = {*turn.state.given, *turn.state.skipped}
    coming = (question for question in questions(turn) if question.id not in settled)
    return next((question for question in coming if applies(turn, question)), None)


def progress(turn: Turn, question: Question) -> tuple[int, int]:
    """Return the number of this question and of all that are to be asked as things stand."""
    ids = [q.id for q in questions(turn) if _counts(turn, q)]
    return (ids.index(question.id) + 1 if question.id in ids else len(ids), len(ids))
