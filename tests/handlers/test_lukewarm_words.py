"""How an old man says that all is as before: nothing is filed, and something is answered."""

from datetime import date, timedelta

import pytest

from dialogs.timing.spans import local
from models.complaint import Complaint, Opinion
from tests.handlers.texting import Texting, a_phone

pytestmark = pytest.mark.usefixtures("sqlite_database")


async def an_old_man() -> Texting:
    """He is being asked how he has been."""
    phone = await a_phone(born=date(1948, 5, 1))
    due = local((await phone.ward.task(1)).due_at) + timedelta(minutes=1)
    await phone.until(f"{due:%Y-%m-%dT%H:%M}")
    assert len(phone.texts) == 1
    return phone


async def test_as_before_said_to_any_question_is_no_complaint_and_nothing_is_filed() -> None:
    phone = await an_old_man()
    for words in ("1", "1", "1948", "2"):
        await phone.say(words)
    for words in ("老样子", "还是那样", "跟以前一样"):
        assert not any("登记" in text for text in await phone.answers(words))
    assert not await Complaint.exists()
    assert not await Opinion.exists()


async def test_so_so_to_the_complaint_question_files_nothing_and_is_answered() -> None:
    phone = await an_old_man()
    assert "要登记吗" in (await phone.answers("等太久了"))[-1]
    assert "要登记吗" in (await phone.answers("还可以"))[-1]
    assert "作为意见记下了" in (await phone.answers("还中"))[0]
    assert not await Complaint.exists()


async def test_a_year_asked_for_is_no_answer_to_the_complaint_question() -> None:
    phone = await an_old_man()
    for words in ("1", "1"):
        await phone.say(words)
    assert "要登记吗" in (await phone.answers("你们等太久了"))[-1]
    shown = await phone.answers("1948")
    assert not any("登记" in text for text in shown)
    assert "1" in shown[-1]
    assert "年份" not in shown[-1]


async def test_after_the_complaint_question_was_left_the_questionnaire_comes_back() -> None:
    phone = await an_old_man()
    for words in ("1", "1", "你们等太久了", "还可以"):
        await phone.say(words)
    assert "年份" in (await phone.answers("差不多"))[-1]
