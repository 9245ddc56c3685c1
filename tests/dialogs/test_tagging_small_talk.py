"""Small talk alarms nobody; debts, gifts and children despaired over do, and threats to anybody."""

import tomllib
from pathlib import Path
from typing import Final

import pytest

from dialogs.tagging.alarms import alarms_in
from dialogs.tagging.complaint import tag
from dialogs.tagging.danger import find_danger
from dialogs.tagging.red_flag import Danger
from dialogs.tagging.tags import UrgentType
from dialogs.tagging.urgency import urgent_kinds

SMALL_TALK: Final = tomllib.loads(
    Path(__file__).with_name("small_talk.toml").read_text(encoding="utf-8")
)["phrases"]
DESPAIR: Final = [
    "腿一伸，啥债都清了",
    "我要是走了，那些欠条就作废了",
    "一咽气，啥苦也不用吃了",
    "老伴把棉衣都分给邻居，说这个冬天用不着了",
    "儿子把游戏号、球鞋全送人了，说用不着了",
    "成晚都想攬住個女一齊跳落街",
    "产后老想拉着孩子往车轮下冲",
    "打什么针走得安静一点",
    "有冇食咗唔痛就走得嘅药",
    "下车了，各位",
]
THREATS: Final = [
    "逮着哪个穿白褂的就揍哪个",
    "谁都别想好过",
    "大不了一起完蛋",
    "他敢出这个门，我就让他躺着回去",
]
HARMLESS: Final = [
    "麻药一打两眼一闭就做完了",
    "贷款还清了，一身轻松",
    "抱着宝宝一起跳舞，开心",
    "有什么药吃了胃不痛",
    "见一个问一个，都说不知道",
    "我砍柴的，多久能上山",
    "追剧追到男二跳河，难过",
    "看了部电影，主角最后割腕，唉",
    "想你们想死了",
    "我写信给院长了，等回复",
    "自杀那题我选从不",
    "想死？没有没有，我好着呢",
    "从来没想过自杀",
    "树枝把胳膊划了几道，要打破伤风吗",
    "嘴笨不会说话，就是心里感激",
    "孩子烧到39度5了",
]


def _alarming(text: str) -> list[Danger]:
    """What alarms at once, by rules and weights together."""
    alarms = alarms_in(text, tag(text).urgent_type)
    return [danger for danger in alarms if danger.level == "L1" and not danger.check]


@pytest.mark.parametrize("text", SMALL_TALK)
def test_small_talk_alarms_nobody(text: str) -> None:
    assert _alarming(text) == []


@pytest.mark.parametrize("text", HARMLESS)
def test_films_trades_denials_and_gifts_alarm_nobody(text: str) -> None:
    assert _alarming(text) == []


def test_a_wheelchair_given_away_by_who_walks_again_is_despair_to_no_rule() -> None:
    """The weights ask back all the same: too near to gifts before their time."""
    assert find_danger("我爸把轮椅送人了，说用不着了，走得可好了") == ()


@pytest.mark.parametrize("text", DESPAIR)
def test_an_end_of_debts_gifts_before_their_time_and_a_child_taken_along_are_despair(
    text: str,
) -> None:
    assert UrgentType.SELF_HARM in urgent_kinds(find_danger(text))


@pytest.mark.parametrize("text", THREATS)
def test_whoever_threatens_all_and_everybody_is_heard(text: str) -> None:
    assert UrgentType.VIOLENCE in urgent_kinds(find_danger(text))


def test_a_threat_to_others_is_no_despair() -> None:
    assert tag("大不了一块儿死，一个都别想好过").urgent_type == (UrgentType.VIOLENCE,)
