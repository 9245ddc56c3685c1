"""Whoever asks whether it is really the hospital gets the code of the own paper."""

import pytest

from dialogs.genuine import asks_if_genuine
from handlers.slips import issue
from models.seal import keyring
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


@pytest.mark.parametrize("text", ["验证", "是真的吗？", "怎么证明是医院", "骗子吧!"])
def test_a_bare_question_is_understood(text: str) -> None:
    assert asks_if_genuine(text)


@pytest.mark.parametrize("text", ["骗子医院,乱收费", "真的很疼", "核对过了,没问题", "1"])
def test_more_than_the_question_is_left_to_the_talk(text: str) -> None:
    assert not asks_if_genuine(text)
