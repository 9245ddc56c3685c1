"""Whoever asks whether it is really the hospital gets the code of the own paper."""

from datetime import date

import pytest

from dialogs.genuine import asks_if_genuine
from handlers.slips import issue
from models.seal import keyring
from tests.handlers.texting import a_phone
from tests.handlers.ward import a_ward

pytestmark = pytest.mark.usefixtures("database")


async def test_the_code_of_the_slip_is_said_and_the_question_stays_open() -> None:
    ward = await a_ward()
    (slip,) = await issue([ward.encounter.id], ward.now, ward.desk.public_url, keyring())
    await ward.until("2026-11-23T09:30")
    await ward.say("你们是不是骗子?")
    said = (await ward.shown())[-1]
    assert slip.check_code in said
    await ward.say("1")
    assert "没看明白" not in (await ward.shown())[-1]


async def test_who_asks_who_we_are_is_told_and_not_told_off() -> None:
    phone = await a_phone()
    await phone.until("2026-11-23T11:30")
    (shown,) = await phone.answers("你们哪个单位的,怎么有我电话")
    assert shown.startswith("这是示例医院发的")
    assert "本人" in (await phone.answers("1"))[-1]


async def test_the_elderly_too_are_told_how_to_check_and_that_no_money_is_asked_for() -> None:
    phone = await a_phone(born=date(1948, 5, 1))
    (shown,) = await phone.answers("是不是骗子")
    assert "不会让您转账" in shown
    assert phone.segments == [1]


@pytest.mark.parametrize(
    "text",
    [
        "验证",
        "是真的吗？",
        "怎么证明是医院",
        "骗子吧!",
        "你是谁",
        "你们哪个单位的,怎么有我电话",
        "你是谁?骗子吧",
    ],
)
def test_a_bare_question_is_understood(text: str) -> None:
    assert asks_if_genuine(text)


@pytest.mark.parametrize("text", ["骗子医院,乱收费", "真的很疼", "核对过了,没问题", "1"])
def test_more_than_the_question_is_left_to_the_talk(text: str) -> None:
    assert not asks_if_genuine(text)
