"""Several visits given up in one breath, with the real book behind the talk."""

from datetime import date, time

from models.booking import Appointment, AppointmentStatus
from tests.handlers.test_appointment_talk import said
from tests.handlers.visiting import a_visit

FRIDAY = date(2026, 11, 27)


async def test_both_visits_are_given_up_each_after_its_own_echo(database: str) -> None:
    """两个都取消: the first is read back and given up, then the second."""
    scene = await a_visit()
    await scene.book.session(FRIDAY, (time(14, 30), time(17, 30)))
    await said(scene, "想约周五下午的皮肤科")
    await said(scene, "1")
    await said(scene, "两个都取消")
    assert await Appointment.filter(status=AppointmentStatus.BOOKED).count() == 2
    told = await said(scene, "2")
    assert "已取消" in told[0]
    assert "11月27日" in told[-1]
    assert await Appointment.filter(status=AppointmentStatus.BOOKED).count() == 1
    await said(scene, "是")
    assert not await Appointment.filter(status=AppointmentStatus.BOOKED).exists()
