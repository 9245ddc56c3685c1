"""Whatever is written or pressed: a booking changes only after its day and time were read back."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs.appointments import actions as do
from dialogs.appointments.state import State, from_json, to_json
from dialogs.timing.words import date_text, weekday_text
from tests.dialogs.appointments.transcript import EVENT, MONDAY, DeskTalk, play, written

MANY = 50
WORDS = st.sampled_from(
    [
        *"01234569",
        "好",
        "好的",
        "是",
        "对",
        "确定",
        "不",
        "取消",
        "不来了",
        "改期",
        "改到下周三下午",
        "周五那个",
        "下午三点",
        "随便",
        "都不行",
        "算了不改了",
        "想约皮肤科",
        "想约中医科",
        "想约眼科",
        "想约个肠镜",
        "预约",
        "心内科",
        "我的预约",
        "怎么走",
        "出诊表",
        "申诉",
        "加入候补",
        "撤回",
        "人工",
        "2月31号",
        "看情况",
        "我会来的",
        "皮肤科那个",
    ]
)
KEYS = st.sampled_from(
    [
        *("confirm", "cancel", "give_up", "keep", "move", "yes", "no", "more", "s1", "s2", "s3"),
        *("v1", "v2", "c1", "c2", "p1", "take", "pass", "book", "wait", "again", "on_way"),
        *("accept", "late", "withdraw", "agree", "refuse", "human"),
    ]
)
PROMPTS = st.sampled_from(
    [
        "[prompt confirm v1]",
        "[prompt tomorrow v1]",
        "[prompt today v1]",
        "[prompt late v1]",
        "[prompt substitute v1]",
        "[prompt stopped v1]",
        "[prompt moved_by_hospital v1]",
        "[prompt booked v2]",
        "[prompt medicines v1]",
        "[prompt review patient=p1 clinic=xn clinic_name=心内科 on=11-27]",
        "[prompt recall patient=p1 clinic=xn clinic_name=心内科]",
        "[prompt freed offer=xn:11270900]",
        "[prompt answered v1 note=move]",
        "[prompt refused v1 note=move]",
        "[prompt book patient=p1 clinic=xn]",
    ]
)
LINES = st.one_of(
    WORDS.map(lambda word: f"> {word}"),
    st.text(min_size=1, max_size=8).map(lambda text: "> " + " ".join(text.split())),
    KEYS.map(lambda key: f"[press {key}]"),
    KEYS.map(lambda key: f"[press {key} before 1]"),
    PROMPTS,
    st.sampled_from(["[lapse]", "[after 5m]", "[after 400m]"]),
)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "elderly": st.just("yes"),
        "family": st.just("yes"),
        "consented": st.just("no"),
        "grabbed": st.just("yes"),
        "usual": st.just("xn"),
        "breaches": st.sampled_from(["1", "2"]),
    },
)


def _said(instant: datetime) -> tuple[str, ...]:
    day = instant.date()
    clock = f"{instant.hour}:{instant.minute:02}"
    return date_text(day), weekday_text(day), clock


def _changed(talk: DeskTalk, action: do.Action, starts: dict[str, datetime]) -> datetime | None:
    match action:
        case do.Cancel(visit):
            return starts[visit]
        case do.Move(_, slot) | do.Book(slot):
            return talk.book.slots[slot].starts
    return None


def _check(talk: DeskTalk, line: str) -> int:
    """Let one thing happen; return how many changes there were, each with its echo."""
    starts = {visit.id: visit.starts for visit in talk.book.visits.values()}
    done, changes = len(talk.deeds), 0
    list(play(talk, (line,)))
    for asked, action in talk.deeds[done:]:
        instant = _changed(talk, action, starts)
        if instant is not None:
            assert all(part in asked for part in _said(instant)), (asked, action)
            changes += 1
    return changes


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    channel=st.sampled_from(["web", "sms"]),
    chosen=SETTINGS,
    visits=st.integers(0, 2),
    lines=st.lists(LINES, min_size=1, max_size=10),
)
def test_nothing_changes_unless_its_day_weekday_and_time_were_just_asked_about(
    channel: str, chosen: dict[str, str], visits: int, lines: list[str]
) -> None:
    """Every text renders, every step ends, and no change comes without its echo."""
    talk = DeskTalk(MONDAY, channel, chosen)
    for number, line in enumerate(["xn 11-25 09:00", "pf 11-26 14:30"][:visits], 1):
        talk.put(number, line)
    for line in lines:
        if any(f" v{n}" in line and f"v{n}" not in talk.book.visits for n in (1, 2)):
            continue  # there is no such visit to prompt about
        _check(talk, line)


def test_every_change_of_every_written_talk_was_read_back_before() -> None:
    """The written talks hold many changes, so this cannot pass by nothing happening."""
    changes = 0
    for written_talk in written():
        talk = written_talk.talk()
        changes += sum(_check(talk, line) for line in written_talk.lines if EVENT.fullmatch(line))
    assert changes > MANY


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"stage":"nowhere"}', "not json"])
def test_what_is_no_state_of_the_desk_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_json(text)


def test_a_state_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValueError, match="not the state"):
        from_json(to_json(State()).replace('"turn"', '"tern"'))
