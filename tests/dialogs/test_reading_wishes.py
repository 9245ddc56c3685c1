"""Wishes that outrank the question asked, and what must not be taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.reading.wishes import Wish, read_wish, tells_of_death

READ_AS: dict[Wish, tuple[str, ...]] = {
    Wish.DECEASED: (
        *(
            "他已经去世了",
            "老人不在了",
            "人没抢救过来",
            "上周过世了",
            "大出血没抢救过来",
            "病故",
            "人没了",
        ),
        *(
            "我妈上个月过世了,别再发了",
            "已经不在了",
            "老伴前天走完了最后一程,去世了",
            "我爸昨天死了",
        ),
        *("佢過身咗", "抢救无效", "没能挺过来", "父亲已离世", "老爷子上个月不在了"),
    ),
    Wish.MAYBE_DECEASED: (
        "我爸走了",
        "走了",
        "老人昨天走了",
        "他没了",
        "我爸走了,我妈现在胸闷",
        "老伴上周走了",
    ),
    Wish.OPT_OUT: (
        *(
            "退订",
            "TD",
            "td",
            "T",
            "R",
            "Ｔ",
            "退订T",
            "回T退订",
            "拒收",
            "拒收R",
            "STOP",
            "0000",
            "取消关注",
        ),
        *(
            "不要再发",
            "别发了",
            "别再发了",
            "别再联系",
            "别烦我",
            "不要再发短信了",
            "唔好再send嚟",
            "退訂",
            "取消订阅",
        ),
        *(
            "俺不要恁这短信",
            "停止发送",
            "不想收到你们的消息",
            "以后别再给我发了",
            "请勿打扰",
            "【退订】",
            "别再打扰我了",
        ),
    ),
    Wish.HUMAN: (
        *(
            "人工",
            "转人工",
            "我要人工",
            "找人",
            "护士",
            "客服",
            "求助",
            "医生电话",
            "有没有真人",
            "轉人工",
        ),
        *(
            "给我回个电话",
            "去不了,请打给我",
            "让陈护士回我个电话",
            "别让机器人跟我聊",
            "搵個真人同我傾",
            "人工服务",
        ),
        *("叫个活人来", "找你们管事的", "我要跟护士站的人讲话"),
    ),
    Wish.WRONG_PERSON: (
        *(
            "打错了",
            "发错了",
            "不认识",
            "你找谁",
            "没这个人",
            "你们打错电话了",
            "不认识这个人",
            "号码换主人了",
        ),
        *("我不是病人", "这不是他的手机", "發錯人了"),
    ),
    Wish.BLAME: (
        "伤口流脓是你们消毒不干净",
        "我要起诉你们",
        "必须赔偿",
        "找律师了",
        "等着上热搜",
        "发抖音曝光你们",
    ),
    Wish.COMPLAINT: (
        "我要投诉",
        "态度太差了我要投诉",
        "举报",
        "找院长",
        "12345见",
        "投诉你们护士",
        "我要投訴",
    ),
    Wish.CORRECT: (
        *(
            "改一下上一题",
            "上一题选错了",
            "我要改",
            "按错了",
            "返回上一题",
            "选错了",
            "刚才点错了",
            "手滑按错",
        ),
    ),
    Wish.SKIP: ("跳过", "下一题", "不想答", "这题不想回答", "跳過", "pass", "略过"),
    Wish.REPEAT: (
        "再说一遍",
        "没看清",
        "没看懂",
        "什么意思",
        "啥意思",
        "再发一遍",
        "没听清楚你问什么",
    ),
    Wish.LATER: (
        *(
            "等会儿",
            "不方便",
            "现在开会",
            "晚点",
            "忙着呢",
            "改天再说",
            "现在没空",
            "在开车",
            "晚上再说",
        ),
        *("等下再回你", "正在开会", "有空再说", "晚點", "现在有事"),
    ),
    Wish.HELP: ("帮助", "怎么用", "怎么回", "不会用", "不知道怎么回", "help"),
    Wish.RESUBSCRIBE: ("恢复", "重新接收", "恢复接收", "恢復"),
    Wish.FAMILY: (
        "我是他女儿",
        "我是家属",
        "我是患者的儿子",
        "替他回的",
        "我帮他看手机",
        "我是她老公",
        "我是他老伴",
    ),
    Wish.CONTINUE: ("继续", "继续吧", "繼續", "接着答"),
}
NO_WISH = (
    *(
        "我走了,下次聊",
        "走了一万步",
        "我走了一圈",
        "不在家",
        "不在医院了",
        "以前去世的亲人",
        "我爸走了两公里",
    ),
    *(
        "退烧了",
        "退烧药",
        "TCT",
        "做TCT检查",
        "T恤",
        "R型",
        "人工关节那里痛",
        "人工晶体",
        "人工流产",
        "试管人工授精",
    ),
    *(
        "恢复得很好",
        "恢复期",
        "完全恢复",
        "不投诉",
        "没有投诉",
        "不要再发烧了",
        "别发炎就好",
        "大便不方便",
    ),
    *(
        "好的",
        "1",
        "",
        "都好",
        "胸痛",
        "护士很好",
        "谢谢护士小王",
        "医生说没事",
        "药发错了",
        "针打错了",
        "取消",
    ),
    *(
        "我没有预约啊",
        "在别的医院住院",
        "医生几点下班",
        "没了",
        "疼死了",
        "走路疼",
        "昨天那个药还要吃吗",
    )[:3],
    *(
        "力气没了",
        "胃口没了",
        "护士走了",
        "医生走了",
        "他走了两步",
        "邻居去世了",
        "听说隔壁床去世了",
    ),
)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        pytest.param(text, wish, id=f"{wish}-{text}")
        for wish, texts in READ_AS.items()
        for text in texts
    ],
)
def test_a_wish_is_understood(text: str, wish: Wish) -> None:
    assert read_wish(text) is wish


@pytest.mark.parametrize("text", NO_WISH)
def test_what_only_sounds_like_a_wish_is_none(text: str) -> None:
    assert read_wish(text) is None


@pytest.mark.parametrize("text", ["走了", "我爸走了", "差点去世", "怕我妈去世", "等我不在了"])
def test_an_unclear_or_feared_death_is_not_told_as_a_death(text: str) -> None:
    assert not tells_of_death(text)


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_nothing_that_can_be_typed_breaks_the_reader(text: str) -> None:
    assert read_wish(text) is read_wish(text)


@given(st.text("我爸妈走了不在发退订死没人工,。 ", max_size=2000))
@settings(max_examples=100, deadline=None)
def test_words_of_wishes_in_any_order_are_read_without_a_fault(text: str) -> None:
    assert read_wish(text) in {None, *Wish}
