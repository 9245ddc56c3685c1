"""Plans with their rounds and contacts, read from tables of a file of plans."""

from __future__ import annotations

from typing import Final

from dialogs.plans.criteria_tables import OF, Illnesses, read_criteria
from dialogs.plans.table import Table
from dialogs.plans.template import (
    AfterChange,
    BeforeReview,
    Contact,
    Course,
    DailyReport,
    FormChoice,
    PlanRound,
    PlanTemplate,
)
from dialogs.timing.attempts import AttemptTiming
from dialogs.timing.rounds import RoundTiming
from dialogs.timing.spans import MORNING

_COURSE: Final = ("owner", "calls", "messages", "wait", "call_by", "answer_time", "repeat_by")
_CONTACT: Final = ("title", "forms", "high_risk", *_COURSE)


def read_plan(table: Table, name: str, illnesses: Illnesses) -> PlanTemplate:
    """Read one plan."""
    table.only("title", "round", "daily", "before_review", "after_change")
    has = table.values
    return PlanTemplate(
        name,
        table.text("title"),
        tuple(_round(each, illnesses) for each in table.list_of("round")),
        _daily(table.inner("daily"), illnesses) if "daily" in has else None,
        _before(table.inner("before_review"), illnesses) if "before_review" in has else None,
        _after(table.inner("after_change"), illnesses) if "after_change" in has else None,
    )


def _round(table: Table, illnesses: Illnesses) -> PlanRound:
    table.only("number", "send", "deadline", *_CONTACT)
    timing = RoundTiming(table.number("number"), table.offset("send"), table.offset("deadline"))
    return PlanRound(timing, _contact(table, illnesses))


def _daily(table: Table, illnesses: Illnesses) -> DailyReport:
    table.only("first_day", "last_day", "window", *_CONTACT)
    return DailyReport(
        table.number("first_day"),
        table.number("last_day"),
        table.span("window", MORNING),
        _contact(table, illnesses),
    )


def _before(table: Table, illnesses: Illnesses) -> BeforeReview:
    table.only("days", *_CONTACT)
    return BeforeReview(table.number("days"), _contact(table, illnesses))


def _after(table: Table, illnesses: Illnesses) -> AfterChange:
    table.only("days", "within", *_CONTACT)
    return AfterChange(table.number("days"), table.number("within"), _contact(table, illnesses))


def _contact(table: Table, illnesses: Illnesses) -> Contact:
    if "forms" not in table.values:
        table.note("no_forms")
    ordinary = _course(table, Course(""))
    tighter = table.inner("high_risk")
    tighter.only(*_COURSE)
    forms = tuple(_choice(each, illnesses) for each in table.list_of("forms"))
    return Contact(table.text("title"), forms, ordinary, _course(tighter, ordinary))


def _choice(table: Table, illnesses: Illnesses) -> FormChoice:
    table.only("form", *OF)
    return FormChoice(table.text("form"), read_criteria(table, illnesses))


def _course(table: Table, usual: Course) -> Course:
    """Read a course; what it does not say is as in the usual one."""
    attempts = AttemptTiming(
        messages=table.number("messages", usual.attempts.messages),
        wait=table.wait("wait", usual.attempts.wait),
        last_call=table.clock("call_by", usual.attempts.last_call),
        answer_time=table.wait("answer_time", usual.attempts.answer_time),
    )
    return Course(
        table.text("owner", usual.owner),
        attempts,
        table.text("repeat_by", usual.repeat_by),
        table.text("calls", usual.calls),
    )
