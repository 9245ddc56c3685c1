"""Emergencies told by what they are like, despair veiled, and what only looks like either.

Nobody in it is real.
"""

from __future__ import annotations

import pytest

from dialogs.tagging.alarms import alarms_in
from dialogs.tagging.complaint import tag
from dialogs.tagging.danger import find_danger
from dialogs.tagging.urgency import urgent_kinds

EMERGENCIES = [
    "碗出溜到地上了，他还不知道",
    "拉的跟煤渣似的",
    "胸脯子跟塞了块砖",
    "那个眼儿滋血",
    "眼门前蒙了层黑纱",
    "娃一天没折腾",
    "弯成虾米了，一碰就叫",
    "笑起来半拉脸不动弹",
    "嘴皮子成了茄子色",
    "说三个字就得停下来倒一倒",
    "瘘那里不跳了，没有嗡嗡的了",
    "宝宝一天没湿过尿布，眼窝都抠进去了",
    "花生米呛进去了，现在咳不停脸都变色",
    "一条腿冰棍一样，摸不着脉",
    "眼睛胀得像要蹦出来，看灯有彩虹圈，还吐",
    "白细胞低，今天开始冷得牙打架",
    "大小便不知道了，屁股一圈木的",
    "胎心听不到了",
    "chest feels like an elephant sitting on it",
]
VEILED = [
    "药片一天省一粒，快够了",
    "她在那头一个人冷，我去给她做伴",
    "窗户没有栏杆，一迈就出去了",
    "下次随访不用打了，我那时候不在了",
    "别浪费号了，给能活的人吧",
    "再疼下去我就自己动手了",
    "炭买好了，窗户用胶带封了",
    "爸妈再生一个吧，我让你们失望了",
    "我和孩子都不该在这世上",
    "这是我最后一次麻烦你们",
    "i just want to disappear forever",
]
CALM = [
    "胎心监护做完了",
    "胎心都挺好，医生说正常",
    "孩子一天没闹腾，精神很好",
    "心里像吃了蜜一样甜",
    "感冒流鼻涕像水龙头一样",
    "吃了火龙果拉的红红的",
    "走完两公里出了一身汗，很舒服",
    "药攒了好多没吃完，能退吗",
    "最后一次换药是哪天",
    "把床位让给别人吧，我明天就出院",
    "东西归置好了，明天办手续",
    "日子选好了，十五号手术",
    "我选好日子了，周五上午去",
    "希望早点好起来，不拖累孩子",
    "我下线了，明天聊",
    "老伴走了三年了，现在跟女儿住，挺好",
    "没有胸痛、胸闷和气喘",
]


@pytest.mark.parametrize("text", EMERGENCIES)
def test_an_emergency_told_by_what_it_is_like_alarms(text: str) -> None:
    assert urgent_kinds(find_danger(text))


@pytest.mark.parametrize("text", VEILED)
def test_despair_that_names_no_death_is_answered_at_once(text: str) -> None:
    assert "M-CRISIS" in {danger.message for danger in find_danger(text)}


@pytest.mark.parametrize("text", CALM)
def test_what_only_looks_like_either_alarms_nobody(text: str) -> None:
    """By rules and weights together, as it is alarmed."""
    alarms = alarms_in(text, tag(text).urgent_type)
    assert [danger for danger in alarms if danger.level == "L1" and not danger.check] == []


def test_danger_in_the_midst_of_a_very_long_text_is_heard() -> None:
    filler = "".join(f"第{number}天我们在病房里等着，窗外下着雨。" for number in range(400))
    tags = tag(filler[:4000] + "我妈现在胸口疼得冒冷汗。" + filler[4000:])
    assert tags.urgent
