"""Leaving a talk with a person: plain words at any time, 不用了 only while nobody answers."""

import pytest

from dialogs.reading.leaving import leaves


@pytest.mark.parametrize(
    "text",
    ["回到机器人", "继续答题", "那我继续答题吧", "请转回机器人,谢谢", "退出人工", "接着答题。"],
)
def test_plain_words_leave_at_any_time(text: str) -> None:
    assert leaves(text, taken=False)
    assert leaves(text, taken=True)


@pytest.mark.parametrize("text", ["不用了", "不用了谢谢", "算了", "没事了,谢谢你们", "已经解决了"])
def test_a_no_leaves_only_while_nobody_answers(text: str) -> None:
    """Said to a nurse it may answer what she asked."""
    assert leaves(text, taken=False)
    assert not leaves(text, taken=True)


@pytest.mark.parametrize(
    "text",
    ["不用了药还疼", "药不用了", "机器人说我要复查", "继续疼", "我问的问题还没解决", "不", "好的"],
)
def test_other_words_stay(text: str) -> None:
    assert not leaves(text, taken=False)
