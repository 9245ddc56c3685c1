"""A plan is paused and goes on: nothing is sent meanwhile, nothing is lost."""

from datetime import date
from uuid import UUID

import pytest

from handlers.pausing import PauseFault, PauseReason, pause, resume
from handlers.plans import stop_for
from models.audit import AuditEntry
from models.care import FollowUpPlan, FollowUpTask, PlanStatus, TaskStatus
from models.conversation import Outgoing, OutgoingStatus
from models.hospital import StaffMember, StaffRole
from models.timetable import Due, DueStatus
from scheduler.due import run_due
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("database")


async def a_nurse(ward: Ward) -> StaffMember:
    """A nurse of the ward."""
    return await StaffMember.create(
        username="n1", name="测试护士", role=StaffRole.NURSE, created_at=ward.now
    )


async def paused(ward: Ward, until: date | None = None) -> UUID:
    """Pause the plan of the ward's patient."""
    assert ward.plan is not None
    fault = await pause(ward.plan.id, PauseReason.AWAY, until, await a_nurse(ward), ward.now)
    assert fault is None
    return ward.plan.id


async def test_while_a_plan_is_paused_nothing_begins_and_no_timer_of_a_round_waits() -> None:
    ward = await a_ward()
    plan_id = await paused(ward)
    assert not await Due.filter(status=DueStatus.PENDING).exists()
    await ward.until("2026-11-26T12:00")
    assert await Outgoing.all().count() == 0
    plan = await FollowUpPlan.get(id=plan_id)
    assert (plan.status, plan.pause_reason) == (PlanStatus.PAUSED, "away")


async def test_on_the_day_it_goes_on_by_itself_and_what_passed_is_the_wards_to_call() -> None:
    ward = await a_ward()
    plan_id = await paused(ward, date(2026, 11, 27))
    await ward.until("2026-11-27T08:00")
    await ward.tick()
    first, second = await ward.task(1), await ward.task(2)
    assert (first.status, first.phone_reason) == (TaskStatus.PHONE_LIST, "never_sent")
    assert second.status is TaskStatus.PLANNED
    assert (await FollowUpPlan.get(id=plan_id)).status is PlanStatus.ACTIVE
    await ward.until("2026-11-28T11:30")
    assert (await ward.task(2)).status is TaskStatus.CONTACTING


async def test_a_talk_under_way_is_not_asked_again_until_the_plan_goes_on() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    plan_id = await paused(ward)
    await ward.until("2026-11-24T11:59")
    assert len(await ward.shown()) == 1
    assert await resume(plan_id, None, ward.now, ward.desk) is None
    await ward.until("2026-11-24T15:00")
    assert len(await ward.shown()) == 2
    await ward.until("2026-11-25T23:59")
    assert (await ward.task(1)).status is TaskStatus.PHONE_LIST


async def test_what_was_queued_when_the_plan_was_paused_is_not_sent() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T08:59")
    await FollowUpTask.filter(id=(await ward.task(1)).id).update(due_at=ward.now)
    await Due.filter(kind="begin_round", subject=(await ward.task(1)).id).update(due_at=ward.now)
    await run_due(ward.desk, ward.now)
    await paused(ward)
    await ward.outbox.drain(ward.now)
    statuses = {row.status for row in await Outgoing.all()}
    assert statuses == {OutgoingStatus.SUPPRESSED}


async def test_words_of_the_patient_are_answered_during_the_pause() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T11:30")
    await paused(ward)
    await ward.say("我胸口很痛,喘不上气")
    assert any("120" in line for line in await ward.shown())


async def test_a_paused_plan_is_stopped_by_a_death_like_any_other() -> None:
    ward = await a_ward()
    plan_id = await paused(ward)
    await stop_for(ward.encounter, "F41", ward.now)
    plan = await FollowUpPlan.get(id=plan_id)
    assert (plan.status, plan.stop_reason) == (PlanStatus.STOPPED, "F41")


@pytest.mark.parametrize("until", [date(2026, 11, 20), date(2027, 11, 20)])
async def test_a_day_that_is_past_or_far_off_is_refused(until: date) -> None:
    ward = await a_ward()
    assert ward.plan is not None
    staff = await a_nurse(ward)
    fault = await pause(ward.plan.id, PauseReason.AWAY, until, staff, ward.now)
    assert fault is PauseFault.BAD_DAY


async def test_a_plan_is_paused_once_and_goes_on_once_and_both_are_on_record() -> None:
    ward = await a_ward()
    plan_id = await paused(ward)
    staff = await StaffMember.get(username="n1")
    again = await pause(plan_id, PauseReason.ASKED, None, staff, ward.now)
    assert again is PauseFault.NOT_RUNNING
    assert await resume(plan_id, staff, ward.now, ward.desk) is None
    assert await resume(plan_id, staff, ward.now, ward.desk) is PauseFault.NOT_PAUSED
    actions = AuditEntry.filter(subject=plan_id).order_by("sequence")
    assert [entry.action for entry in await actions] == ["plan.paused", "plan.resumed"]
