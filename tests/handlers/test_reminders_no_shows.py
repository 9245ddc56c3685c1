"""Late, the place released, and the day after: why, what it counts as, and another visit."""

from datetime import date, time

import pytest

from handlers.booking.arrivals import mark_arrived, mark_no_show, note_on_the_way
from handlers.booking.cancellations import cancel
from handlers.reminders.no_show_answers import reason_of
from models.alert import Alert
from models.booking import (
    Appointment,
    AppointmentEvent,
    AppointmentEventKind,
    AppointmentStatus,
    Breach,
    Suspension,
)
from models.conversation import Dialog, DialogStatus
from models.office import ConsultReason, ConsultTask, NoticeKind, OfficeDesk, OfficeNotice
from models.people import Patient
from models.timetable import Due
from scheduler.due import run_due
from tests.handlers.booking_scene import a_patient
from tests.handlers.visiting import IN_CHAT, Visiting, a_visit, add_visit, local_instant

pytestmark = pytest.mark.usefixtures("database")


async def test_who_has_not_come_by_ten_is_asked_whether_he_is_on_the_way() -> None:
    """R102, at the check-in deadline."""
    scene = await a_visit(time(9))
    await scene.until("2026-11-26T09:59")
    bubbles = await scene.until("2026-11-26T10:00")
    assert len(bubbles) == 1
    assert "报到时间" in bubbles[0]


async def test_the_place_is_released_after_the_grace() -> None:
    """Half an hour after the deadline."""
    scene = await a_visit(time(9))
    await scene.until("2026-11-26T10:30")
    stands = await scene.stands()
    assert stands.released_at == local_instant(date(2026, 11, 26), time(10, 30))
    assert stands.status is AppointmentStatus.BOOKED


async def test_who_is_on_the_way_keeps_the_place_and_is_not_asked() -> None:
    """He said so at a quarter to ten."""
    scene = await a_visit(time(9))
    await scene.until("2026-11-26T09:45")
    await note_on_the_way(scene.desk, scene.visit.id, IN_CHAT, scene.now)
    assert await scene.until("2026-11-26T12:00") == []
    assert (await scene.stands()).released_at is None


async def test_who_has_arrived_hears_nothing_more() -> None:
    """No late message, no question the day after."""
    scene = await a_visit(time(9))
    await scene.until("2026-11-26T09:05")
    await mark_arrived(scene.desk, scene.visit.id, "guide", scene.now)
    assert await scene.until("2026-11-27T18:00") == []


async def test_who_did_not_come_is_told_the_breach_and_asked_why() -> None:
    """R126 at 09:30; the count and the date stand in the notice (R098)."""
    scene = await a_visit(time(9))
    await scene.until("2026-11-27T09:29")
    bubbles = await scene.until("2026-11-27T09:30")
    assert (await scene.stands()).status is AppointmentStatus.NO_SHOW
    notice, question = bubbles
    assert "11月26日" in notice
    assert "第1次" in notice
    assert "9:00" in question
    breach = await Breach.get(appointment_id=scene.visit.id)
    assert breach.told_at == scene.now


async def test_the_reason_is_stored_with_the_visit() -> None:
    """The answers of NOSHOW belong to the dialog of this visit."""
    scene = await a_visit(time(9))
    await scene.until("2026-11-27T09:30")
    await scene.say("1")
    await scene.say("忘了")
    dialog = await Dialog.get(appointment_id=scene.visit.id)
    assert await reason_of(dialog) == "forgot"


async def test_who_forgot_is_reminded_once_more_the_next_time() -> None:
    """2.11: a stronger reminder for whoever forgets."""
    scene = await a_visit(time(9))
    await scene.until("2026-11-27T09:30")
    await scene.say("1")
    await scene.say("忘了")
    await scene.until("2026-11-28T08:00")
    again = await add_visit(scene.ward, scene.book, time(15), date(2026, 12, 3))
    timers = Due.filter(subject=again.id, status="pending")
    assert await timers.filter(kind="remind_in_the_evening").exists()


async def test_who_would_rather_move_the_visit_books_another_one_at_once() -> None:
    """The third button of M-NS: no reason is asked for, and nobody calls in the afternoon."""
    scene = await a_visit(time(9))
    await scene.book.session(date(2026, 12, 1), (time(9), time(9, 30)))
    await scene.until("2026-11-27T09:30")
    assert len(await scene.say("3")) == 1
    dialog = await Dialog.get(appointment_id=scene.visit.id)
    assert (dialog.status, dialog.outcome) == (DialogStatus.CLOSED, "completed")
    [told] = await scene.say("1")
    assert "预约成功" in told
    again = await Appointment.get(status=AppointmentStatus.BOOKED)
    assert again.starts_at == local_instant(date(2026, 12, 1), time(9))
    await scene.until("2026-11-27T15:00")
    assert not await ConsultTask.all().exists()
    assert not await Alert.all().exists()


async def test_unanswered_by_two_in_the_afternoon_is_a_call() -> None:
    """R126: non-replies to staff at 14:00."""
    scene = await a_visit(time(9))
    await scene.until("2026-11-27T13:59")
    assert not await ConsultTask.filter(reason=ConsultReason.NO_SHOW).exists()
    await scene.until("2026-11-27T14:00")
    task = await ConsultTask.get(reason=ConsultReason.NO_SHOW)
    assert task.appointment_id == scene.visit.id


async def test_answered_in_time_is_no_call() -> None:
    """The reason is known."""
    scene = await a_visit(time(9))
    await scene.until("2026-11-27T09:30")
    await scene.say("1")
    await scene.say("忘了")
    await scene.until("2026-11-27T15:00")
    assert not await ConsultTask.filter(reason=ConsultReason.NO_SHOW).exists()


async def test_the_question_ends_with_the_day() -> None:
    """The word yesterday would be false afterwards."""
    scene = await a_visit(time(9))
    await scene.until("2026-11-28T00:01")
    dialog = await Dialog.get(appointment_id=scene.visit.id)
    assert dialog.status is DialogStatus.CLOSED


async def test_after_a_death_nothing_is_said_and_nothing_counts() -> None:
    """Neither notice nor question."""
    scene = await a_visit(time(9))
    await scene.until("2026-11-26T12:00")
    await Patient.filter(id=scene.ward.patient.id).update(deceased_at=scene.now)
    assert await scene.until("2026-11-27T18:00") == []
    assert not await Breach.all().exists()


async def test_without_a_reminder_that_arrived_it_is_no_breach() -> None:
    """The patient declined none, but nobody could write to him."""
    scene = await a_visit(time(9), bound=False)
    await scene.until("2026-11-27T10:00")
    assert (await scene.stands()).status is AppointmentStatus.NO_SHOW
    assert not await Breach.all().exists()
    assert await ConsultTask.filter(reason=ConsultReason.NO_SHOW).count() == 1


async def test_on_a_festival_a_person_calls_instead() -> None:
    """C16: no questionnaire on a festival; 1 January 2027 follows the visit."""
    scene = await a_visit(time(9), day=date(2026, 12, 31), now="2026-12-28T10:00")
    await scene.until("2026-12-31T12:00")
    assert await scene.until("2027-01-01T12:00") == []
    assert await ConsultTask.filter(reason=ConsultReason.NO_SHOW).count() == 1


async def test_the_third_breach_tells_the_suspension_with_its_end() -> None:
    """R098: half a year, until a date."""
    scene = await a_visit(time(9))
    await add_visit(scene.ward, scene.book, time(9), date(2026, 12, 3))
    await add_visit(scene.ward, scene.book, time(9), date(2026, 12, 8))
    await scene.until("2026-12-09T09:29")
    notice = (await scene.until("2026-12-09T09:30"))[0]
    suspension = await Suspension.get()
    assert suspension.ends_on == date(2027, 6, 8)
    assert "2027年6月8日" in notice


async def test_marked_missing_by_the_desk_is_asked_all_the_same() -> None:
    """The doctor closed his list in the evening."""
    scene = await a_visit(time(9))
    await scene.until("2026-11-26T17:00")
    await mark_no_show(scene.desk, scene.visit.id, "doctor", scene.now)
    assert len(await scene.until("2026-11-27T09:30")) == 2


async def test_who_came_after_all_is_not_asked() -> None:
    """Marked in the last second, after the question was written."""
    scene = await a_visit(time(9))
    await scene.until("2026-11-27T09:00")
    at = local_instant(date(2026, 11, 27), time(9, 30))
    await run_due(scene.desk, at)
    await mark_arrived(scene.desk, scene.visit.id, "guide", at)
    before = await scene.ward.shown()
    await scene.ward.outbox.drain(at)
    assert await scene.ward.shown() == before


async def test_a_no_show_is_noted_once_however_often_the_timer_runs() -> None:
    """Events are what the figures are made of."""
    scene = await a_visit(time(9))
    await scene.until("2026-11-27T18:00")
    events = AppointmentEvent.filter(kind=AppointmentEventKind.NO_SHOW)
    assert await events.count() == 1


async def test_a_late_no_that_suspends_is_told_at_once() -> None:
    """The third breach need not be a visit nobody came to."""
    scene = await a_visit(time(9), rules={"breach_limit": 1})
    await scene.until("2026-11-25T17:00")
    await cancel(scene.desk, scene.visit.id, IN_CHAT, scene.now)
    bubbles = await scene.until("2026-11-25T17:01")
    assert len(bubbles) == 1
    assert "2027年5月25日" in bubbles[0]


async def _a_full_session(scene: Visiting) -> list[Appointment]:
    """Five visits of one doctor on one morning."""
    slots = await scene.book.session(date(2026, 11, 26), (time(9), time(11, 30)), doctor="周医生")
    return [
        await scene.book.booked(await a_patient(), slot, scene.now, staff=True) for slot in slots
    ]


async def test_where_nobody_was_registered_nobody_is_accused() -> None:
    """The desk kept no list that day: it is asked for it, and the patients are left alone."""
    scene = await a_visit(time(14))
    visits = await _a_full_session(scene)
    await scene.until("2026-11-27T18:00")
    missing = Appointment.filter(id__in=[v.id for v in visits], status=AppointmentStatus.NO_SHOW)
    assert not await missing.exists()
    notices = OfficeNotice.filter(kind=NoticeKind.ARRIVALS, desk=OfficeDesk.GUIDE_DESK)
    assert await notices.count() == 1


async def test_arrivals_brought_by_the_afternoon_leave_only_who_was_really_missing() -> None:
    """At two o'clock it is looked at again."""
    scene = await a_visit(time(14))
    visits = await _a_full_session(scene)
    await scene.until("2026-11-27T11:00")
    for visit in visits[1:]:
        await mark_arrived(scene.desk, visit.id, "guide", scene.now)
    await scene.until("2026-11-27T14:00")
    missing = Appointment.filter(id__in=[v.id for v in visits], status=AppointmentStatus.NO_SHOW)
    assert [row.id for row in await missing] == [visits[0].id]
