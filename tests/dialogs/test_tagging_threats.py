"""Threats of violence, and words of force that threaten nobody; nobody in them is real."""

from __future__ import annotations

import pytest

from dialogs.tagging.danger import find_danger
from dialogs.tagging.tags import UrgentType
from dialogs.tagging.urgency import urgent_kinds

THREATS = [
    "那个医生的手我迟早给他剁了",
    "今天谁值班我就弄死谁，等着",
    "我哥拿着锤子往你们骨科去了，说要砸死那个大夫",
    "腿给他打断，看他还横",
    "抡起凳子就往护士头上砸",
    "你再不给个说法，我砍死你",
]
HARMLESS = [
    "一个伤风喊我输七天液，这不是宰人嘛是啥子",
    "保安动手推倒我老伴，已经报警立案了",
    "带了拐棍，走路稳当",
    "我们村早年有人拿刀闹过卫生院，判了三年",
    "推销员堵着门推销",
    "新闻里说有人砍了医生，你们也要当心啊",
    "明天动手术，几点到",
    "知道要排队，早有准备，带了小板凳",
]


@pytest.mark.parametrize("text", THREATS)
def test_a_threat_to_somebodys_body_alarms(text: str) -> None:
    assert UrgentType.VIOLENCE in urgent_kinds(find_danger(text))


@pytest.mark.parametrize("text", HARMLESS)
def test_old_news_and_words_of_everyday_threaten_nobody(text: str) -> None:
    assert UrgentType.VIOLENCE not in urgent_kinds(find_danger(text))
