"""When a complaint is filed: never behind the patient's back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.complaints import actions as do
from dialogs.complaints.phrases import (
    asks_how,
    asks_progress,
    is_abusive,
    names_filing,
    numbers_in,
    takes_back,
    wants_secrecy,
)
from dialogs.complaints.state import Stage, State, from_json, to_json
from dialogs.reading.normal import normalise
from tests.dialogs.complaints.transcript import MONDAY, DeskTalk

SAID = (
    "1",
    "2",
    "3",
    "登记",
    "好",
    "好的",
    "不用了",
    "算了",
    "等太久了",
    "护士态度很差",
    "我要投诉",
    "投诉",
    "举报你们收费",
    "听说有人投诉",
    "投诉电话多少",
    "再这样我就投诉了",
    "不投诉了",
    "取消投诉",
    "我的投诉到哪一步了",
    "TS-20261123-001",
    "匿名",
    "谢谢",
    "李护士特别细心",
    "去死吧",
    "药怎么吃",
    "伤口有点红",
    "昨天下午那个窗口",
)
EVENTS = st.one_of(
    st.tuples(st.sampled_from(["say", "more", "beside", "later"]), st.sampled_from(SAID)),
    st.tuples(st.just("say"), st.text(max_size=30)),
    st.tuples(st.just("wait"), st.sampled_from(["20", "130", "1500"])),
    st.tuples(st.just("press"), st.sampled_from(["file", "opinion", "no", "yes", "5", "accept"])),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(EVENTS, max_size=12))
def test_nothing_is_filed_without_the_word_or_an_answer_to_the_question(
    events: list[tuple[str, str]],
) -> None:
    """投诉 or 举报 in the words, or the question whether to register, answered just before."""
    talk = DeskTalk(MONDAY)
    for name, words in events:
        asked = talk.state.stage is Stage.ASKED
        before = len(talk.deeds)
        _happen(talk, name, words)
        for deed in talk.deeds[before:]:
            if isinstance(deed, do.File):
                plain = normalise(words).lower()
                spelled = any(word in plain for word in ("投诉", "举报", "tousu", "toushu"))
                assert spelled if deed.explicit else asked
                assert deed.explicit == (name != "press" and spelled)


def _happen(talk: DeskTalk, name: str, words: str) -> None:
    match name:
        case "wait":
            talk.now = talk.now + timedelta(minutes=int(words))
        case "press":
            list(talk.press(words))
        case "beside":
            list(talk.beside(words))
        case "later":
            list(talk.later(words))
        case _:
            list(talk.hear(words, follows=name == "more"))


@pytest.mark.parametrize(
    "text",
    [
        "我要投诉",
        "投诉!",
        "我要舉報",
        "投诉你们骨科",
        "必须投诉,太欺负人了",
        "我要投诉,怎么没人管",
        "不解决我就投诉到底,我现在就要投诉",
        "这事我一定要举报",
        "tousu",
        "帮我登记一个投诉",
        "不是表扬,是投诉",
        "我现在正式向贵院投诉三楼护士站",
    ],
)
def test_who_says_so_files(text: str) -> None:
    assert names_filing(text)


@pytest.mark.parametrize(
    "text",
    [
        "投诉电话是多少",
        "怎么投诉",
        "去哪里投诉啊",
        "可以投诉吗",
        "我不投诉",
        "我不是要投诉,就是说说",
        "没想过投诉你们",
        "听说隔壁床投诉了",
        "再这样我就投诉了",
        "别逼我投诉",
        "信不信我投诉你",
        "取消投诉",
        "我的投诉怎么样了",
        "上周投诉的事没人回",
        "我已经投诉过了",
        "等太久了",
        "态度太差",
        "",
    ],
)
def test_who_denies_asks_or_threatens_does_not_file(text: str) -> None:
    assert not names_filing(text)


@pytest.mark.parametrize(
    "text",
    [
        *("我会投诉的", "我一定会去投诉你们", "我将向卫健委投诉", "我保留投诉的权利"),
        *("我有权投诉", "随时可以举报你们", "我会继续举报"),
        *("张护士别人投诉她,我觉得她挺好", "有人投诉过你们吧", "隔壁床家属要投诉你们"),
        *("其他病人都投诉她", "他们也投诉了"),
        *("我投诉有什么用,活着也没意思了", "投诉了也没用", "投诉你们有用吗", "举报又能管用?"),
    ],
)
def test_what_is_announced_done_by_others_or_given_up_is_not_filed(text: str) -> None:
    """The right to complain is no complaint yet."""
    assert not names_filing(text)


@pytest.mark.parametrize(
    "text",
    [
        *("别人都投诉了,我也要投诉", "我要投诉,别跟我说投诉没用", "医生会诊没来,我要投诉"),
        *("社会投诉电话打不通,我现在要投诉", "我要向医务科投诉", "人家不管,我投诉"),
        *("我要投诉,我有权知道结果", "护士会骂人,投诉她"),
    ],
)
def test_what_stands_beside_such_words_is_filed_all_the_same(text: str) -> None:
    assert names_filing(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("TS-20261122-001", ("TS-20261122-001",)),
        ("ts20261122-1", ()),
        ("查一下TS20261122001", ("TS-20261122-001",)),
        ("TS-20261122-001和TS-20261122-002", ("TS-20261122-001", "TS-20261122-002")),
        ("A20261122-001", ()),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, numbers: tuple[str, ...]) -> None:
    assert numbers_in(text) == numbers


@pytest.mark.parametrize("text", ["匿名", "别让科室知道", "不要告诉护士是我", "怕他们报复我"])
def test_secrecy_is_heard(text: str) -> None:
    assert wants_secrecy(text)


@pytest.mark.parametrize("text", ["不用匿名,实名也行", "医生没告诉我", "不让家属陪护"])
def test_what_only_sounds_like_secrecy_is_none(text: str) -> None:
    assert not wants_secrecy(text)


@pytest.mark.parametrize("text", ["你们都是骗子", "一群畜生", "傻逼医院", "滚蛋"])
def test_insults_are_heard(text: str) -> None:
    assert is_abusive(text)


@pytest.mark.parametrize(
    "text", ["等了他妈三个小时", "气死我了", "护士骂我是傻逼", "太差劲了", "垃圾没人倒"]
)
def test_an_oath_or_what_others_said_is_no_insult(text: str) -> None:
    assert not is_abusive(text)


@pytest.mark.parametrize("text", ["怎么投诉", "投诉电话", "能投诉吗"])
def test_who_asks_how_is_told_how(text: str) -> None:
    assert asks_how(text)


@pytest.mark.parametrize("text", ["投诉处理得怎么样了", "到哪一步了", "反映的事有结果吗"])
def test_who_asks_how_it_stands_is_told(text: str) -> None:
    assert asks_progress(text)


@pytest.mark.parametrize("text", ["不投诉了", "撤销投诉", "取消我的投诉", "投诉撤了吧"])
def test_a_complaint_is_taken_back_by_its_name(text: str) -> None:
    assert takes_back(text)


def test_a_state_of_another_version_is_no_state() -> None:
    other = to_json(State()).replace('"version":1', '"version":99')
    with pytest.raises(ValueError, match="another version"):
        from_json(other)


@pytest.mark.parametrize("text", ["{}", "[]", "null", '{"version":1,"stage":"nowhere"}'])
def test_what_is_no_state_is_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"state|nowhere"):
        from_json(text)
