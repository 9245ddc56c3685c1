"""Dates and times in patients' and relatives' words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.reading.when import When, hear, read_when
from dialogs.reading.when.scanner import rules
from dialogs.reading.when.words import GRAMMAR
from tests.dialogs.calendars import official

SCENES = tomllib.loads(Path(__file__).with_name("when_phrases.toml").read_text("utf-8"))["scene"]
NOW = datetime(2026, 11, 24, 9, 30)  # noqa: DTZ001 - wall clock is what is given here
VISIT = datetime(2026, 11, 27, 9, 0)  # noqa: DTZ001


def _phrases() -> Iterator[tuple[str, datetime, datetime | None, str]]:
    for scene in SCENES:
        for text, expected in scene["phrases"].items():
            yield text, scene["now"], scene.get("appointment"), expected


def _written(wishes: tuple[When, ...]) -> str:
    return " | ".join(_one(wish, with_refusals=not place) for place, wish in enumerate(wishes))


def _one(when: When, *, with_refusals: bool) -> str:
    parts = [
        "..".join(str(day) for day in (when.date, when.date_end) if day),
        "..".join(f"{moment:%H:%M}" for moment in (when.time, when.time_end) if moment),
        when.period,
        when.mod,
        *(f"!{day}" for day in when.exclude if with_refusals),
    ]
    return " ".join(part for part in parts if part)


@pytest.mark.parametrize(("text", "now", "appointment", "expected"), list(_phrases()))
def test_a_wish_is_read_as_it_was_meant(
    text: str, now: datetime, appointment: datetime | None, expected: str
) -> None:
    assert _written(read_when(text, now, appointment=appointment)) == expected


def test_the_writers_own_words_are_the_evidence() -> None:
    heard = hear("聽日下晝得唔得，唔好星期五", NOW, appointment=VISIT)
    assert heard.words == ("聽日下晝", "星期五")
    assert heard.wishes[0].exclude == (date(2026, 11, 27),)


def test_moments_of_any_zone_are_read_on_the_local_clock() -> None:
    now = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # already the 25th in Shanghai
    assert read_when("明天", now) == (When(date=date(2026, 11, 26)),)
    local = now.astimezone(ZoneInfo("Asia/Shanghai"))
    assert read_when("明天", local) == read_when("明天", now)


def test_the_hospitals_calendar_says_how_long_a_holiday_is() -> None:
    now = datetime(2026, 4, 20, 9, 0)  # noqa: DTZ001
    assert _written(read_when("五一后第一个工作日", now, calendar=official())) == "2026-05-06"
    assert _written(read_when("过完五一", now, calendar=official())) == "2026-05-05 after"
    eve = datetime(2026, 2, 10, 9, 0)  # noqa: DTZ001
    assert _written(read_when("春节假期", eve, calendar=official())) == "2026-02-15..2026-02-23"


def test_a_wish_holding_only_refused_days_is_false() -> None:
    (wish,) = read_when("除了周四都行", NOW, appointment=VISIT)
    assert not wish
    assert wish.exclude == (date(2026, 11, 26),)


def test_a_lone_decimal_is_a_day_only_where_a_visit_may_be_moved() -> None:
    assert read_when("6.1", NOW) == ()
    assert read_when("12.5", NOW, appointment=VISIT) == (When(date=date(2026, 12, 5)),)


def test_before_the_month_that_runs_nothing_can_be_had() -> None:
    assert read_when("当月前", NOW) == ()


WORDS = st.lists(
    st.sampled_from(
        "今明后天下周一二三四五六日号月点半刻上午晚前到或改不行没空国庆腊初八年过完第最末那当"
        "1230:-/.,、 除了以推迟提小时个都吧吗间旬底礼拜期除夕伏至差"
    ),
    max_size=14,
).map("".join)


@settings(deadline=None)  # the first use of a festival computes its years
@given(WORDS, st.booleans())
def test_no_wish_lies_in_the_past(text: str, booked: bool) -> None:
    for wish in read_when(text, NOW, appointment=VISIT if booked else None):
        last = wish.date_end or wish.date
        assert last is None or last >= NOW.date()


@settings(deadline=None)
@given(st.text(max_size=40))
def test_nothing_that_can_be_typed_breaks_the_reader(text: str) -> None:
    assert read_when(text, NOW, appointment=VISIT) == read_when(text, NOW, appointment=VISIT)


def test_every_rule_begins_with_a_character_at_which_the_scanner_stops() -> None:
    stops = re.compile(GRAMMAR["fragments"]["starts"])
    for text, *_ in _phrases():
        for name, rule in rules().items():
            for found in rule.finditer(text):
                assert stops.match(found.group()), (name, found.group())
