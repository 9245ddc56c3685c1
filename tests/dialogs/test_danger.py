"""Red flags: the phrases of the specification, and many more in many voices."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.tagging.blame import is_blame
from dialogs.tagging.danger import Danger, find_danger

CHEMO = frozenset({"chemo"})
CHILD = frozenset({"child"})
PHRASES = tomllib.loads(Path(__file__).with_name("danger_phrases.toml").read_text("utf-8"))
URGENT, CALM = PHRASES.pop("urgent"), PHRASES.pop("calm")


def first(text: str, *, tags: frozenset[str] = frozenset(), asked: str = "") -> tuple[str, str]:
    """Return level and message of the most urgent flag, in the words of the phrase list."""
    found = find_danger(text, tags=tags, asked=asked)
    return (_level(found[0]), found[0].message) if found else ("none", "")


def _level(danger: Danger) -> str:
    if danger.kind == "bystander":
        return "stranger"
    return "check" if danger.check and danger.level == "L2" else danger.level


@pytest.mark.parametrize(
    ("number", "text", "level", "message"),
    [
        (7, "没有胸痛", "none", ""),
        (8, "胸痛没有好转", "L1", "M-RF1"),
        (9, "没有好转,胸痛", "L1", "M-RF1"),
        (10, "昨天不发烧了", "none", ""),
        (11, "又发烧了39", "L2", "M-RF2"),
        (12, "人工关节那里痛", "none", ""),
        (14, "退烧了", "none", ""),
        (26, "伤口流脓是你们消毒不干净", "L2", "M-RF2"),
        (27, "想死你们了", "none", ""),
        (28, "不想活了", "L1", "M-CRISIS"),
        (32, "昨天那个药还要吃吗", "none", ""),
        (41, "没吃药胸痛", "L1", "M-RF1"),
        (42, "昨晚没睡好胸闷", "L1", "M-RF1"),
        (43, "没发烧胸痛", "L1", "M-RF1"),
        (44, "没有胸痛、胸闷和气喘", "none", ""),
        (45, "胸不闷", "none", ""),
        (46, "没力气,心口闷", "L1", "M-RF1"),
        (47, "不太胸闷了", "L1", "M-RF1"),
        (48, "胸闷好了", "check", ""),
        (49, "胸口发紧要紧吗", "L1", "M-RF1"),
        (50, "是不是胸痛要紧", "L1", "M-RF1"),
        (51, "压得慌怎么办", "L1", "M-RF1"),
        (52, "如果以后胸痛打哪个电话", "Q", ""),
        (53, "我爸现在胸闷", "L1", "M-RF1"),
        (53, "我妈胸口压得慌", "L1", "M-RF1"),
        (53, "老人现在胸闷", "L1", "M-RF1"),
        (54, "邻居老王胸痛", "stranger", "M-BYSTANDER"),
        (55, "我爸以前胸痛", "check", ""),
        (56, "胸口像压了块石头", "L1", "M-RF1"),
        (57, "低血糖3.5", "L1", "M-HYPO"),
        (57, "有点低血糖,手抖", "L1", "M-HYPO"),
        (58, "低血糖", "L2", "M-RF2"),
        (59, "血糖仪显示LO", "L1", "M-HYPO"),
        (60, "血糖仪显示HI", "L1", "M-RF1"),
        (61, "hi", "none", ""),
        (62, "38.2", "none", ""),
        (71, "大出血没抢救过来", "L1", ""),
        (74, "还行吧,就是胸闷", "L1", "M-RF1"),
        (75, "我是邻居,他一个人在家晕倒了", "L1", "M-RF1"),
        (77, "吃了药嘴唇肿", "L1", "M-RF-DRUG"),
        (78, "伤口流脓是你们消毒不干净", "L2", "M-RF2"),
    ],
)
def test_a_phrase_of_the_specification_is_read_as_it_demands(
    number: int, text: str, level: str, message: str
) -> None:
    """Content section 6, by the number of the phrase there."""
    assert first(text) == (level, message), number


@pytest.mark.parametrize(
    ("text", "level", "message"),
    [pytest.param(*phrase, id=phrase[0]) for voice in PHRASES.values() for phrase in voice],
)
def test_a_phrase_is_as_urgent_in_any_voice(text: str, level: str, message: str) -> None:
    assert first(text) == (level, message)


@pytest.mark.parametrize("text", URGENT)
def test_a_message_of_danger_is_urgent_at_once(text: str) -> None:
    found = find_danger(text)
    assert found
    assert (found[0].level, found[0].check) == ("L1", False)


@pytest.mark.parametrize("text", CALM)
def test_an_ordinary_message_raises_nothing(text: str) -> None:
    assert find_danger(text) == ()


@pytest.mark.parametrize(("word", "message"), [("LO", "M-HYPO"), ("lo", "M-HYPO"), ("HI", "M-RF1")])
def test_a_meter_word_counts_after_the_glucose_question(word: str, message: str) -> None:
    assert first(word, asked="fpg") == ("L1", message)


@pytest.mark.parametrize("text", ["38.2", "有点发烧", "三十八度", "体温38", "又烧起来了"])
def test_any_fever_is_urgent_under_chemotherapy(text: str) -> None:
    found = find_danger(text, tags=CHEMO)
    assert [(danger.level, danger.rule) for danger in found] == [("L1", "RC15")]


@pytest.mark.parametrize("text", ["37.2", "没有发烧", "退烧了", "1", "38床"])
def test_no_fever_is_no_alarm_under_chemotherapy(text: str) -> None:
    assert find_danger(text, tags=CHEMO) == ()


@pytest.mark.parametrize(
    "text", ["手脚冰凉", "喘得快", "皮肤发花", "一惊一惊的", "抽搐", "叫不醒", "手脚抖", "惊跳"]
)
def test_the_signs_of_a_child_send_the_text_for_children(text: str) -> None:
    assert first(text, tags=CHILD) == ("L1", "M-RFC")


@pytest.mark.parametrize("text", ["手脚冰凉", "皮肤发花"])
def test_the_signs_of_a_child_are_not_read_for_an_adult(text: str) -> None:
    assert first(text) == ("none", "")


def test_a_child_named_in_the_text_counts_as_a_child() -> None:
    assert first("宝宝手脚冰凉") == ("L1", "M-RFC")


def test_breathlessness_answers_the_question_about_side_effects() -> None:
    assert first("气喘", asked="side") == ("L1", "M-RF-DRUG")


def test_somebody_else_in_danger_now_gets_the_safety_text_beside_a_death() -> None:
    assert first("我爸走了,我妈现在胸闷") == ("L1", "M-RF1")
    assert first("我爸去世了,我妈现在胸闷") == ("L1", "M-RF1")


def test_the_evidence_is_in_the_writers_own_words() -> None:
    found = find_danger("醫生,我三十九度八,心口好翳")
    assert [danger.words for danger in found] == ["心口好翳", "三十九度八"]


def test_the_most_urgent_flag_comes_first_and_each_kind_once() -> None:
    found = find_danger("发烧38度5,伤口流脓,胸痛,胸口还闷")
    assert [danger.level for danger in found] == ["L1", "L2", "L2"]
    assert len({danger.kind for danger in found}) == len(found)


def test_two_dangers_of_different_kinds_are_both_told() -> None:
    kinds = {danger.kind for danger in find_danger("不想活了,已经割腕,血止不住")}
    assert kinds == {"crisis", "bleed"}


@given(st.text())
@settings(max_examples=300, deadline=None)
def test_nothing_that_can_be_typed_breaks_the_reader(text: str) -> None:
    assert find_danger(text, tags=CHEMO | CHILD, asked="fpg") == find_danger(
        text, tags=CHEMO | CHILD, asked="fpg"
    )


_WORDS = st.sampled_from(
    [
        "胸",
        "口",
        "痛",
        "没有",
        "不",
        "血",
        "糖",
        "3.5",
        "我",
        "邻居",
        "死",
        "想",
        ",",
        "。",
        "了",
        "如果",
        "LO",
    ]
)


@given(st.lists(_WORDS, max_size=40).map("".join))
@settings(max_examples=300, deadline=None)
def test_words_of_danger_in_any_order_are_read_without_a_fault(text: str) -> None:
    for danger in find_danger(text):
        assert danger.words
        assert danger.words in text


def test_a_message_of_ten_thousand_characters_is_read() -> None:
    found = find_danger("没有什么不舒服" * 1500 + "胸痛")
    assert [danger.kind for danger in found] == ["chest"]


@pytest.mark.parametrize(
    "text",
    [
        "伤口流脓是你们消毒不干净",
        "我要起诉你们",
        "必须赔偿",
        "等着上热搜吧",
        "我已经联系了律师",
        "发到抖音上让大家看看",
        "我会向卫健委反映",
        "怎么给我个交代",
    ],
)
def test_blame_and_threats_of_law_or_media_are_a_dispute(text: str) -> None:
    assert is_blame(text)


@pytest.mark.parametrize(
    "text",
    [
        "态度不好",
        "我不要赔偿也不告谁",
        "我爸是律师",
        "谢谢你们",
        "报销要什么材料",
        "护士很负责",
        "1",
    ],
)
def test_a_complaint_without_a_threat_is_no_dispute(text: str) -> None:
    assert not is_blame(text)
