"""The end of a talk with a person: the review that is due is offered, and nothing is pressed."""

from datetime import date, timedelta

from handlers.human_talk_desk import end_talk, take_talk
from models.alert import Alert, AlertLevel
from models.care import Encounter
from models.room import HumanTalk
from tests.handlers.booking_scene import a_book
from tests.handlers.talking import a_nurse, asked_for_a_person
from tests.handlers.ward import Ward

_OFFER = "您的复诊时间:12月9日"


async def _talked(*, review_on: date | None = date(2026, 12, 9), late: bool = True) -> Ward:
    """A nurse has the talk of a patient; `late`: the questions it broke into are over."""
    ward = await asked_for_a_person(review_on=review_on)
    await a_book()
    if late:
        ward.now = (await ward.task(1)).deadline_at + timedelta(hours=10)
    return ward


async def _ended(ward: Ward) -> list[str]:
    """End the talk; what the patient reads after it."""
    nurse, talk = await a_nurse(ward), await HumanTalk.get(closed_at__isnull=True)
    await take_talk(talk.id, nurse, ward.desk, ward.now)
    await ward.outbox.drain(ward.now)
    seen = len(await ward.screen())
    assert await end_talk(talk.id, nurse, ward.desk, ward.now) is None
    await ward.outbox.drain(ward.now)
    return (await ward.screen())[seen:]


async def test_a_review_that_is_due_is_offered_after_the_goodbye(database: str) -> None:
    del database
    ward = await _talked()
    goodbye, offer = await _ended(ward)
    assert "人工对话先到这里" in goodbye
    assert _OFFER in offer
    assert "1.现在预约" in offer


async def test_a_question_that_goes_on_comes_first(database: str) -> None:
    """Its questionnaire offers the review at its own end."""
    del database
    told = await _ended(await _talked(late=False))
    assert not any(_OFFER in line for line in told)


async def test_nobody_is_offered_a_visit_after_an_alarm(database: str) -> None:
    """Where somebody was in danger, a nurse says what comes next."""
    del database
    ward = await _talked()
    await Alert.all().update(level=AlertLevel.L1)
    assert len(await _ended(ward)) == 1


async def test_without_a_review_there_is_only_the_goodbye(database: str) -> None:
    del database
    ward = await _talked(review_on=None)
    assert not await Encounter.filter(review_on__isnull=False).exists()
    assert len(await _ended(ward)) == 1
