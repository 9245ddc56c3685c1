"""What holds for every step of every dialog, whatever somebody writes or presses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.rendering import render
from dialogs.actions import Action, Alert, Ask, Close, Keep, Say, StopContact, Withdraw
from dialogs.case import Case
from dialogs.catalog import load_catalog, load_tables
from dialogs.engine import step
from dialogs.events import Began, Chose, Event, Lapsed, Reminded, Said, Sent
from dialogs.state import State, from_json, to_json
from tests.dialogs.transcript import written

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
SPOKEN = sorted({line[2:] for talk in written() for line in talk.lines if line.startswith("> ")})
SESSIONS = (*load_catalog("zh").forms, "fu-d3+wound+dm+htn", "fu-e+dm", "wound+htn", "fu-d10+htn")


def happening(state: State) -> st.SearchStrategy[Event]:
    """Anything that may come next: words people use, buttons old and new, pictures, silence."""
    keys = st.sampled_from(["1", "self", "yes", "no", "none", "home", "cannot", "x", "fever,none"])
    turns = st.integers(0, state.turn + 1)
    at = st.just(NOW + timedelta(minutes=state.turn))
    return st.one_of(
        st.builds(Said, at, st.sampled_from(SPOKEN)),
        st.builds(Said, at, st.text(max_size=20)),
        st.builds(Said, at, st.integers(0, 200).map(str)),
        st.builds(Chose, at, keys, turns),
        st.builds(Sent, at, st.just("picture")),
        st.builds(Reminded, at),
        st.builds(Began, at),
    )


def cases() -> st.SearchStrategy[Case]:
    """Patients of every kind."""
    yes_or_no = st.booleans()
    return st.builds(
        Case,
        channel=st.sampled_from(["web", "sms"]),
        bound=yes_or_no,
        consented=yes_or_no,
        birth_year=st.just(1970),
        age=st.sampled_from([None, 2, 50, 80]),
        elderly=yes_or_no,
        contact=yes_or_no,
        authorised=yes_or_no,
        staffed=yes_or_no,
        core_only=yes_or_no,
        recent_alert=yes_or_no,
        tags=st.frozensets(st.sampled_from(["chemo", "child", "high-risk-drug"])),
        previous_concerns=st.just(frozenset({"med"})),
    )


@given(data=st.data(), case=cases(), session=st.sampled_from(SESSIONS))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_whatever_happens_a_dialog_goes_on_or_ends_and_can_be_saved(
    data: st.DataObject, case: Case, session: str
) -> None:
    """No event breaks a step; a state survives saving; an ended dialog is not asked on."""
    catalog = load_catalog("zh")
    state, actions = step(catalog, case, State(tuple(session.split("+"))), Began(NOW))
    for _ in range(25):
        event = data.draw(happening(state))
        before = from_json(to_json(state))
        assert before == state
        state, actions = step(catalog, case, before, event)
        assert len([action for action in actions if isinstance(action, Ask)]) <= 1
        assert len([action for action in actions if isinstance(action, Close)]) <= 1
        told = [action.message for action in actions if isinstance(action, Say)]
        assert len(told) == len(set(told))
        assert all(readable(action, actions, case) for action in actions)
        assert step(catalog, case, before, event) == (state, actions)
    state, actions = step(catalog, case, state, Lapsed(NOW))
    assert state.closed


def readable(action: Action, actions: Sequence[Action], case: Case) -> bool:
    """Render it as the hospital does: a time can be promised only where this step alarmed."""
    if not isinstance(action, Ask | Say):
        return True
    known = {**load_tables("talk")["samples"], "dept": "", "date": "", "check": ""}
    if not any(isinstance(other, Alert) for other in actions):
        known |= {"due": "", "no": ""}
    return bool(render(action, load_catalog("zh"), case, known).line)


def steps(session: str, *said: str, case: Case | None = None) -> tuple[State, list[Action]]:
    """Say one thing after the other and return everything decided."""
    catalog, facts = load_catalog("zh"), case or Case(channel="web")
    state, actions = step(catalog, facts, State(tuple(session.split("+"))), Began(NOW))
    done = list(actions)
    for text in said:
        state, actions = step(catalog, facts, state, Said(NOW, text))
        done += actions
    return state, done


def kept(actions: list[Action]) -> list[str]:
    """Name the answers that were kept and withdrawn, with their form."""
    named = {Keep: "=", Withdraw: "-"}
    return [
        f"{named[type(action)]}{action.form}.{action.item}"
        for action in actions
        if isinstance(action, Keep | Withdraw)
    ]


def test_an_answer_asked_once_is_kept_for_every_form_that_asks_it() -> None:
    said = ("1", "1", "1", "1", "5", "3", "1", "36.5", "6.5", "1", "4", "1", "1", "1")
    _, actions = steps("fu-d3+wound+dm", *said)
    assert {"=fu-d3.feel", "=wound.trend", "=fu-d3.nrs", "=wound.nrs"} <= set(kept(actions))
    assert {"=fu-d3.med", "=dm.med"} <= set(kept(actions))


def test_a_form_that_joins_takes_over_what_is_known() -> None:
    _, actions = steps("fu-d3", "1", "1", "1", "2", "4")
    assert kept(actions)[-2:] == ["=fu-d3.red", "=wound.trend"]


def test_the_form_that_takes_an_answer_most_seriously_raises_the_alert() -> None:
    """Stopping the medicine is a concern of the ward, stopping insulin a matter of today."""
    said = ("1", "1", "1", "1", "9", "6.5", "1", "4", "1", "1", "1", "3")
    _, actions = steps("fu-d3+dm", *said)
    raised = [(action.level, action.rule) for action in actions if isinstance(action, Alert)]
    assert raised == [("L2", "DM.med")]


def test_a_corrected_answer_withdraws_what_it_had_led_to() -> None:
    _, actions = steps("fu-d3", "1", "1", "1", "1", "5", "6", "上一题", "上一题", "9")
    assert kept(actions)[-2:] == ["=fu-d3.red", "-fu-d3.nrs"]


def test_a_correction_left_alone_keeps_the_first_answer() -> None:
    state, actions = steps("fu-d3", "1", "1", "1", "2", "上一题", "怎么用")
    assert state.given["fu-d3.feel"].value == ("same",)
    assert isinstance(actions[-1], Ask)
    assert actions[-1].item == "feel"


def test_a_no_to_a_survey_stops_nothing_else() -> None:
    for survey in ("sat-ip", "sat-op", "noshow"):
        _, actions = steps(survey, "2" if survey == "noshow" else "3")
        assert not [action for action in actions if isinstance(action, StopContact)]


def test_a_state_written_before_a_field_was_added_can_be_read() -> None:
    older = to_json(State(("fu-d3",))).replace('"correcting":false,', "")
    assert from_json(older) == State(("fu-d3",))


@pytest.mark.parametrize("text", ["", "not json", "[]", '{"stage":"asleep"}'])
def test_what_is_no_state_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        from_json(text)
