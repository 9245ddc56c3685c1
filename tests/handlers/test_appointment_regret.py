"""A visit cancelled by mistake: the same place is offered again, and booked by one digit."""

from datetime import date, timedelta

import pytest

from models.booking import Appointment, AppointmentStatus
from tests.handlers.visiting import Visiting, a_visit

pytestmark = pytest.mark.usefixtures("sqlite_database")
NEXT_WEEK = date(2026, 12, 1)


async def cancelled() -> Visiting:
    """The visit of next week has just been given up."""
    scene = await a_visit(day=NEXT_WEEK)
    await scene.say("取消预约")
    (told,) = await scene.say("取消")
    assert told.startswith("< 已取消")
    return scene


@pytest.mark.parametrize("words", ["哎呀按错了", "按错了", "撤回"])
async def test_the_same_place_is_offered_and_taken_again(words: str) -> None:
    scene = await cancelled()
    await scene.say(words)
    assert "12月1日" in (await scene.ward.screen())[-1]
    await scene.say("1")
    again = await Appointment.get(patient=scene.ward.patient, status=AppointmentStatus.BOOKED)
    assert again.starts_at == scene.visit.starts_at


async def test_half_an_hour_later_the_same_words_book_nothing() -> None:
    scene = await cancelled()
    scene.ward.now += timedelta(minutes=30)
    await scene.say("按错了")
    assert "12月1日" not in (await scene.ward.screen())[-1]
