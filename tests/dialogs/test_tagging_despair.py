"""Despair in many voices, and what only sounds like it; nobody in it is real."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.tagging import corpus
from dialogs.tagging.complaint import tag
from dialogs.tagging.corpus import read_corpus
from dialogs.tagging.danger import find_danger
from dialogs.tagging.tags import UrgentType
from dialogs.tagging.urgency import urgent_kinds

CORPUS = Path(corpus.__file__).with_name("corpus") / "ordinary.tsv"
EVERYDAY = [row.text for row in read_corpus(CORPUS.read_text("utf-8").splitlines())]

BURDEN = [
    "没有我，你们日子会好过些",
    "我不想当儿女的包袱了",
    "我少活一天，家里就少花一天的钱",
    "与其拖累全家，人财两空，不如早点走",
    "我这种人还活着干什么",
]
MEANS = [
    "我把每天那片安定都攒起来了",
    "哪种药吃了能睡死",
    "刀片就在手里",
    "绳子已经挂到房梁上",
    "想找辆大货车撞上去",
    "我控制不住又划自己胳膊",
]
PLACES = ["我在楼顶坐着，风很大", "站在窗台边很久了，不想回头", "我走到铁轨边了"]
FAREWELLS = [
    "儿子，妈先走了，好好照顾你爸",
    "谢谢你们，忘了我吧",
    "各位保重，后会无期",
    "这是最后一次跟你们说话",
    "等你看到这条消息，我应该已经不在了",
    "猫托付给邻居了，我可以放心走了",
    "下辈子再做你们的女儿",
]
ENDINGS = [
    "睡过去就好了",
    "明天的太阳我不看了",
    "眼睛一闭，什么都不用管",
    "受够这个罪了，不如走了",
    "我想早点去陪老伴",
    "就这样结束吧",
    "活够了",
    "不活了",
    "我要死",
]
SPELLINGS = [
    "唔想做人喇",
    "不想活哒",
    "活起没得意思",
    "生無可戀",
    "4了算了",
    "想si",
    "想zisha",
    "不想huo了",
    "俺不活了",
    "i don't want to live anymore",
]

LEFT_BEHIND = [
    "信写好了压在枕头底下，你们别找我",
    "给爸妈的信放书桌抽屉里了，密码也写在里面",
    "如果明天你们联系不上我，不用找",
    "过几天要是看不到我，就别寻了",
    "老伴走了半年，我真想跟他去了",
    "她都去了，我还有啥活头",
    "干脆随老头子一块走算了",
    "我不想火了",
    "真的话不下去了",
    "我姐给我转了三万块，说替我照顾爸妈，电话打不通了",
    "我把卡里的钱都转给女儿了，好好过，我走了",
    "儿子发了句对不起就关机了，他一直有抑郁症",
    "我要去找我儿子了，他在那边等我，都别惦记",
    "我闺女留了张字条就不见了，打不通电话，双相",
]
TOLD_ASIDE = [
    "差半步我就下去了，没人知道",
    "轻生的念头又冒出来了",
    "怎么走才不吓到我妈",
    "从十楼跳下去疼不疼",
    "刚把一整瓶药吞了",
    "水没到胸口了",
    "往前一步就都结束了",
    "拔了管子一了百了",
    "明年的桃花你们替我看",
    "人生这号我注销了",
    "孩子没有我也能长大",
    "爷爷自己把寿衣穿上了",
]
OVER_OR_NEVER = [
    "以前天天想死，治了半年，现在盼着抱孙子呢",
    "那年我妹妹想不开，现在都当妈了，好着呢",
    "电视剧里那个女的跳楼了，看得我难受",
    "感谢信写好了放护士站桌上了",
    "介绍信写好放抽屉里了",
    "钱我转给我老公了，他去窗口缴",
    "老伴去了菜场，我跟她一起去的",
    "护士你忙你的，不用管我",
    "十年前我也割过腕，后来走出来了，如今上班都三年了",
    "我爸是跳楼走的，十几年前的事了",
    "寿衣店在哪边，朋友托我问",
    "周末想坐跳楼机",
    "我走了，去缴费",
    "最后一次麻烦您帮我改时间",
    "药全吃完了，还能再开吗",
    "桥上风大，帽子吹跑了",
    "把自己关屋里写作业",
    "过了今晚就能吃饭了",
    "我爱人已经不在人世了",
    "下水游泳，水到腰了",
]
ORDINARY = [
    "笑死我了",
    "饿死了，几点开饭",
    "等死人了，前面还有六个",
    "我爸走了，去菜场了",
    "我先走了，下周再来复查",
    "谢谢你们，再见",
    "以后不用再给我打电话了，我都好了",
    "最后问一句，几号拆线",
    "药都吃了，一天三次",
    "吃完药有点困，想睡觉",
    "过了今晚十二点不能喝水是吧",
    "每天去江边散步半小时",
    "以后用不着拐杖了",
    "放心吧，我不会想不开的",
    "没想过死，就是睡不好",
    "剪指甲剪到肉了",
    "腱鞘手术的手腕什么时候拆线",
    "保重身体，别太累，谢谢",
    "今晚是最后一晚住院",
    "我自己",
    "我自己来就行",
    "病房脏死了也没人打扫",
]
ANGER = [
    "排了三个小时的队，死了算了",
    "等得我想死，叫号能不能快点",
    "抢号抢到想死",
    "约个检查要排到下辈子",
]


@pytest.mark.parametrize(
    "text", [*BURDEN, *MEANS, *PLACES, *FAREWELLS, *ENDINGS, *SPELLINGS, *LEFT_BEHIND, *TOLD_ASIDE]
)
def test_despair_alarms_however_it_is_told(text: str) -> None:
    assert any((flag.kind, flag.level) == ("crisis", "L1") for flag in find_danger(text))
    assert UrgentType.SELF_HARM in tag(text).urgent_type


@pytest.mark.parametrize("text", ORDINARY)
def test_what_only_sounds_like_despair_alarms_nobody(text: str) -> None:
    assert all(flag.kind != "crisis" for flag in find_danger(text))
    assert UrgentType.SELF_HARM not in tag(text).urgent_type


@pytest.mark.parametrize("text", OVER_OR_NEVER)
def test_despair_long_overcome_or_seen_in_a_film_needs_nobody_within_minutes(text: str) -> None:
    assert UrgentType.SELF_HARM not in urgent_kinds(find_danger(text))


@pytest.mark.parametrize("text", ANGER)
def test_dying_of_a_queue_is_anger(text: str) -> None:
    assert all(flag.kind != "crisis" for flag in find_danger(text))


def test_ordinary_messages_hardly_ever_alarm_for_despair() -> None:
    """One in a hundred at most, among messages written without a thought of despair."""
    alarmed = [text for text in EVERYDAY if any(f.kind == "crisis" for f in find_danger(text))]
    assert len(alarmed) <= len(EVERYDAY) / 100
