"""The checker of plans: names every fault with its file, plan and round, all of them at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from dialogs.plans.book import PlanBook, Rule
from dialogs.plans.fault import BadPlans, Place, PlanFault
from dialogs.plans.reading import Draft, Source, read_plans
from dialogs.plans.template import Contact, Course, DailyReport, PlanTemplate, RepeatBy
from dialogs.timing.contact import ContactHours, clock_of
from dialogs.timing.rounds import Offset, OffsetUnit

_NAME: Final = re.compile(r"[a-z0-9_]{1,64}")
_LAST_ROUND: Final = 99
_MESSAGES: Final = range(1, 6)
_DAYS_OF: Final = {OffsetUnit.DAY: 1.0, OffsetUnit.WORKING_DAY: 1.0, OffsetUnit.MONTH: 28.0}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What plans may name: questionnaires, roles of staff, channels; and the hours of contact."""

    forms: frozenset[str]
    roles: frozenset[str]
    channels: frozenset[str]
    hours: ContactHours


def checked_plans(vocabulary: Vocabulary, own: Sequence[Source] = ()) -> PlanBook:
    """Return the book of our plans and the hospital's; raises BadPlans with every fault."""
    draft = read_plans(own)
    book = draft.book()
    faults = (*draft.faults, *_faults(draft, book, vocabulary))
    if faults:
        raise BadPlans(faults)
    return book


def _faults(draft: Draft, book: PlanBook, vocabulary: Vocabulary) -> Iterator[PlanFault]:
    for plan in book.plans.values():
        place = Place(draft.files[plan.name], f"plan {plan.name}")
        yield from _of_plan(plan, place)
        if plan.daily is not None:
            yield from _of_daily(plan.daily, place.at("daily"), vocabulary)
        for part, contact in plan.contacts():
            yield from _of_contact(contact, place.at(part), vocabulary)
    yield from _titles(draft, book)
    for rule in book.rules:
        yield from _of_rule(rule, book)
    for one, two in combinations(book.rules, 2):
        yield from _of_two(one, two)


def _of_plan(plan: PlanTemplate, place: Place) -> Iterator[PlanFault]:
    if not _NAME.fullmatch(plan.name):
        yield PlanFault(place, "bad_name", plan.name)
    if not plan.rounds:
        yield PlanFault(place, "no_rounds")
    for number, each in enumerate(plan.rounds, 1):
        here = place.at(f"round {each.number}")
        if each.number != number or number > _LAST_ROUND:
            yield PlanFault(here, "round_order", str(each.number), "number")
        if _least(each.timing.deadline) < _least(each.timing.send):
            yield PlanFault(here, "deadline_early")
    for earlier, later in pairwise(plan.rounds):
        if _least(later.timing.send) <= _least(earlier.timing.send):
            yield PlanFault(place.at(f"round {later.number}"), "round_order", key="send")
    if plan.before_review is not None and plan.before_review.days < 1:
        yield PlanFault(place.at("before_review"), "bad_number", key="days")
    after = plan.after_change
    if after is not None and not 1 <= after.days <= after.within <= _LAST_ROUND:
        yield PlanFault(place.at("after_change"), "day_order")


def _least(offset: Offset) -> float:
    """Count the calendar days a distance has at least; of one unit this is the exact order."""
    return offset.n * _DAYS_OF[offset.unit] + offset.days


def _of_daily(daily: DailyReport, place: Place, vocabulary: Vocabulary) -> Iterator[PlanFault]:
    if not 1 <= daily.first_day <= daily.last_day <= _LAST_ROUND:
        yield PlanFault(place, "day_order")
    minutes = vocabulary.hours.open_minutes(elderly=False)
    if not any(daily.window.covers(clock_of(minute)) for minute in minutes):
        yield PlanFault(place, "bad_span", key="window")


def _of_contact(contact: Contact, place: Place, vocabulary: Vocabulary) -> Iterator[PlanFault]:
    for choice in contact.forms:
        if choice.form and choice.form not in vocabulary.forms:
            yield PlanFault(place, "unknown_form", choice.form)
    yield from _of_course(contact.ordinary, place, vocabulary)
    if contact.high_risk != contact.ordinary:
        yield from _of_course(contact.high_risk, place.at("high_risk"), vocabulary)


def _of_course(course: Course, place: Place, vocabulary: Vocabulary) -> Iterator[PlanFault]:
    if not course.owner:
        yield PlanFault(place, "no_owner", key="owner")
    for role in (course.owner, course.calls):
        if role and role not in vocabulary.roles:
            yield PlanFault(place, "unknown_role", role)
    if course.repeat_by not in {*RepeatBy, *vocabulary.channels}:
        yield PlanFault(place, "unknown_channel", course.repeat_by)
    if course.attempts.messages not in _MESSAGES:
        yield PlanFault(place, "bad_number", key="messages")


def _titles(draft: Draft, book: PlanBook) -> Iterator[PlanFault]:
    """Departments choose a plan by what people call it: two of one name cannot be told apart."""
    for one, two in combinations(book.plans.values(), 2):
        if one.title in (two.title, two.name) or one.name == two.title:
            yield PlanFault(
                Place(draft.files[two.name], f"plan {two.name}"), "title_twice", one.name
            )


def _of_rule(rule: Rule, book: PlanBook) -> Iterator[PlanFault]:
    place = Place(rule.file, f"rule {rule.name}")
    if rule.plan and rule.plan not in book.plans:
        yield PlanFault(place, "unknown_plan", rule.plan)
    if rule.of.precedence is None:
        yield PlanFault(place, "no_condition")


def _of_two(one: Rule, two: Rule) -> Iterator[PlanFault]:
    same = one.of.precedence is not None and one.of.precedence is two.of.precedence
    if same and one.plan != two.plan and one.of.meets(two.of):
        place = Place(two.file, f"rule {two.name}")
        yield PlanFault(place, "both_claim", f"{one.name} → {one.plan},{two.name} → {two.plan}")
