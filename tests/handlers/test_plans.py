"""Each plan laid out on calendar days, and how its contacts run."""

from datetime import date, datetime
from typing import Any

import pytest

from dialogs.actions import Say
from dialogs.plans.criteria import Criteria
from dialogs.timing import local
from handlers.conversation_lock import conversation_of
from handlers.outgoing import Draft, write
from models.care import FollowUpTask, RiskTier, TaskKind, TaskStatus
from models.conversation import Outgoing, OutgoingPurpose
from models.hospital import Department
from models.people import RespondentRole, ResponderRole
from models.unit import unit_of_work
from tests.handlers.ward import Ward, a_ward, make_plan

pytestmark = pytest.mark.usefixtures("database")


async def days(ward: Ward) -> list[tuple[int, str, str]]:
    """Number, first and last day of every task of the plan."""
    tasks = await FollowUpTask.filter(encounter_id=ward.encounter.id)
    told = [(t.round, f"{local(t.due_at):%m-%d}", f"{local(t.deadline_at):%m-%d}") for t in tasks]
    # the minute of a day is drawn by the task's id
    return sorted(told, key=lambda task: (task[1], task[0]))


async def on_plan(name: str, **stay: Any) -> Ward:
    """A patient of a ward whose patients all get this plan."""
    ward = await a_ward(plan=False, **stay)
    ward.desk.plan = name
    ward.plan = await make_plan(ward)
    return ward


async def a_child(**stay: Any) -> Ward:
    """A child with hand, foot and mouth disease, whose mother has the phone."""
    known: dict[str, Any] = {"diagnosis_code": "B08.4", "birth_date": date(2023, 5, 1), **stay}
    ward = await a_ward(**known)
    mother = RespondentRole.filter(respondent_id=ward.contact_point.respondent_id)
    await mother.update(role=ResponderRole.GUARDIAN, authorised=True)
    return ward


async def started(ward: Ward) -> list[str]:
    """The local instants at which we wrote of our own accord."""
    rows = Outgoing.filter(patient_id=ward.patient.id, purpose=OutgoingPurpose.INITIATED)
    return [f"{local(row.created_at):%m-%d %H}" for row in await rows.order_by("created_at")]


async def test_three_rounds_come_on_days_3_8_and_25() -> None:
    ward = await a_ward()
    assert await days(ward) == [
        (1, "11-23", "11-25"),
        (2, "11-28", "11-30"),
        (3, "12-15", "12-20"),
    ]


async def test_the_central_plan_counts_working_days() -> None:
    ward = await on_plan("central")
    assert await days(ward) == [(1, "11-26", "12-01")]


async def test_over_spring_festival_the_central_plan_waits_for_the_working_days() -> None:
    ward = await on_plan("central", discharged_on=date(2026, 2, 12))
    # 14 and 28 February are worked, 15 to 23 February are off
    assert await days(ward) == [(1, "02-25", "02-28")]


async def test_three_rounds_are_brought_forward_from_spring_festival() -> None:
    ward = await a_ward(discharged_on=date(2026, 2, 12))
    # New Year's Eve is 16 February, and the festival ends on the 19th
    assert await days(ward) == [
        (1, "02-15", "02-15"),
        (2, "02-20", "02-22"),
        (3, "03-09", "03-12"),
    ]


async def test_the_days_of_a_child_sent_home_before_the_festival_come_right_after_it() -> None:
    ward = await a_child(discharged_on=date(2026, 2, 15))
    assert await days(ward) == [
        (1, "02-20", "02-20"),
        (2, "02-20", "02-20"),
        (106, "02-21", "02-21"),
        (3, "02-22", "02-22"),
    ]
    assert (await ward.task(1)).festival


@pytest.mark.parametrize("name", ["post_operative", "chronic_monthly"])
async def test_no_contact_of_a_plan_is_laid_on_a_festival(name: str) -> None:
    ward = await on_plan(name, discharged_on=date(2026, 2, 9), review_on=date(2026, 2, 24))
    tasks = await FollowUpTask.filter(encounter_id=ward.encounter.id)
    festivals = [t.round for t in tasks if ward.desk.calendar.is_festival(local(t.due_at).date())]
    assert (len(tasks) >= 4, festivals) == (True, [])


async def test_hand_foot_and_mouth_disease_has_its_rounds_and_reports_on_the_days_between() -> None:
    ward = await a_child()
    assert await days(ward) == [
        (1, "11-21", "11-21"),
        (102, "11-22", "11-22"),
        (2, "11-23", "11-23"),
        (104, "11-24", "11-24"),
        (105, "11-25", "11-25"),
        (106, "11-26", "11-26"),
        (3, "11-27", "11-27"),
    ]
    kinds = {(await ward.task(number)).kind for number in (102, 104, 105, 106)}
    assert kinds == {TaskKind.DAILY_REPORT}


async def test_the_wound_is_seen_to_beside_the_three_rounds() -> None:
    ward = await on_plan("post_operative", operation="胆囊切除术")
    assert [day for _, day, _ in await days(ward)] == ["11-23", "11-27", "12-04", "12-15"]


async def test_the_chronic_plan_comes_every_month_and_before_the_review() -> None:
    ward = await on_plan("chronic_monthly", diagnosis_code="E11.9", review_on=date(2027, 1, 15))
    laid = await days(ward)
    assert [day for number, day, _ in laid if 4 <= number <= 8] == [
        "01-20",
        "02-20",
        "03-20",
        "04-20",
        "05-20",
    ]
    assert (201, "01-08", "01-14") in laid
    assert (await ward.task(201)).kind is TaskKind.BEFORE_REVIEW


async def test_a_ward_has_the_plan_its_row_in_the_list_names() -> None:
    ward = await a_ward(plan=False)
    department = await Department.get(code="XN")
    department.plan = "集中4-7工作日"
    plan = await make_plan(ward, department)
    assert plan.template == "central"


async def test_a_silent_family_is_reminded_of_the_report_and_called_the_same_evening() -> None:
    ward = await a_child()
    await ward.until("2026-11-22T17:59")
    before = len(await started(ward))
    for moment in ("2026-11-22T18:31", "2026-11-22T19:31"):
        await ward.until(moment)
    assert [at[:5] for at in (await started(ward))[before:]] == ["11-22", "11-22"]
    assert (await ward.task(102)).status is TaskStatus.CONTACTING
    await ward.until("2026-11-22T20:00")
    task = await ward.task(102)
    assert (task.status, task.phone_reason) == (TaskStatus.PHONE_LIST, "no_answer")


async def test_the_day_of_a_round_without_answer_is_a_call_at_eight() -> None:
    ward = await a_child()
    await ward.until("2026-11-21T11:30")
    await ward.until("2026-11-21T19:59")
    assert (await ward.task(1)).status is TaskStatus.CONTACTING
    await ward.until("2026-11-21T20:00")
    assert (await ward.task(1)).phone_reason == "no_answer"


async def test_nobody_is_written_to_twice_a_day_of_our_own_accord() -> None:
    ward = await a_child()
    for day in range(21, 28):
        for hour in (8, 9, 10, 11, 14, 16, 18):
            await ward.until(f"2026-11-{day}T{hour:02}:35")
    openings = await started(ward)
    assert len({at[:5] for at in openings}) == len(openings) == 7


async def test_high_risk_is_a_doctors_and_has_a_call_the_next_day() -> None:
    ward = await a_ward(risk=RiskTier.HIGH)
    assert (await ward.task(1)).owner_role == "doctor"
    await ward.until("2026-11-23T11:30")
    await ward.until("2026-11-24T11:59")
    task = await ward.task(1)
    assert (task.status, task.phone_reason) == (TaskStatus.PHONE_LIST, "high_risk_silent")
    assert len(await started(ward)) == 1


async def test_a_rule_of_the_hospital_chooses_by_operation() -> None:
    ward = await a_ward(plan=False, operation="胆囊切除术")
    rule = ward.desk.plans.rules[0]
    of = Criteria(operation=True)
    rules = (*ward.desk.plans.rules, type(rule)("operated", "post_operative", of))
    book = ward.desk.plans
    ward.desk.plans = type(book)(book.plans, rules, book.risk)
    assert (await make_plan(ward)).template == "post_operative"


async def test_a_round_that_was_taken_out_of_the_plans_is_a_call() -> None:
    ward = await on_plan("post_operative", operation="胆囊切除术")
    book = ward.desk.plans
    left = {name: plan for name, plan in book.plans.items() if name != "post_operative"}
    ward.desk.plans = type(book)(left, book.rules, book.risk)
    await ward.until("2026-11-23T11:30")
    assert (await ward.task(1)).phone_reason == "not_in_plan"


async def test_the_daily_report_asks_the_core_questions_alone() -> None:
    ward = await a_child()
    await ward.until("2026-11-22T18:31")
    for reply in ("1", "37.2", "1", "1"):
        await ward.say(reply)
    task = await ward.task(102)
    assert (task.status, task.forms) == (TaskStatus.COMPLETED, ["hfmd"])


async def test_only_the_first_opening_of_a_plan_that_asks_every_day_is_a_long_one() -> None:
    ward = await a_child()
    await ward.until("2026-11-21T11:31")
    first = (await ward.shown())[-1]
    await ward.until("2026-11-22T18:31")
    second = (await ward.shown())[-1]
    assert "您是王小明的联系人" in first
    assert second.startswith("< 您好,我是示例医院的自动随访助手,来问问王小明今天的情况")
    assert len(second) < len(first)


async def test_whoever_is_first_asked_for_a_daily_report_is_told_who_is_writing() -> None:
    ward = await a_child()
    await FollowUpTask.filter(encounter_id=ward.encounter.id, round=1).delete()
    await ward.until("2026-11-22T18:31")
    assert "您是王小明的联系人" in (await ward.shown())[-1]


async def test_the_contact_before_a_review_asks_what_the_illness_asks() -> None:
    ward = await on_plan("chronic_monthly", diagnosis_code="I10", review_on=date(2026, 12, 10))
    await ward.until("2026-12-03T11:30")
    task = await ward.task(201)
    assert (task.status, task.forms) == (TaskStatus.CONTACTING, ["htn"])


async def told_of_the_review(ward: Ward, morning: str) -> None:
    """Write to the patient about the review, as the reminders of reviews do."""
    draft = Draft(
        Say("M-REV-BOOKED", {"date": "", "dow": "", "time": "", "clinic": ""}),
        occurrence=f"review:{ward.encounter.id}:{morning}",
        purpose=OutgoingPurpose.REMINDER,
        patient_id=ward.patient.id,
    )

    async def work() -> None:
        conversation = await conversation_of(ward.contact_point.respondent_id)
        await write(conversation, draft, {}, datetime.fromisoformat(f"{morning}T08:30+08:00"))

    await unit_of_work(work)


async def test_a_round_spares_the_day_that_has_brought_a_word_of_the_review() -> None:
    ward = await a_ward()
    await told_of_the_review(ward, "2026-11-23")
    await ward.until("2026-11-23T11:30")
    assert (await ward.task(1)).status is TaskStatus.PLANNED
    await ward.until("2026-11-24T11:30")
    assert (await ward.task(1)).status is TaskStatus.CONTACTING


async def test_on_its_only_day_a_round_goes_out_beside_the_word_of_the_review() -> None:
    ward = await a_child()
    await told_of_the_review(ward, "2026-11-21")
    await ward.until("2026-11-21T11:30")
    assert (await ward.task(1)).status is TaskStatus.CONTACTING
