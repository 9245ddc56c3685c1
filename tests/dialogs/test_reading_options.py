"""Answers to closed questions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.form import Option
from dialogs.reading.options import OptionReading, read_options

RED = (
    Option("fever", "发热38.5℃及以上", ("发烧", "发烧了")),
    Option("chest", "胸痛、胸闷或气喘"),
    Option("bleed", "出血不止"),
    Option("wound", "伤口红肿、流脓或裂开"),
    Option("pain", "疼痛比以前重"),
    Option("vomit", "反复呕吐、吃不下"),
    Option("stroke", "晕倒、说话不清或一侧手脚没力"),
    Option("leg", "一条腿肿胀疼痛"),
    Option("none", "都没有", ("没有", "都正常", "都好")),
)
EIGHT = RED[:7] + RED[8:]
FEEL = (
    Option("better", "好一些", ("好多了", "轻松些")),
    Option("same", "差不多", ("还行吧", "老样子")),
    Option("worse", "更差了", ("更难受了",)),
)
MED = (Option("all", "都按时吃", ("药吃着呢", "都吃了")), Option("stop", "自己停了"))
FALL = (Option("no", "没有", ("没摔", "没摔过")), Option("yes", "有", ("摔了", "摔过一次")))
HELP = (Option("no", "不用", ()), Option("yes", "要", ()))


@pytest.mark.parametrize(
    "text",
    [
        *("3", "３", "三", "③", "❸", "3️⃣", "第三个", "第3个", "选3", "我选3", "3.", "3、", "(3)"),
        *(
            "（3）",
            "选3号",
            "3吧",
            "选择第三项",
            " 3 ",
            "3,谢谢",
            "3出血不止",
            "3.出血不止",
            "出血不止",
        ),
        *("出血不止。", "我出血不止", "现在出血不止", "第三個"),
    ],
)
def test_one_option_is_understood_in_every_spelling(text: str) -> None:
    reading = read_options(text, RED, several=True)
    assert (reading.keys, reading.clear) == (("bleed",), True)


@pytest.mark.parametrize(
    "text",
    ["1 3", "13", "1、3", "1和3", "一三", "1,3", "1，3", "31", "1.3", "第一和第三", "1跟3", "１３"],
)
def test_several_numbers_are_several_options(text: str) -> None:
    reading = read_options(text, EIGHT, several=True)
    assert reading == OptionReading(("fever", "bleed"), clear=True, bare_digits=True)


@pytest.mark.parametrize(
    "text", ["胸闷和发烧", "发烧、胸闷", "发烧 胸痛", "我有发烧和气喘", "發燒,胸悶"]
)
def test_several_words_are_several_options(text: str) -> None:
    reading = read_options(text, RED, several=True)
    assert reading == OptionReading(("fever", "chest"), clear=True, bare_digits=False)


@pytest.mark.parametrize("text", ["10", "0", "十", "103", "100"])
def test_ten_of_nine_options_is_never_one_and_nothing(text: str) -> None:
    reading = read_options(text, RED, several=True)
    assert (reading.keys, reading.clear, reading.out_of_range) == ((), False, True)


@pytest.mark.parametrize("text", ["4", "13", "0", "十二", "99999999999999999999"])
def test_a_number_beyond_a_single_choice_is_out_of_range(text: str) -> None:
    assert read_options(text, FEEL, several=False).out_of_range


@pytest.mark.parametrize("text", ["9 1", "19", "都没有,发烧", "没有 胸闷"])
def test_none_of_them_beside_another_is_asked_back(text: str) -> None:
    reading = read_options(text, RED, several=True)
    assert reading.ambiguous
    assert not reading.clear


@pytest.mark.parametrize("text", ["1和2", "好一些 更差了", "1或3", "1好一些3更差了"])
def test_two_options_of_a_single_choice_are_asked_back(text: str) -> None:
    assert not read_options(text, FEEL, several=False).clear


@pytest.mark.parametrize(
    "text",
    [
        *(
            "没有胸闷",
            "胸不闷",
            "不发烧",
            "吃了3片",
            "3片",
            "2点吃的",
            "早上8点",
            "",
            "。。。",
            "🙂",
        ),
        *("3天前发烧", "一样一样的药", "量了3次", "不是1", "一点点", "胸闷好了", "11"),
    ],
)
def test_a_sentence_is_no_option(text: str) -> None:
    reading = read_options(text, RED, several=True)
    assert (reading.keys, reading.clear) == ((), False)


@pytest.mark.parametrize(
    ("text", "options", "key"),
    [
        ("还行吧", FEEL, "same"),
        ("嗯 好多了", FEEL, "better"),
        ("药吃着呢", MED, "all"),
        ("没摔", FALL, "no"),
        ("没摔过啊", FALL, "no"),
        ("2", FALL, "yes"),
        ("2有", FALL, "yes"),
        ("都没有", RED, "none"),
        ("没有没有", FALL, "no"),
    ],
)
def test_a_spoken_equivalent_is_the_option(
    text: str, options: tuple[Option, ...], key: str
) -> None:
    assert read_options(text, options, several=False).keys == (key,)


def test_a_spoken_equivalent_must_be_the_whole_message() -> None:
    assert not read_options("还行吧,就是胸闷", FEEL, several=False).clear


@pytest.mark.parametrize(
    "text", ["没有", "没", "无", "不是", "否", "冇", "莫得", "木有", "没有啊", "no", "沒有"]
)
def test_no_is_no(text: str) -> None:
    assert read_options(text, FALL, several=False).keys == ("no",)


@pytest.mark.parametrize(
    "text", ["有", "是", "对", "嗯", "是的", "有的", "嗯嗯", "对啊", "有啊", "yes"]
)
def test_yes_is_yes(text: str) -> None:
    assert read_options(text, FALL, several=False).keys == ("yes",)


@pytest.mark.parametrize(
    ("text", "key"), [("不用", "no"), ("不用了", "no"), ("要", "yes"), ("要的", "yes")]
)
def test_a_label_of_one_character_is_read(text: str, key: str) -> None:
    assert read_options(text, HELP, several=False).keys == (key,)


def test_a_number_and_the_words_of_another_option_are_asked_back() -> None:
    assert read_options("2出血不止", RED, several=True).ambiguous


def test_digits_alone_are_told_apart_from_words() -> None:
    assert read_options("2", RED, several=True).bare_digits
    assert not read_options("胸闷", RED, several=True).bare_digits


@given(st.text(), st.booleans())
def test_nothing_that_can_be_typed_breaks_the_reader(text: str, several: bool) -> None:
    reading = read_options(text, RED, several=several)
    assert set(reading.keys) <= {option.key for option in RED}
    assert not (reading.clear and not reading.keys)


@given(st.text("123一二三十和、, ", max_size=10_000))
def test_a_long_row_of_numbers_is_read_in_bounded_time(text: str) -> None:
    assert read_options(text, RED, several=True) == read_options(text, RED, several=True)
