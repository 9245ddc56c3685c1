"""Whole classes of replies: every wording of a class means the same, whoever writes it."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, Final

import pytest

from dialogs.reading.intents import Context, Intent, read_reply
from dialogs.reading.wishes import Wish, read_wish

SHANGHAI: Final = timezone(timedelta(hours=8))
MONDAY: Final = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
THURSDAY: Final = datetime(2026, 11, 26, 8, 30, tzinfo=SHANGHAI)
CLASSES: Final[list[dict[str, Any]]] = [
    entry
    for name in ("class_phrases.toml", "voice_phrases.toml")
    for entry in tomllib.loads(Path(__file__).with_name(name).read_text("utf-8"))["replies"]
]
CASES: Final = [
    pytest.param(context, one, id=f"{context}-{one.get('question', '')}-{one['meaning']}-{place}")
    for place, one in enumerate(CLASSES)
    for context in one["contexts"]
]


def meaning_of(text: str, context: str, question: str) -> object:
    """Read a reply of that Monday: the value of an answer, otherwise the intent."""
    booked = THURSDAY if context == Context.REMINDER else None
    reading = read_reply(text, Context(context), now=MONDAY, appointment=booked, question=question)
    answered = reading.intent in (Intent.ANSWER_YESNO, Intent.ANSWER_SCALE, Intent.ANSWER_NUMBER)
    value = list(reading.value) if isinstance(reading.value, tuple) else reading.value
    return value if answered else reading.intent.value


@pytest.mark.parametrize(("context", "one"), CASES)
def test_every_wording_of_a_class_means_the_same(context: str, one: dict[str, Any]) -> None:
    read = {text: meaning_of(text, context, one.get("question", "")) for text in one["words"]}
    meant = (type(one["meaning"]), one["meaning"])
    assert {text: got for text, got in read.items() if (type(got), got) != meant} == {}


NO_OPT_OUT: Final = (
    *("取消", "QX", "N", "不同意", "取消预约", "退号", "退费", "能退吗", "不要", "不用了", "别"),
    *("没收到短信", "报告怎么还没发", "停药了", "退烧了", "不要发到我爸手机上", "不用提醒我会来"),
    *("护士态度很烦", "烦请告知几点", "心烦", "停车难", "关门了吗", "推拿", "打扰了,问一下几点"),
    *("订阅", "停水了", "停一天行不行", "用不着提醒,我记着会来", "少发了一盒药", "传染吗"),
    # somebody else is no ban, and not every sound of one is one
    *(
        "别人发给我的",
        "别人都来了",
        "别的短信没收到",
        "别处看过了",
        "别家发的药",
        "别人来短信说改时间",
    ),
    *("憋尿憋得慌", "憋气", "胸口憋得慌", "憋再久也尿不出", "体检表再发我一份", "把表再发一遍"),
    *(
        "没办法了",
        "不药而愈",
        "你来信息了吗",
        "短信没来",
        "别来回改了",
        "不要来信息科",
        "别传给孩子",
    ),
    *("去不了,把我划掉吧", "去不了,把我的号划掉", "不去了,把号退掉", "能来,不用提醒"),
)
NO_DEATH: Final = (
    *("没", "没有", "号没了", "胃口没了", "要参加葬礼,去不了", "奔丧去外地了", "邻居办白事"),
    *("手机已经死了", "百年好合", "过时了"),
    *("喘得快断气了", "累得断气", "上气不接下气", "咽不下这口气", "怕他断气", "我爸断气了吗"),
    *("没等到号", "没等到医生就走了", "没等到手术床位", "没等到出院就好了", "没熬过夜", "熬过来了"),
    *("三七吃完了", "五七天", "做完五七天理疗", "过五七天再来", "以后事多来不了", "节后事情多"),
    *("住在殡仪馆对面", "天堂街那家店", "去世界公园", "去了天津", "归西安医院管", "骨灰级玩家"),
    *("周末上山拜佛", "清明要上坟", "给爸妈上坟去不了", "孩子夜里蹬腿", "手凉了", "整夜没合眼"),
    *("听说隔壁床昨天断气了", "邻居家出殡", "朋友的爸爸头七", "家里有白事去不了", "师傅的追悼会"),
    *("要给大伯守灵,改天", "给姑父守灵去不了", "随礼吃白事去", "从手术台下来了", "人没保住工作"),
)
NO_WRONG_PERSON: Final = (
    *("我不是高血压", "我不是很舒服", "我不是李医生的病人", "我不是不想来", "我不是王医生约的"),
    *("药打错了", "打错字了", "这不是我的药", "发错药了", "寄错药了", "把别人的药发我了"),
    *("别人的号我不要", "别人的短信我没看", "别人的号能转给我吗", "别人的报告发我看看"),
    *("我是送外卖的,周四没空", "这是单位的电话,打我手机", "这是我公司电话,有事打这个"),
    *("谁是王医生", "李主任是谁", "周四是谁坐诊", "哪个主任看", "哪位专家", "我在公司前台上班"),
    *("我是他女儿,不是患者", "我是家属不是患者本人", "我不是糖尿病患者", "我不是急诊病人"),
    *("我的医保卡去年才办的", "我号是昨天刚挂的", "我换了新号,记一下", "没听说过这个检查"),
    *("接到人家电话让我周五去", "接到别人电话说改期", "没挂过号,怎么挂", "这号才挂的"),
)


@pytest.mark.parametrize(
    ("wish", "texts"),
    [
        (Wish.OPT_OUT, NO_OPT_OUT),
        (Wish.DECEASED, NO_DEATH),
        (Wish.WRONG_PERSON, NO_WRONG_PERSON),
    ],
)
def test_words_that_only_resemble_a_wish_are_none(wish: Wish, texts: tuple[str, ...]) -> None:
    assert [text for text in texts if read_wish(text) is wish] == []


def test_a_plain_no_is_never_taken_for_a_death() -> None:
    assert read_wish("没") is None
    assert read_wish("没了") is Wish.MAYBE_DECEASED


@pytest.mark.parametrize(
    "text",
    [
        *("老人家已经上山了", "我妈闭眼了", "要给大伯守灵,改天", "家里刚办完丧事,改天"),
        *("我们刚把老爷子送走了", "她没等到手术那天", "他已经安息了", "给姑父守灵去不了"),
    ],
)
def test_what_may_be_a_death_is_left_to_a_nurse(text: str) -> None:
    assert read_wish(text) is Wish.MAYBE_DECEASED
    assert meaning_of(text, "reminder", "") == "unclear"


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        ("药是否按时服用?", "停了", False),
        ("您没有停药吧?", "停了", False),
        ("出院后有没有再出血?", "没了", False),
        ("家里有人照顾吗?", "没人", False),
        ("方便接受电话随访吗?", "别打电话", False),
    ],
)
def test_the_words_of_a_wish_may_answer_what_was_asked(
    question: str, text: str, *, value: bool
) -> None:
    assert meaning_of(text, "yesno", question) is value
