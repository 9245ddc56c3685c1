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
CLASSES: Final[list[dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("class_phrases.toml").read_text("utf-8")
)["replies"]
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
    return reading.value if answered else reading.intent.value


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
)
NO_DEATH: Final = (
    *("没", "没有", "号没了", "胃口没了", "要参加葬礼,去不了", "奔丧去外地了", "邻居办白事"),
    *("手机已经死了", "百年好合", "过时了"),
)
NO_WRONG_PERSON: Final = (
    *("我不是高血压", "我不是很舒服", "我不是李医生的病人", "我不是不想来", "我不是王医生约的"),
    *("药打错了", "打错字了", "这不是我的药"),
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
