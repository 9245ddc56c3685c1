"""A coming moment in a patient's words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.reading.moments import read_moment

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 22, 10, 20, tzinfo=SHANGHAI)  # a Sunday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今天下午", "11-22 15:00"),
        ("明天上午", "11-23 09:00"),
        ("后天", "11-24 09:00"),
        ("大后天", "11-25 09:00"),
        ("晚上", "11-22 19:00"),
        ("今晚", "11-22 19:00"),
        ("中午", "11-22 12:00"),
        ("下周一", "11-23 09:00"),
        ("下周一下午", "11-23 15:00"),
        ("周三", "11-25 09:00"),
        ("周日晚上", "11-22 19:00"),
        ("下下周五", "12-04 09:00"),
        ("半小时后", "11-22 10:50"),
        ("半个小时以后", "11-22 10:50"),
        ("两小时后", "11-22 12:20"),
        ("一个半小时后", "11-22 11:50"),
        ("过十分钟", "11-22 10:30"),
        ("三天后", "11-25 10:20"),
        ("两点半", "11-22 14:30"),
        ("下午三点", "11-22 15:00"),
        ("明早九点", "11-23 09:00"),
        ("明天晚上8点", "11-23 20:00"),
        ("晚上七点一刻", "11-22 19:15"),
        ("15:30", "11-22 15:30"),
        ("25号", "11-25 09:00"),
        ("12月1日上午", "12-01 09:00"),
        ("聽日下晝", "11-23 15:00"),
        ("明儿早上", "11-23 08:00"),
        ("早上八点", "11-23 08:00"),
        ("下午3点再打给我吧", "11-22 15:00"),
    ],
)
def test_a_coming_moment_is_read(text: str, expected: str) -> None:
    moment = read_moment(text, NOW)
    assert moment is not None
    assert moment.strftime("%m-%d %H:%M") == expected
    assert moment.tzinfo is SHANGHAI


@pytest.mark.parametrize(
    "text",
    [
        "",
        "等会儿",
        "好的",
        "今天早上八点",
        "今天上午",
        "昨天下午",
        "99点",
        "我忙",
        "一般",
        "不知道",
    ],
)
def test_the_past_and_the_vague_are_no_moment(text: str) -> None:
    assert read_moment(text, NOW) is None


@given(st.text("今明后天周下一二三四五半两小时点分后上午晚月日号0123456789", max_size=30))
def test_a_moment_always_lies_ahead(text: str) -> None:
    moment = read_moment(text, NOW)
    assert moment is None or moment > NOW


@given(st.text())
def test_nothing_that_can_be_typed_breaks_the_reader(text: str) -> None:
    assert read_moment(text, NOW) == read_moment(text, NOW)
