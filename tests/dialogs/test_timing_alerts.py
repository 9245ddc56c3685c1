"""Clocks of alerts and of the desk."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.levels import Level
from dialogs.timing import (
    DEFAULT_CLOCKS,
    HOSPITAL_ZONE,
    AlertClock,
    Span,
    StaffedHours,
    alert_due,
    escalate_at,
    escalation_steps,
    silent_at,
    staffed,
)
from tests.dialogs.calendars import INSTANT_BOUNDS, official

HOURS = StaffedHours()
OVERNIGHT = replace(
    DEFAULT_CLOCKS,
    clocks={**DEFAULT_CLOCKS.clocks, "L2": (AlertClock.OVERNIGHT, timedelta(hours=4))},
)
INSTANTS = st.datetimes(*INSTANT_BOUNDS, timezones=st.timezones())


def at(text: str) -> datetime:
    """Read a wall clock of the hospital."""
    return datetime.fromisoformat(text).replace(tzinfo=HOSPITAL_ZONE)


@pytest.mark.parametrize(
    ("level", "raised", "due"),
    [
        ("L1", "2026-02-17 03:00", "2026-02-17 03:30"),
        ("DISP", "2026-11-22 23:50", "2026-11-23 00:20"),
        ("L2", "2026-11-23 23:00", "2026-11-24 03:00"),
        ("T", "2026-11-23 09:00", "2026-11-23 13:00"),
        ("L3", "2026-11-20 09:00", "2026-11-23 17:00"),
        ("L3", "2026-09-30 20:00", "2026-10-08 17:00"),
        ("L3", "2026-02-13 09:00", "2026-02-14 17:00"),  # a make-up Saturday
        ("Q", "2026-11-23 08:00", "2026-11-23 12:00"),
        ("Q", "2026-11-23 11:00", "2026-11-23 17:30"),
        ("Q", "2026-11-20 16:30", "2026-11-21 11:00"),  # Friday, then Saturday morning
        ("Q", "2026-11-21 11:00", "2026-11-23 11:00"),
        ("Q", "2026-09-30 17:00", "2026-10-08 11:30"),
    ],
)
def test_the_clock_of_each_level(level: str, raised: str, due: str) -> None:
    found = alert_due(level, at(raised), official(), HOURS)
    assert found == at(due)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("raised", "due"),
    [
        ("2026-11-23 16:00", "2026-11-23 20:00"),
        ("2026-11-23 17:00", "2026-11-23 21:00"),  # the desk was staffed when it was raised
        ("2026-11-23 18:00", "2026-11-24 10:00"),
        ("2026-11-24 02:00", "2026-11-24 10:00"),
        ("2026-11-24 05:00", "2026-11-24 09:00"),
        ("2026-11-22 09:00", "2026-11-22 13:00"),  # a Sunday morning does not wait a day
        ("2026-11-24 13:00", "2026-11-24 17:00"),
    ],
)
def test_an_orange_alert_of_the_night_may_wait_for_the_morning(raised: str, due: str) -> None:
    assert alert_due("L2", at(raised), official(), HOURS, OVERNIGHT) == at(due)


@given(raised=INSTANTS, level=st.sampled_from(list(Level)))
def test_every_level_has_a_clock_in_the_future(raised: datetime, level: Level) -> None:
    assert raised < alert_due(level, raised, official(), HOURS)
    assert raised < alert_due(level, raised, official(), HOURS, OVERNIGHT)


@given(raised=INSTANTS)
def test_a_question_is_due_when_the_desk_has_had_four_hours(raised: datetime) -> None:
    due = alert_due("Q", raised, official(), HOURS)
    just_before = due - timedelta.resolution
    assert staffed(just_before, official(), HOURS)
    assert due - raised >= timedelta(hours=4)


def test_a_level_without_a_clock_is_a_fault() -> None:
    with pytest.raises(KeyError):
        alert_due("L9", at("2026-11-23 09:00"), official(), HOURS)


def test_a_red_alert_nobody_takes_climbs_to_the_medical_affairs_office() -> None:
    steps = escalation_steps("L1")
    assert [step.after for step in steps] == [timedelta(minutes=m) for m in (10, 20, 30)]
    assert steps[0].roles == ("head_nurse", "duty_doctor")
    assert [step.roles for step in steps[1:]] == [("director",), ("medical_affairs",)]


def test_the_ladder_ends_after_its_last_step() -> None:
    raised = at("2026-11-23 03:00")
    times = {"raised_at": raised, "due_at": raised + timedelta(minutes=30)}
    assert escalate_at("L1", 2, **times) == at("2026-11-23 03:30")
    assert escalate_at("L1", 3, **times) is None
    assert escalate_at("L3", 0, **times) is None


@pytest.mark.parametrize(
    ("level", "due", "steps"),
    [
        ("L2", "2026-11-23 13:00", [("13:00", "head_nurse"), ("14:00", "director")]),
        ("DISP", "2026-11-23 09:30", [("09:30", "medical_affairs"), ("10:00", "director")]),
        ("Q", "2026-11-23 15:30", [("15:30", "head_nurse")]),
    ],
)
def test_what_is_not_danger_of_life_climbs_from_the_time_it_was_due(
    level: str, due: str, steps: list[tuple[str, str]]
) -> None:
    found = []
    for number, step in enumerate(escalation_steps(level)):
        when = escalate_at(level, number, raised_at=at("2026-11-23 09:00"), due_at=at(due))
        assert when is not None
        found.append((f"{when.astimezone(HOSPITAL_ZONE):%H:%M}", step.roles[0]))
    assert found == steps


@pytest.mark.parametrize(
    ("level", "promise", "expected"),
    [
        ("L1", None, "2026-11-23 11:55"),
        ("L1", "2026-11-23 12:10", "2026-11-23 12:15"),
        ("L2", None, "2026-11-23 12:40"),
        ("L2", "2026-11-23 11:50", "2026-11-23 11:55"),
        ("DISP", None, "2026-11-23 12:40"),
        ("Q", None, "2026-11-23 15:10"),  # twenty minutes before the noon break, forty after it
    ],
)
def test_a_silent_claim_goes_back_after_its_time(
    level: str, promise: str | None, expected: str
) -> None:
    claimed = at("2026-11-23 11:40")
    promised = at(promise) if promise else None
    assert silent_at(level, claimed, promised, official(), HOURS) == at(expected)


@pytest.mark.parametrize("level", ["L3", "T"])
def test_a_claim_of_the_next_day_s_work_is_nobody_s_hurry(level: str) -> None:
    assert silent_at(level, at("2026-11-23 11:40"), None, official(), HOURS) is None


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("2026-11-23 08:00", True),
        ("2026-11-23 12:00", False),
        ("2026-11-23 17:29", True),
        ("2026-11-21 09:00", True),
        ("2026-11-21 15:00", False),
        ("2026-11-22 09:00", False),
        ("2026-10-10 15:00", True),  # a make-up Saturday is a working day
        ("2026-10-03 09:00", False),  # a Saturday of the National Day holiday
    ],
)
def test_the_desk_is_staffed_in_office_hours(when: str, expected: bool) -> None:
    assert staffed(at(when), official(), HOURS) is expected


@pytest.mark.parametrize(
    "spans",
    [(), (Span(time(14), time(17)), Span(time(8), time(12))), (Span(time(20), time(2)),)],
)
def test_staffed_hours_out_of_order_are_refused(spans: tuple[Span, ...]) -> None:
    with pytest.raises(ValueError, match="staffed hours"):
        StaffedHours(working_day=spans)
