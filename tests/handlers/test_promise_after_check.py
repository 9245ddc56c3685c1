"""A digit that may be a slip is checked before a nurse is promised."""

from datetime import date

import pytest

from models.alert import Alert
from models.response import Answer
from tests.handlers.texting import Texting, a_phone

pytestmark = pytest.mark.usefixtures("sqlite_database")


async def feverish() -> Texting:
    """The one digit that means fever was sent, and is being checked."""
    phone = await a_phone(born=date(1970, 5, 1))
    await phone.until("2026-11-23T11:30")
    for words in ("1", "1", "1970", "1", "1"):
        await phone.say(words)
    shown = await phone.answers("1")
    assert [text[:6] for text in shown] == ['您回复的是"']
    return phone


async def test_the_alert_is_there_at_once_and_the_promise_when_it_was_meant() -> None:
    phone = await feverish()
    assert await Alert.filter(level="L2").count() == 1
    shown = await phone.answers("1")
    assert "前会有护士联系您" in shown[0]
    assert len(shown) == 2


async def test_an_answer_that_was_not_offered_is_asked_again() -> None:
    phone = await feverish()
    (shown,) = await phone.answers("9")
    assert shown.startswith("没看明白")
    assert "对吗?1是 2按错了" in shown
    assert not any("前会有护士" in text for text in await phone.answers("2"))
    assert not await Answer.filter(item="red", value=["none"]).exists()
