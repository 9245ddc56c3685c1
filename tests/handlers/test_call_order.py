"""Whom to call first: danger, then what runs out, then who is likely to answer."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.call_order import CallFacts, Danger, Urgency, place_of, urgency_of, waits

NOW = datetime.fromisoformat("2026-11-23T10:00+08:00")
FAR = CallFacts(UUID(int=1), NOW + timedelta(days=2))
_HOURS = st.integers(-48, 96).map(lambda n: NOW + timedelta(hours=n))
_CALLS = st.builds(
    CallFacts,
    st.uuids(),
    _HOURS,
    danger=st.sampled_from(Danger),
    call_at=st.none() | _HOURS,
    best_time=st.sampled_from(["", "morning", "evening"]),
    answered=st.booleans(),
    missed=st.integers(0, 4),
    missed_at=st.none() | st.integers(0, 90).map(lambda n: NOW - timedelta(minutes=n)),
)


@given(st.lists(_CALLS, max_size=5))
def test_danger_always_comes_first_and_what_waits_comes_last(calls: list[CallFacts]) -> None:
    ordered = sorted(calls, key=lambda call: place_of(call, NOW))
    places = [(waits(call, NOW), list(Danger).index(call.danger)) for call in ordered]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("values", "urgency"),
    [
        ({}, Urgency.PLAIN),
        ({"danger": Danger.RED, "call_at": NOW}, Urgency.DANGER),
        ({"danger": Danger.ORANGE}, Urgency.DANGER),
        ({"danger": Danger.HIGH_RISK}, Urgency.HIGH_RISK),
        ({"call_at": NOW - timedelta(minutes=1)}, Urgency.AGREED),
        ({"deadline_at": NOW - timedelta(minutes=1)}, Urgency.LATE),
        ({"deadline_at": datetime.fromisoformat("2026-11-24T00:00+08:00")}, Urgency.TODAY),
        ({"best_time": "morning"}, Urgency.GOOD_HOUR),
        ({"best_time": "evening", "answered": True}, Urgency.ANSWERS),
        ({"missed": 2, "answered": True}, Urgency.MISSED),
        ({"missed": 1, "missed_at": NOW - timedelta(minutes=29)}, Urgency.RESTS),
    ],
)
def test_each_call_says_in_a_word_why_it_stands_there(
    values: dict[str, Any], urgency: Urgency
) -> None:
    assert urgency_of(replace(FAR, **values), NOW) is urgency


def test_of_two_that_run_out_together_the_likelier_answer_comes_first() -> None:
    likely = replace(FAR, task_id=UUID(int=9), answered=True)
    wished = replace(FAR, task_id=UUID(int=8), best_time="morning")
    missed = replace(FAR, task_id=UUID(int=1), missed=1)
    ordered = sorted([missed, FAR, likely, wished], key=lambda call: place_of(call, NOW))
    assert ordered == [wished, likely, FAR, missed]


def test_a_number_nobody_answered_rests_for_half_an_hour() -> None:
    just = replace(FAR, missed=1, missed_at=NOW - timedelta(minutes=5))
    assert waits(just, NOW)
    assert not waits(just, NOW + timedelta(minutes=30))
