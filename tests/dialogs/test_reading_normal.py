"""One spelling for what people type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.reading.normal import bare, normalise, trace


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("１２３", "123"),
        ("①③⑩", "1310"),
        ("❶➌", "13"),
        ("3️⃣", "3"),
        ("胸悶，發燒", "胸闷,发烧"),
        ("冇發燒", "没有发烧"),
        ("莫得事", "没事"),
        ("没得说", "没得说"),
        ("要得", "好的"),
        ("明儿来", "明天来"),
        ("然后儿子来", "然后儿子来"),
        ("聽日下晝", "明天下午"),
        ("啥子", "什么"),
        ("俺疼哩很", "我疼的很"),
        ("👍🏽", "👍"),
        ("胸\u200b痛", "胸痛"),
        ("胸\x00痛", "胸痛"),
        ("a\tb\r\nc", "a b \nc"),
        ("\ud800胸痛", "胸痛"),
        ("熊口痛", "胸口痛"),
        ("唔該", "谢谢"),
        ("３８℃", "38°C"),
    ],
)
def test_a_text_gets_its_one_spelling(text: str, plain: str) -> None:
    assert normalise(text) == plain


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("嗯,好了吧。", "好"),
        ("那个 还行 吧", "还行"),
        ("OK!", "ok"),
        ("嗯", "嗯"),
        ("没有啊", "没有"),
        ("【退订】", "退订"),
        ("。", ""),
        ("好的呀哈", "好"),
    ],
)
def test_fillers_and_punctuation_are_taken_off_for_comparison(text: str, core: str) -> None:
    assert bare(text) == core


@given(st.text())
def test_normalising_is_stable_and_drops_what_cannot_be_seen(text: str) -> None:
    plain = normalise(text)
    assert "\x00" not in plain
    assert plain == normalise(text)


@given(st.text())
def test_every_character_knows_its_origin(text: str) -> None:
    traced = trace(text)
    assert len(traced.origins) == len(traced.text)
    assert list(traced.origins) == sorted(traced.origins)
    assert all(0 <= origin < len(text) for origin in traced.origins)


def test_the_original_words_are_found_again() -> None:
    traced = trace("我冇發燒,胸悶")
    place = traced.text.index("胸闷")
    assert traced.original(place, place + 2) == "胸悶"
    assert traced.original(1, 3) == "冇"
