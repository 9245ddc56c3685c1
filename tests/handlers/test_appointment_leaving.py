"""算了 and 取消 where several desks wait: each leaves what was asked last, and nothing else."""

from models.booking import AppointmentStatus
from tests.handlers.visiting import a_visit

COMPLAINT = "等了三个小时没人理,护士态度太差了"


async def test_a_visit_is_cancelled_while_the_complaint_desk_asks(database: str) -> None:
    """取消预约 to "shall we register it?" means the visit; the complaint stays as it is."""
    scene = await a_visit()
    assert "要登记下来" in (await scene.say(COMPLAINT))[-1]
    assert "您要取消" in (await scene.say("取消预约"))[0]
    await scene.say("2")
    assert (await scene.stands()).status is AppointmentStatus.CANCELLED_BY_PATIENT


async def test_dropping_the_complaint_leaves_the_visit_alone(database: str) -> None:
    scene = await a_visit()
    await scene.say(COMPLAINT)
    assert "不登记" in (await scene.say("取消"))[-1]
    assert (await scene.stands()).status is AppointmentStatus.BOOKED


async def test_who_waits_for_a_person_goes_back_with_a_word(database: str) -> None:
    """算了 while nobody has come leaves the talk; the booking desk is there again."""
    scene = await a_visit()
    await scene.say("人工")
    assert "自动助手" in (await scene.say("算了"))[-1]
    assert "您要取消" in (await scene.say("取消预约"))[0]


async def test_a_wish_to_book_a_day_is_heard_whatever_is_booked_already(database: str) -> None:
    scene = await a_visit()
    (offered, *_) = await scene.say("想约周五")
    assert "您的话已经记下" not in offered
    assert (await scene.stands()).status is AppointmentStatus.BOOKED
