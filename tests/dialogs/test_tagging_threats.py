"""Threats of violence by their parts, and words of force that threaten nobody; none is real."""

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
    "我就堵在那个姓马的诊室外，不信他不出来",
    "你转告那个大夫，走路当心点",
    "他儿子在哪上学我踩过点了",
    "我喊了一帮兄弟，今天把你们大门封了",
    "我手里有棍子，谁拦打谁",
    "煤气罐我推到你们大厅了",
    "非揍他一顿不可",
    "让那个主任也躺躺手术台，不打麻药的",
    "大不了坐牢，我认了",
    "看看咱们谁先进棺材",
    "那个家属嚷着要收拾护士，你们当心",
    "声音让我捅了那个医生",
    "前夫在走廊打我",
    "把值班大夫锁在办公室了",
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
    "再偷吃我就揍他，这个老头",
    "硫酸氢氯吡格雷几点吃",
    "下刀子我也来复查",
    "我要跟糖尿病拼到底",
    "新闻里医生被捅，你们要保重",
    "菜刀磨得太快切到手",
    "在门口等你们，打车到了",
    "那个大夫让我小心点伤口",
    "叫主任小心身体，别太累",
    "我坐在楼下等我老婆下班",
    "找个人帮我弄一下手机",
    "我弟弟下午带人来抬轮椅接我出院",
]


@pytest.mark.parametrize("text", THREATS)
def test_a_threat_to_somebodys_body_alarms(text: str) -> None:
    assert UrgentType.VIOLENCE in urgent_kinds(find_danger(text))


@pytest.mark.parametrize("text", HARMLESS)
def test_old_news_and_words_of_everyday_threaten_nobody(text: str) -> None:
    assert UrgentType.VIOLENCE not in urgent_kinds(find_danger(text))
