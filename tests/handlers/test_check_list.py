"""The ward's own check list, and the sample by which others look after it (R188, R211)."""

from datetime import date, timedelta

import pytest

from handlers.check_list import Check, check_list
from handlers.tasks import close_task, complete_task
from handlers.verification import (
    note_answer,
    open_verification,
    take_round_answers,
    verification_list,
)
from handlers.verification_sample import draw, size_of
from models.audit import AuditEntry
from models.care import Encounter, FollowUpTask
from models.hospital import StaffMember, StaffRole
from models.response import Answer, Responder, Response
from models.ward_week import Verification, Verified
from tests.browser.staff_scene import a_call
from tests.handlers.test_phone_list import a_nurse
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("sqlite_database")
NOVEMBER = date(2026, 11, 1)


async def an_auditor(ward: Ward, role: StaffRole = StaffRole.COMPLAINT_OFFICE) -> StaffMember:
    """Somebody of an office that audits."""
    return await StaffMember.create(
        username=role.value, name="吴办事员", role=role, created_at=ward.now
    )


async def test_a_ward_in_order_has_an_empty_list() -> None:
    ward = await a_ward(plan=False)
    task = await a_call(ward, "测试甲", "13900000001")
    await complete_task(task, "completed", ward.now)
    await Encounter.filter(id=ward.encounter.id).update(exclusion="F44")
    found = await check_list(ward.desk, await a_nurse(ward), ward.now)
    assert found.clean, found


async def test_what_is_wanting_is_listed_masked_with_what_is_to_be_done() -> None:
    ward = await a_ward(plan=False)
    nurse = await a_nurse(ward)
    late, gaps, mute = [
        await a_call(ward, name, f"1390000000{n}")
        for n, name in enumerate(("迟迟", "缺缺", "默默"), 1)
    ]
    await complete_task(gaps, "completed", ward.now)
    await Encounter.filter(id=gaps.encounter_id).update(nurse="", admitted_on=None)
    await close_task(mute, "cannot", "", ward.now)
    now = late.deadline_at + timedelta(minutes=1)
    found = await check_list(ward.desk, nurse, now)
    told = [(line.check, line.name, line.what) for line in found.lines]
    assert told == [
        (Check.OVERDUE, "迟*", ()),
        (Check.INCOMPLETE, "缺*", ("入院日期", "责任护士")),
        (Check.NO_REASON, "默*", ()),
        # the patient of the scene has a link and no number at all
        (Check.NO_NUMBER, "王*", ("missing",)),
    ]
    assert (found.overdue, found.incomplete, found.no_reason, found.no_number) == (1, 1, 1, 1)


async def test_another_ward_sees_nothing_of_it() -> None:
    ward = await a_ward(plan=False)
    task = await a_call(ward, "测试甲", "13900000001")
    other = await a_nurse(ward, "other", departments=["GK"])
    found = await check_list(ward.desk, other, task.deadline_at + timedelta(days=1))
    assert found.clean


@pytest.mark.parametrize(("rounds", "size"), [(0, 0), (6, 6), (40, 10), (1000, 50), (9000, 155)])
def test_a_twentieth_is_drawn_within_bounds(rounds: int, size: int) -> None:
    assert size_of(rounds) == size


async def _completed(ward: Ward, count: int) -> list[FollowUpTask]:
    tasks = [await a_call(ward, "测试甲", f"139000001{n:02}") for n in range(count)]
    for task in tasks:
        await complete_task(task, "completed", ward.now)
    return tasks


async def test_the_same_sample_is_drawn_again_and_no_ward_sees_it() -> None:
    ward = await a_ward(plan=False)
    await _completed(ward, 12)
    assert await draw(NOVEMBER, ward.now) == 10
    assert await draw(NOVEMBER, ward.now) == 0
    assert await draw(date(2026, 10, 1), ward.now) == 0
    office = await an_auditor(ward)
    rows = await verification_list(office, NOVEMBER)
    assert len(rows) == 10
    assert {(row.name, row.department) for row in rows} == {("测*", "心内科")}
    assert await verification_list(await a_nurse(ward), NOVEMBER) == []


async def test_the_answer_of_round_three_counts_and_later_calls_change_nothing() -> None:
    ward = await a_ward(plan=False)
    (task,) = await _completed(ward, 1)
    stay = await Encounter.get(id=task.encounter_id)
    await draw(NOVEMBER, ward.now)
    response = await Response.create(
        encounter=stay,
        patient_id=stay.patient_id,
        form="fu-d30",
        version="1",
        respondent_kind=Responder.SELF,
        started_at=ward.now,
    )
    await Answer.create(
        response=response, item="called", value=["no"], by=Responder.SELF, at=ward.now
    )
    assert await take_round_answers() == 1
    assert await take_round_answers() == 0
    drawn = await Verification.get()
    assert (drawn.answer, drawn.way) == (Verified.NO, "round")
    office = await an_auditor(ward)
    assert not await note_answer(drawn.id, office, Verified.YES, ward.now)


async def test_a_call_is_on_record_and_who_is_not_reached_is_asked_again() -> None:
    ward = await a_ward(plan=False)
    await _completed(ward, 1)
    await draw(NOVEMBER, ward.now)
    drawn, office, nurse = await Verification.get(), await an_auditor(ward), await a_nurse(ward)
    assert await open_verification(drawn.id, nurse, ward.now) is None
    opened = await open_verification(drawn.id, office, ward.now)
    assert opened is not None
    assert [number.value for number in opened.numbers] == ["13900000100"]
    assert await AuditEntry.filter(action="contact.opened").count() == 1
    assert not await note_answer(drawn.id, nurse, Verified.YES, ward.now)
    assert await note_answer(drawn.id, office, None, ward.now)
    assert await note_answer(drawn.id, office, Verified.YES, ward.now)
    assert not await note_answer(drawn.id, office, Verified.NO, ward.now)
    drawn = await Verification.get()
    assert (drawn.answer, drawn.asked_by) == (Verified.YES, "complaint_office")
