"""The sample of the week: drawn by itself, asked by message, in the way of nothing (R188, M13)."""

from datetime import date, datetime, timedelta

import pytest

from dialogs.actions import Say
from handlers.conversation_lock import conversation_of
from handlers.outgoing import Draft, write
from handlers.reports.period import Period
from handlers.tasks import complete_task
from handlers.verification_asking import week_before
from handlers.verification_sample import draw, draw_of_week
from models.care import Encounter, FollowUpPlan, FollowUpTask, PlanStatus
from models.conversation import Dialog, DialogStatus, OutgoingPurpose
from models.hospital import Department
from models.people import ContactPoint
from models.timetable import Due
from models.unit import unit_of_work
from models.ward_week import Verification, Verified
from tests.browser.staff_scene import a_call
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("sqlite_database")
WEEK = Period(date(2026, 11, 23), date(2026, 11, 29))
QUESTION = "< 出院以后,病区的医生或护士联系过您吗?"


async def a_round_done() -> Ward:
    """A patient whose first round was completed; it fell due on 25 November."""
    ward = await a_ward()
    ward.desk.sample_weekly = 1
    await complete_task(await ward.task(1), "completed", ward.now)
    return ward


async def until(ward: Ward, moment: str) -> list[str]:
    """Let the days pass that plan their jobs; what the screen shows of it."""
    before = len(await ward.shown())
    await ward.until(moment)
    return (await ward.shown())[before:]


async def monday(ward: Ward) -> list[str]:
    """Let Monday 30 November begin, on which the sample of the week before is drawn."""
    await Due.filter(kind="begin_round").delete()
    await Due.create(
        kind="draw_sample",
        key="draw_sample:x:1:",
        subject=ward.encounter.id,
        due_at=datetime.fromisoformat("2026-11-30T09:30+08:00"),
    )
    return await until(ward, "2026-11-30T09:31")


def test_the_week_of_a_sample_ends_on_the_sunday_before() -> None:
    assert week_before(date(2026, 11, 30)) == WEEK
    assert week_before(date(2026, 12, 6)) == WEEK


async def test_each_department_has_its_share_and_the_same_week_draws_the_same() -> None:
    ward = await a_ward(plan=False)
    other = await Department.create(code="GK", name="骨科")
    for number in range(6):
        task = await a_call(ward, "测试甲", f"139000001{number:02}")
        await complete_task(task, "completed", ward.now)
        if number % 2:
            await Encounter.filter(id=task.encounter_id).update(department_id=other.id)
    due = (await FollowUpTask.first()).deadline_at.date()  # type: ignore[union-attr]
    week = Period(due - timedelta(days=3), due + timedelta(days=3))
    assert len(await draw_of_week(week, 2, ward.now)) == 4
    assert await draw_of_week(week, 2, ward.now) == []
    drawn = await Verification.all().values_list("task__encounter__department__code", flat=True)
    assert sorted(str(code) for code in drawn) == ["GK", "GK", "XN", "XN"]
    # the month takes what is left of its own size, and none twice
    assert await draw(due.replace(day=1), ward.now) == 2
    assert await Verification.all().count() == 6


async def test_who_was_drawn_is_asked_and_the_answer_counts_by_midnight() -> None:
    ward = await a_round_done()
    opening = await monday(ward)
    assert opening[-1].startswith("< 您好,我是示例医院的自动随访助手。想请您回答一个问题")
    await ward.say("1")
    assert (await ward.shown())[-1] == QUESTION
    await ward.say("没人打")
    assert (await ward.shown())[-1].startswith("< 谢谢您告诉我们")
    await ward.until("2026-12-01T00:01")
    drawn = await Verification.get()
    assert (drawn.answer, drawn.way) == (Verified.NO, "message")


async def test_who_does_not_answer_is_left_to_the_offices_and_blocks_no_round() -> None:
    ward = await a_round_done()
    await monday(ward)
    await ward.until("2026-12-01T00:01")
    assert await Verification.filter(answer=None, way="message").count() == 1
    assert not await Dialog.exclude(status=DialogStatus.CLOSED).exists()


async def test_a_day_that_has_its_conversation_is_left_alone() -> None:
    ward = await a_round_done()
    at = datetime.fromisoformat("2026-11-30T08:30+08:00")
    draft = Draft(
        Say("M-DUP"),
        occurrence="today",
        purpose=OutgoingPurpose.INITIATED,
        patient_id=ward.patient.id,
    )

    async def work() -> None:
        await write(await conversation_of(ward.contact_point.respondent_id), draft, {}, at)

    await unit_of_work(work)
    await monday(ward)
    assert (await Verification.get()).asked_at is None
    assert (await until(ward, "2026-12-01T09:31"))[-1].startswith("< 您好,我是示例医院")


async def test_nobody_is_asked_within_three_hours_of_an_alarm() -> None:
    ward = await a_round_done()
    await ward.until("2026-11-30T08:05")
    await ward.say("胸口疼得厉害,喘不上气")
    await monday(ward)
    assert (await Verification.get()).asked_at is None


async def test_who_said_stop_is_not_asked_by_message() -> None:
    ward = await a_round_done()
    await ward.until("2026-11-29T10:00")
    await ward.say("退订")
    assert await monday(ward) == []
    assert (await Verification.get()).asked_at is None
    assert await ContactPoint.filter(opted_out_at__isnull=False).exists()


async def test_who_is_paused_is_left_alone() -> None:
    ward = await a_round_done()
    await FollowUpPlan.filter(encounter_id=ward.encounter.id).update(status=PlanStatus.PAUSED)
    assert await monday(ward) == []
    assert (await Verification.get()).asked_at is None


async def test_without_a_number_in_the_settings_nobody_is_drawn() -> None:
    ward = await a_round_done()
    ward.desk.sample_weekly = 0
    assert await monday(ward) == []
    assert not await Verification.exists()
