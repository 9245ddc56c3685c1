"""Giving out calls: fair, explained, and never to who is not there."""

from collections import Counter
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from handlers.fair_share import Call, Caller, Share, Why, share_out
from handlers.languages import languages_in

NAMES = ("an", "bao", "chen", "ding")
POOL = "XN:nurse"


@st.composite
def _days(draw: st.DrawFn) -> tuple[list[Call], list[Caller]]:
    """A day's calls of a ward, and who is there of those who might be."""
    there = draw(st.lists(st.sampled_from(NAMES), unique=True))
    callers = [
        Caller(
            name,
            skills=frozenset(draw(st.sets(st.just("specialist")))),
            languages=frozenset(draw(st.sets(st.sampled_from(["yue", "en"])))),
            load=draw(st.integers(0, 9)),
        )
        for name in there
    ]
    calls = [
        Call(
            UUID(int=number),
            POOL,
            languages=frozenset(draw(st.sets(st.sampled_from(["yue", "en"]), max_size=1))),
            high_risk=draw(st.booleans()),
            usual_caller=draw(st.sampled_from(["", "", *NAMES])),
        )
        for number in range(draw(st.integers(0, 30)))
    ]
    return calls, callers


@given(st.integers(0, 60), st.integers(1, 4), st.integers(0, 5))
def test_loads_of_equals_differ_by_one_at_most(calls: int, people: int, load: int) -> None:
    pool = [Caller(name, load=load) for name in NAMES[:people]]
    given_out = share_out([Call(UUID(int=n), POOL) for n in range(calls)], {POOL: pool})
    counted = Counter(share.username for share in given_out)
    loads = [counted[one.username] for one in pool]
    assert sum(loads) == calls
    assert max(loads) - min(loads) <= 1


@given(_days())
def test_the_usual_caller_keeps_an_elderly_patient(day: tuple[list[Call], list[Caller]]) -> None:
    calls, callers = day
    there = {one.username: one for one in callers}
    for call, share in zip(calls, share_out(calls, {POOL: callers}), strict=True):
        usual = there.get(call.usual_caller)
        kept = usual is not None and call.languages <= usual.languages
        assert (share.why is Why.USUAL_CALLER) is kept
        assert not kept or share.username == call.usual_caller


@given(_days())
def test_who_is_absent_or_does_not_speak_gets_nothing(
    day: tuple[list[Call], list[Caller]],
) -> None:
    calls, callers = day
    there = {one.username: one for one in callers}
    for call, share in zip(calls, share_out(calls, {POOL: callers}), strict=True):
        able = [one for one in callers if call.languages <= one.languages]
        assert bool(share.username) is bool(able)
        assert not share.username or call.languages <= there[share.username].languages


@given(_days())
def test_the_same_day_is_given_out_the_same_way(day: tuple[list[Call], list[Caller]]) -> None:
    calls, callers = day
    once = share_out(calls, {POOL: callers})
    assert share_out(calls, {POOL: list(reversed(callers))}) == once
    assert [share.call for share in once] == [call.id for call in calls]


def test_high_risk_goes_to_a_specialist_even_one_with_more_to_do() -> None:
    pool = [Caller("an"), Caller("bao", skills=frozenset({"specialist"}), load=5)]
    calls = [Call(UUID(int=1), POOL, high_risk=True), Call(UUID(int=2), POOL)]
    assert share_out(calls, {POOL: pool}) == [
        Share(UUID(int=1), "bao", Why.SPECIALIST),
        Share(UUID(int=2), "an", Why.FEWEST),
    ]


def test_a_call_nobody_can_make_stays_with_the_ward_and_says_why() -> None:
    cantonese = Call(UUID(int=1), POOL, languages=languages_in(["粤语", "轮椅"]))
    (alone,) = share_out([cantonese], {})
    assert (alone.username, alone.why) == ("", Why.NOBODY_HERE)
    (unheard,) = share_out([cantonese], {POOL: [Caller("an")]})
    assert (unheard.username, unheard.why) == ("", Why.NOBODY_SPEAKS)
    spoken = Caller("bao", languages=languages_in(["yue"]), load=3)
    (heard,) = share_out([cantonese], {POOL: [Caller("an"), spoken]})
    assert (heard.username, heard.why) == ("bao", Why.LANGUAGE)
