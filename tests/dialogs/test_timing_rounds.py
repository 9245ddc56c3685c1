"""Rounds on the calendar, and their attempts."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.timing import (
    HOSPITAL_ZONE,
    Attempt,
    AttemptKind,
    AttemptTiming,
    ContactHours,
    RoundTiming,
    Schedule,
    Span,
    attempts,
    day_number,
    local,
    may_start,
    schedule,
)
from tests.dialogs.calendars import FESTIVALS, official
from tests.dialogs.plan_days import CENTRAL, ONE_THREE_SEVEN, THREE_ROUNDS

HOURS = ContactHours()
PLANS = (*THREE_ROUNDS, *CENTRAL, *ONE_THREE_SEVEN)


def at(text: str) -> datetime:
    """Read a wall clock of the hospital."""
    return datetime.fromisoformat(text).replace(tzinfo=HOSPITAL_ZONE)


def lay(timing: RoundTiming, day: date, key: str = "task", *, elderly: bool = False) -> Schedule:
    """Lay a round on the official calendar."""
    return schedule(timing, day, key, hours=HOURS, calendar=official(), elderly=elderly)


def days(plan: Schedule) -> tuple[date, date]:
    """Return the local days of sending and of the deadline."""
    send, deadline = (x.astimezone(HOSPITAL_ZONE) for x in (plan.due_at, plan.deadline_at))
    return send.date(), deadline.date()


@pytest.mark.parametrize(
    ("timing", "discharged", "send", "deadline"),
    [
        (THREE_ROUNDS[0], date(2026, 11, 22), date(2026, 11, 25), date(2026, 11, 27)),
        (THREE_ROUNDS[1], date(2026, 11, 22), date(2026, 11, 30), date(2026, 12, 2)),
        (THREE_ROUNDS[2], date(2026, 11, 22), date(2026, 12, 17), date(2026, 12, 22)),
        (THREE_ROUNDS[2], date(2026, 1, 31), date(2026, 2, 25), date(2026, 2, 28)),
        (CENTRAL[0], date(2026, 9, 30), date(2026, 10, 12), date(2026, 10, 15)),
        (ONE_THREE_SEVEN[2], date(2026, 11, 22), date(2026, 11, 29), date(2026, 11, 29)),
    ],
)
def test_rounds_fall_on_the_days_of_their_template(
    timing: RoundTiming, discharged: date, send: date, deadline: date
) -> None:
    plan = lay(timing, discharged)
    assert days(plan) == (send, deadline)
    assert plan.deadline_at.astimezone(HOSPITAL_ZONE).time() == time(23, 59, 59)


@pytest.mark.parametrize(
    ("discharged", "send", "deadline"),
    [
        (date(2026, 2, 13), date(2026, 2, 15), date(2026, 2, 15)),  # send day 16 and deadline 18
        (date(2026, 2, 12), date(2026, 2, 15), date(2026, 2, 15)),  # deadline 17 comes forward
        (date(2026, 9, 29), date(2026, 10, 4), date(2026, 10, 4)),  # send day 2 Oct waits
        (date(2026, 9, 22), date(2026, 9, 26), date(2026, 9, 27)),  # send day is Mid-Autumn
    ],
)
def test_a_festival_moves_the_send_day_and_brings_the_deadline_forward(
    discharged: date, send: date, deadline: date
) -> None:
    plan = lay(THREE_ROUNDS[0], discharged)
    assert days(plan) == (send, deadline)
    assert not plan.festival


def test_a_round_without_a_day_before_the_festival_is_flagged_and_follows_it() -> None:
    plan = lay(ONE_THREE_SEVEN[0], date(2026, 2, 15))
    assert plan.festival
    assert days(plan) == (date(2026, 2, 20), date(2026, 2, 20))


def test_a_plan_that_runs_into_an_unknown_year_says_so() -> None:
    assert lay(THREE_ROUNDS[2], date(2026, 12, 10)).unknown_years == (2027,)
    assert lay(THREE_ROUNDS[0], date(2026, 12, 10)).unknown_years == ()


@given(
    timing=st.sampled_from(PLANS),
    discharged=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    task=st.uuids(),
    elderly=st.booleans(),
)
def test_every_round_is_sent_in_allowed_hours_and_before_its_deadline(
    timing: RoundTiming, discharged: date, task: UUID, elderly: bool
) -> None:
    plan = lay(timing, discharged, str(task), elderly=elderly)
    assert plan.due_at <= plan.deadline_at
    assert day_number(plan.due_at, discharged, HOURS) >= 1
    assert HOURS.is_allowed(plan.due_at, elderly=elderly, clinical=True, calendar=official())
    assert not set(days(plan)) & FESTIVALS
    assert plan == lay(timing, discharged, str(task), elderly=elderly)


def test_ten_thousand_rounds_spread_over_the_morning() -> None:
    discharged = date(2026, 11, 22)
    minutes = Counter(
        lay(THREE_ROUNDS[0], discharged, str(n)).due_at.replace(second=0) for n in range(10_000)
    )
    assert len(minutes) == 120
    assert max(minutes.values()) < 2 * 10_000 / 120


def test_a_department_may_send_in_the_afternoon() -> None:
    plan = schedule(
        THREE_ROUNDS[0],
        date(2026, 11, 22),
        "task",
        hours=HOURS,
        calendar=official(),
        window=Span.parse("13:30-16:00"),
    )
    assert time(14) <= plan.due_at.astimezone(HOSPITAL_ZONE).time() < time(16)


def test_grace_ends_with_the_deadline() -> None:
    plan = lay(THREE_ROUNDS[0], date(2026, 11, 22))
    assert not plan.lapsed(plan.deadline_at)
    assert plan.lapsed(plan.deadline_at + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("woken", "elderly", "expected"),
    [
        ("2026-11-23 09:00", False, None),  # not before it is due
        ("2026-11-27 12:30", False, "2026-11-27 14:00"),
        ("2026-11-27 11:30", True, "never"),
        ("2026-11-27 20:30", False, "never"),
    ],
)
def test_a_late_round_goes_out_in_allowed_hours_or_not_at_all(
    woken: str, elderly: bool, expected: str | None
) -> None:
    plan = lay(THREE_ROUNDS[0], date(2026, 11, 22), elderly=elderly)
    found = plan.next_contact(at(woken), elderly=elderly, hours=HOURS, calendar=official())
    wanted = {None: plan.due_at, "never": None}
    assert found == (wanted[expected] if expected in wanted else at(str(expected)))


def test_a_message_is_repeated_next_day_and_then_a_person_calls() -> None:
    plan = lay(THREE_ROUNDS[0], date(2026, 11, 22))
    first = at("2026-11-25 09:20")
    assert attempts(first, plan, hours=HOURS, calendar=official()) == (
        Attempt(1, AttemptKind.MESSAGE, first.astimezone(UTC)),
        Attempt(2, AttemptKind.REPEAT, first + timedelta(days=1)),
        Attempt(3, AttemptKind.CALL, first + timedelta(days=2)),
    )


def test_a_one_day_round_is_called_the_same_afternoon() -> None:
    plan = lay(ONE_THREE_SEVEN[0], date(2026, 11, 22))
    made = attempts(plan.due_at, plan, hours=HOURS, calendar=official())
    assert [x.kind for x in made] == [AttemptKind.MESSAGE, AttemptKind.CALL]
    assert made[1].at == at("2026-11-23 14:30")


@given(
    timing=st.sampled_from(PLANS),
    discharged=st.dates(date(2024, 1, 1), date(2028, 12, 31)),
    late=st.timedeltas(timedelta(0), timedelta(days=6)),
    elderly=st.booleans(),
)
def test_attempts_come_in_order_one_a_day_and_before_the_deadline(
    timing: RoundTiming, discharged: date, late: timedelta, elderly: bool
) -> None:
    plan = lay(timing, discharged, elderly=elderly)
    first = plan.next_contact(plan.due_at + late, elderly=elderly, hours=HOURS, calendar=official())
    if first is None:
        return
    made = attempts(first, plan, hours=HOURS, calendar=official(), elderly=elderly)
    messages = [x.at for x in made if x.kind is not AttemptKind.CALL]
    assert [x.at for x in made] == sorted(x.at for x in made)
    assert made[-1].kind is AttemptKind.CALL
    assert made[-1].at <= plan.deadline_at
    assert len({x.astimezone(HOSPITAL_ZONE).date() for x in messages}) == len(messages)
    for message in messages:
        assert HOURS.is_allowed(message, elderly=elderly, clinical=True, calendar=official())


def test_we_start_one_conversation_a_local_day() -> None:
    evening = at("2026-11-22 19:00")
    assert may_start(None, evening)
    assert not may_start(at("2026-11-22 08:00"), evening)
    assert may_start(at("2026-11-21 19:00"), evening)


@pytest.mark.parametrize(
    ("messages", "kinds"),
    [(1, "message call"), (2, "message repeat call"), (3, "message repeat repeat call")],
)
def test_so_many_messages_go_before_the_call_as_the_plan_says(messages: int, kinds: str) -> None:
    laid = attempts(
        at("2026-11-23 09:30"),
        Schedule(at("2026-11-23 09:30"), at("2026-11-30 23:59")),
        hours=HOURS,
        calendar=official(),
        timing=AttemptTiming(messages=messages),
    )
    assert [attempt.kind.value for attempt in laid] == kinds.split()


def test_a_repeat_within_the_hour_leaves_time_to_answer_before_the_call() -> None:
    evening = AttemptTiming(
        wait=timedelta(hours=1), last_call=time(20), answer_time=timedelta(minutes=15)
    )
    first = at("2026-11-23 18:30")
    plan = Schedule(first, at("2026-11-23 23:59"))
    laid = attempts(first, plan, hours=HOURS, calendar=official(), timing=evening)
    assert [f"{local(attempt.at):%H:%M}" for attempt in laid] == ["18:30", "19:30", "20:00"]
