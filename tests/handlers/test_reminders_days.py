"""The hospital's day: begun once, its lists at their hours, reviews and recalls in time."""

from datetime import date, datetime, time

import pytest

from dialogs.appointments.events import Prompt
from handlers.booking.cancellations import cancel
from handlers.reminders.day_lists import listing_of
from handlers.reminders.days import open_day
from handlers.reminders.recall import Recall, note_reviewed_elsewhere, recall
from handlers.reminders.reviews import remind_again_at
from models.care import Encounter
from models.conversation import Outgoing
from models.office import (
    ConsultReason,
    ConsultStatus,
    ConsultTask,
    DayList,
    NoticeKind,
    OfficeDesk,
    OfficeNotice,
)
from models.timetable import Due
from tests.handlers.visiting import IN_CHAT, Visiting, a_visit, add_visit, open_the_day

pytestmark = pytest.mark.usefixtures("database")


async def _notices(kind: NoticeKind, office: OfficeDesk) -> list[OfficeNotice]:
    return await OfficeNotice.filter(kind=kind, desk=office).order_by("at")


async def _a_review(on: date, *, booked: bool = False) -> Visiting:
    """A stay with a review date; its visit, unless booked, is on a day far away."""
    scene = await a_visit(time(10), day=date(2026, 12, 20), now="2026-11-23T07:00")
    await Encounter.filter(id=scene.ward.encounter.id).update(review_on=on)
    if not booked:
        await cancel(scene.desk, scene.visit.id, IN_CHAT, scene.now)
    await open_the_day(scene)
    return scene


async def test_a_day_begins_once_however_many_processes_say_so() -> None:
    """A second process, or a restart, adds nothing."""
    now = datetime.fromisoformat("2026-11-23T10:00+08:00")
    assert await open_day(now)
    assert not await open_day(now)


async def test_each_day_begins_the_next_one() -> None:
    """Ten past midnight, for as long as the program runs."""
    scene = await a_visit(time(10))
    await open_the_day(scene)
    await scene.until("2026-11-26T12:00")
    assert await Due.filter(kind="begin_day", status="done").count() == 4


async def test_after_days_of_standstill_only_today_is_begun() -> None:
    """Lists of days that are over are sent to nobody."""
    scene = await a_visit(time(10))
    await open_the_day(scene)
    await scene.ward.tick()
    scene.ward.now = datetime.fromisoformat("2026-11-30T10:00+08:00")
    await open_day(scene.now)
    await scene.ward.tick()
    lists = await OfficeNotice.filter(kind=NoticeKind.NEXT_DAY)
    assert lists == []
    assert await Due.filter(kind="begin_day", result="over").count() >= 1


async def test_tomorrow_s_list_is_frozen_and_sent_to_office_and_registration() -> None:
    """R100: 16:25 and 16:30."""
    scene = await a_visit(time(10))
    await open_the_day(scene)
    await scene.until("2026-11-25T16:29")
    frozen = await DayList.get(day=date(2026, 11, 26))
    assert frozen.versions == {str(scene.visit.id): 1}
    assert await _notices(NoticeKind.NEXT_DAY, OfficeDesk.REGISTRATION) == []
    await scene.until("2026-11-25T16:30")
    for office in (OfficeDesk.REGISTRATION, OfficeDesk.OUTPATIENT_OFFICE):
        notice = (await _notices(NoticeKind.NEXT_DAY, office))[0]
        assert (notice.values["n"], notice.values["u"]) == ("1", "1")
        assert notice.day == date(2026, 11, 26)


async def test_what_changes_afterwards_is_a_delta_and_no_new_list() -> None:
    """One booked, one cancelled, told together within five minutes."""
    scene = await a_visit(time(10))
    await open_the_day(scene)
    await scene.until("2026-11-25T16:41")
    await cancel(scene.desk, scene.visit.id, IN_CHAT, scene.now)
    await scene.until("2026-11-25T16:50")
    delta = (await _notices(NoticeKind.DELTA, OfficeDesk.REGISTRATION))[0]
    assert (delta.values["a"], delta.values["c"], delta.values["d"]) == ("0", "0", "1")
    assert scene.visit.number in delta.values["numbers"]
    assert len(await _notices(NoticeKind.NEXT_DAY, OfficeDesk.REGISTRATION)) == 1
    await scene.until("2026-11-25T18:00")
    assert len(await _notices(NoticeKind.DELTA, OfficeDesk.REGISTRATION)) == 1


async def test_the_frozen_list_marks_who_has_changed_since() -> None:
    """The sheet stays the sheet of 16:25."""
    scene = await a_visit(time(10))
    await open_the_day(scene)
    await scene.until("2026-11-25T16:41")
    await cancel(scene.desk, scene.visit.id, IN_CHAT, scene.now)
    listing = await listing_of(date(2026, 11, 26), scene.now)
    assert [visit.changed for visit in listing.visits] == [True]


async def test_each_doctor_has_his_list_at_half_past_seven() -> None:
    """R088: counts and hours, never a name."""
    scene = await a_visit(time(10))
    await open_the_day(scene)
    await scene.until("2026-11-26T07:30")
    notice = (await _notices(NoticeKind.DOCTOR_DAY, OfficeDesk.DOCTOR))[-1]
    assert notice.doctor == scene.visit.doctor
    assert (notice.values["n"], notice.values["list"]) == ("1", "10:00×1")
    assert scene.ward.patient.name not in str(notice.values)


async def test_a_review_is_reminded_of_three_days_and_one_day_before() -> None:
    """R133, with the offer to book (R082)."""
    scene = await _a_review(date(2026, 11, 28))
    await scene.until("2026-11-28T18:00")
    rows = await Outgoing.filter(occurrence__startswith="review:").order_by("sent_at")
    hours = [f"{row.sent_at:%d %H:%M}" for row in rows if row.sent_at]
    assert hours == ["25 00:30", "27 00:30"]


async def test_who_has_been_examined_already_is_not_reminded_a_second_time() -> None:
    """The answer to the first reminder holds for the last one."""
    scene = await _a_review(date(2026, 11, 28))
    await scene.until("2026-11-25T09:00")
    assert "检查结果" in (await scene.say("上周在县医院复查过了"))[-1]
    await scene.until("2026-11-28T18:00")
    assert await Outgoing.filter(occurrence__startswith="review:").count() == 1


async def test_who_has_booked_the_review_is_reminded_of_the_visit_instead() -> None:
    """Nobody is asked to book twice; the day before, the visit's own ladder speaks."""
    scene = await _a_review(date(2026, 12, 20), booked=True)
    await scene.visit.update_from_dict({"encounter_id": scene.ward.encounter.id}).save()
    bubbles = await scene.until("2026-12-18T12:00")
    assert any("复诊已经约好" in bubble for bubble in bubbles)
    assert not await Outgoing.filter(occurrence__startswith="review:").exists()


async def test_a_review_that_was_put_off_by_the_ward_is_not_reminded_of_at_the_old_date() -> None:
    """The date is compared when the timer runs."""
    scene = await _a_review(date(2026, 11, 28))
    await scene.until("2026-11-25T00:30")
    await Encounter.filter(id=scene.ward.encounter.id).update(review_on=date(2026, 12, 28))
    assert await scene.until("2026-11-28T18:00") == []


async def test_a_recall_writes_to_the_patient_and_makes_a_task() -> None:
    """R090: the doctor's 回访单, once."""
    scene = await _a_review(date(2026, 11, 20))
    wanted = Recall(scene.ward.patient.id, date(2026, 11, 20), "陈医生", scene.ward.encounter.id)
    scene.ward.now = datetime.fromisoformat("2026-11-23T09:00+08:00")
    done = await recall(scene.desk, wanted, "doctor", scene.now)
    again = await recall(scene.desk, wanted, "doctor", scene.now)
    await scene.ward.tick()
    assert done.told
    assert done.task is not None
    assert again.task == done.task
    assert len([line for line in await scene.ward.shown() if "复诊时间" in line]) == 1
    assert done.task.reason is ConsultReason.NO_REVIEW


async def test_nobody_is_recalled_who_has_booked() -> None:
    """The review is on its way."""
    scene = await _a_review(date(2026, 12, 18), booked=True)
    wanted = Recall(scene.ward.patient.id, date(2026, 11, 20), clinic_id=scene.book.clinic.id)
    done = await recall(scene.desk, wanted, "doctor", scene.now)
    assert done.booked
    assert not await ConsultTask.all().exists()


async def test_examined_elsewhere_ends_the_recall() -> None:
    """No more calls for it."""
    scene = await _a_review(date(2026, 11, 20))
    wanted = Recall(scene.ward.patient.id, date(2026, 11, 20))
    await recall(scene.desk, wanted, "doctor", scene.now)
    later = datetime.fromisoformat("2026-11-25T09:00+08:00")
    await remind_again_at(Prompt.RECALL, scene.ward.patient.id, "", later)
    assert await note_reviewed_elsewhere(scene.ward.patient.id, scene.now) == 1
    assert (await ConsultTask.get()).status is ConsultStatus.DONE
    bubbles = await scene.until("2026-11-25T12:00")
    assert len(bubbles) == 1


async def test_a_recall_put_off_comes_again_unless_a_visit_was_booked() -> None:
    """The patient said "later"."""
    scene = await _a_review(date(2026, 11, 20))
    later = datetime.fromisoformat("2026-11-25T09:00+08:00")
    await remind_again_at(Prompt.RECALL, scene.ward.patient.id, "", later)
    assert len(await scene.until("2026-11-25T09:00")) == 1
    await remind_again_at(Prompt.RECALL, scene.ward.patient.id, "", later.replace(day=27))
    await add_visit(scene.ward, scene.book, time(15), date(2026, 12, 3))
    assert await scene.until("2026-11-27T12:00") == []
