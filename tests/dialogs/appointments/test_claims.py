"""Which words are the booking desk's although something else is open, or nothing is."""

from __future__ import annotations

import pytest

from dialogs.appointments.facts import Facts
from dialogs.appointments.precedence import claims
from dialogs.appointments.state import State
from dialogs.reading.intents import Context, read_reply
from dialogs.timing.spans import local
from tests.dialogs.appointments.book import Book
from tests.dialogs.appointments.transcript import MONDAY


def _claims(text: str, *, booked: bool = True) -> bool:
    book = Book.standard()
    visit = book.visit(1, "xn", "11-27 09:00")
    facts = Facts(visits=(visit,) if booked else (), clinics=book.names)
    context = Context.REMINDER if booked else Context.NONE
    starts = local(visit.starts) if booked else None
    reading = read_reply(text, context, now=local(MONDAY), appointment=starts)
    return claims(text, reading, facts, State())


@pytest.mark.parametrize(
    "text",
    [
        "改到下周三下午",
        "那天有事,往后推一周",
        "不来了",
        "想约下周皮肤科",
        "取消预约",
        "预约",
        "我的预约",
        "几点",
        "怎么走",
        "带什么",
        "出诊表",
        "预约须知",
        "余号",
        "申诉",
        "加入候补",
        "换个下午的号",
        "取消了吗",
        "明天复查吗?",
        "我会准时到的",
        "帮我改一下预约时间",
        "取消YY20261127-0001",
        "那天来不了,能不能改到周五",
        "还有号吗",
        "李敏医生什么时候出诊",
        "不是我的错,申诉",
        "我想挂个皮肤科的号",
        "约李敏医生周五下午",
        "都取消",
        "哪个医生",
    ],
)
def test_explicit_wishes_are_the_desks_also_in_a_questionnaire(text: str) -> None:
    assert _claims(text)


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "2",
        "0",
        "好",
        "好的",
        "是",
        "是的",
        "对",
        "没有",
        "有",
        "嗯",
        "好多了",
        "胸口有点闷",
        "还是疼",
        "昨天发烧了,今天好了",
        "取消关注",
        "退订",
        "不吃药了",
        "改吃别的药了",
        "药吃完了,几点吃下一次",
        "晚上睡不好",
        "都按时吃",
        "有时忘记",
        "伤口流脓了",
        "没去复诊",
        "医生几点下班",
        "推着轮椅走的",
        "提前停了药",
        "一天比一天好",
        "135/85",
        "谢谢",
        "明天上午吧",
        "打四分,扣一分给停车场",
        "取消投诉",
        "不烧了",
        "一个星期后拆线",
        "约了李医生",
        "大约三号",
    ],
)
def test_answers_and_words_about_health_are_never_the_desks(text: str) -> None:
    assert not _claims(text)


@pytest.mark.parametrize("text", ["不来了", "几点", "怎么走", "明天复查吗?", "我会准时到的"])
def test_words_about_a_visit_are_the_desks_only_where_there_is_one(text: str) -> None:
    assert not _claims(text, booked=False)


@pytest.mark.parametrize(
    "text", ["想约下周皮肤科", "预约", "出诊表", "申诉", "我的预约", "后天晚上的夜门诊"]
)
def test_words_that_need_no_visit_are_the_desks_without_one(text: str) -> None:
    assert _claims(text, booked=False)
