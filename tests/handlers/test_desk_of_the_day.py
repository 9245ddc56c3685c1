"""The list of calls as people work through it: whose, in which order, how many at once."""

from datetime import date, timedelta
from typing import Any

import pytest

from dialogs.levels import Level
from handlers.alerts import RaisedAlert, raise_alert
from handlers.assigning import AssignFault, assign, colleagues_of
from handlers.calls import CallResult
from handlers.home_visits import HomeVisit, VisitFault, VisitOutcome, close_visit, plan_visit
from handlers.phone_list import PER_PAGE, Whose, next_call, phone_list
from handlers.tasks import PhoneReason, to_phone_list
from models.audit import AuditEntry
from models.care import Encounter, FollowUpPlan, FollowUpTask, PlanStatus, TaskKind, TaskStatus
from models.hospital import StaffMember
from models.people import Patient
from models.unit import unit_of_work
from tests.browser.staff_scene import a_call
from tests.handlers.test_phone_list import ALL_WELL, a_nurse, fill, report
from tests.handlers.ward import Ward, a_ward


async def some_calls(ward: Ward, count: int) -> list[FollowUpTask]:
    """Rounds on the list; given out at once where nurses are there."""
    tasks = [await a_call(ward, f"测试{n}", f"139000002{n:02}") for n in range(count)]
    for task in tasks:
        await to_phone_list(task, PhoneReason.NO_ANSWER, ward.now)
    return tasks


async def another_round(task: FollowUpTask, ward: Ward, number: int = 2) -> FollowUpTask:
    """A later round of the same patient, on the list as well."""
    later = await FollowUpTask.create(
        plan_id=task.plan_id,
        encounter_id=task.encounter_id,
        round=number,
        forms=["fu-d10"],
        owner_role="nurse",
        due_at=ward.now + timedelta(minutes=number),
        deadline_at=ward.now + timedelta(days=number),
    )
    await to_phone_list(later, PhoneReason.NO_ANSWER, ward.now)
    return later


async def test_a_nurse_sees_her_own_calls_first_and_can_look_at_all(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    an, bao = await a_nurse(ward, "an"), await a_nurse(ward, "bao")
    first, second, third = await some_calls(ward, 3)
    await assign(third.id, bao, "ward", ward.now)
    mine = await phone_list(an, ward.now)
    assert (mine.whose, [row.task_id for row in mine.rows]) == (Whose.MINE, [first.id])
    assert (mine.rows[0].mine, mine.rows[0].given) == (True, "fewest")
    assert mine.counts == {Whose.MINE: 1, Whose.WARD: 1, Whose.ALL: 3}
    ward_s = await phone_list(an, ward.now, Whose.WARD)
    assert [(row.task_id, row.caller) for row in ward_s.rows] == [(third.id, "")]
    everybody = await phone_list(an, ward.now, Whose.ALL)
    assert {row.task_id for row in everybody.rows} == {first.id, second.id, third.id}


async def test_who_is_in_danger_is_called_before_what_runs_out(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    nurse = await a_nurse(ward)
    late, risky, ill = await some_calls(ward, 3)
    await FollowUpTask.filter(id=late.id).update(deadline_at=ward.now - timedelta(hours=1))
    await Encounter.filter(id=risky.encounter_id).update(risk="high")
    stay = await Encounter.get(id=ill.encounter_id)
    finding = RaisedAlert(
        Level.L1, "RC6", "once", patient_id=stay.patient_id, department_id=stay.department_id
    )
    await unit_of_work(lambda: raise_alert(ward.desk, finding, ward.now))
    rows = (await phone_list(nurse, ward.now)).rows
    assert [row.task_id for row in rows] == [ill.id, risky.id, late.id]
    assert [row.urgency for row in rows] == ["danger", "high_risk", "late"]


async def test_after_a_call_the_next_patient_is_another_one(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    nurse = await a_nurse(ward)
    tasks = await some_calls(ward, 2)
    first = await next_call(nurse, ward.now, Whose.MINE, None)
    assert first is not None
    other = next(task.id for task in tasks if task.id != first)
    task = await FollowUpTask.get(id=first)
    assert await report(ward, task, nurse, CallResult.NO_ANSWER) is None
    assert await next_call(nurse, ward.now, Whose.MINE, first) == other
    # who did not answer is not tried again at once
    assert await next_call(nurse, ward.now, Whose.MINE, other) is None
    half_an_hour_later = ward.now + timedelta(minutes=30)
    assert await next_call(nurse, half_an_hour_later, Whose.MINE, other) == first


async def test_a_long_list_is_shown_page_by_page(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    nurse = await a_nurse(ward)
    for task in await some_calls(ward, 2 * PER_PAGE + 1):
        # one line a patient, however many rounds wait
        await another_round(task, ward)
    first = await phone_list(nurse, ward.now, Whose.ALL)
    last = await phone_list(nurse, ward.now, Whose.ALL, 99)
    assert (len(first.rows), first.number, first.last) == (PER_PAGE, 1, 3)
    assert (len(last.rows), last.number, last.last) == (1, 3, 3)
    assert not {row.task_id for row in first.rows} & {row.task_id for row in last.rows}


@pytest.mark.parametrize("gone", ["paused", "withdrawn"])
async def test_nobody_calls_while_a_plan_rests_or_a_stay_was_taken_back(
    sqlite_database: str, gone: str
) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    nurse = await a_nurse(ward)
    (task,) = await some_calls(ward, 1)
    if gone == "paused":
        await FollowUpPlan.filter(id=task.plan_id).update(status=PlanStatus.PAUSED)
    else:
        await Encounter.filter(id=task.encounter_id).update(withdrawn_at=ward.now)
    assert (await phone_list(nurse, ward.now)).rows == ()


async def test_a_call_is_handed_on_by_hand_and_the_trail_says_so(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    an, bao = await a_nurse(ward, "an"), await a_nurse(ward, "bao")
    await a_nurse(ward, "far", departments=["GK"])
    (task,) = await some_calls(ward, 1)
    assert [one.username for one in await colleagues_of(an)] == ["bao"]
    for to, holder in (("bao", bao.id), ("ward", None), ("me", an.id)):
        assert await assign(task.id, an, to, ward.now) is None
        assert (await FollowUpTask.get(id=task.id)).assigned_to_id == holder
    said = AuditEntry.filter(subject=task.id, actor="an").order_by("sequence")
    assert [entry.reason for entry in await said] == ["handed:bao", "given_back:", "taken:an"]
    assert await assign(task.id, an, "far", ward.now) is AssignFault.NO_COLLEAGUE
    assert await assign(task.id, an, "nobody", ward.now) is AssignFault.NO_COLLEAGUE
    far = await StaffMember.get(username="far")
    assert await assign(task.id, far, "me", ward.now) is AssignFault.NOT_FOUND
    await FollowUpTask.filter(id=task.id).update(status=TaskStatus.CLOSED)
    assert await assign(task.id, an, "bao", ward.now) is AssignFault.DONE_ALREADY
    assert (await FollowUpTask.get(id=task.id)).assigned_to_id == an.id


@pytest.mark.parametrize(("born", "kept"), [(date(1940, 3, 2), "nurse"), (date(1990, 3, 2), "")])
async def test_the_elderly_keep_the_nurse_who_completed_their_call(
    sqlite_database: str, born: date, kept: str
) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    nurse = await a_nurse(ward)
    (task,) = await some_calls(ward, 1)
    stay = await Encounter.get(id=task.encounter_id)
    await Patient.filter(id=stay.patient_id).update(birth_date=born)
    done = await fill(ward, task.id, nurse, ALL_WELL, complete=True)
    assert done.completed
    assert (await Patient.get(id=stay.patient_id)).usual_caller == kept


async def a_visit_planned(ward: Ward, nurse: StaffMember, day: date) -> FollowUpTask:
    """A visit at the home of the ward's patient."""
    visit = HomeVisit(day, "独居,行动不便")
    assert await plan_visit(ward.patient.id, nurse, visit, ward.now) is None
    return await FollowUpTask.get(kind=TaskKind.HOME_VISIT)


async def test_a_visit_at_home_is_listed_on_its_day_and_closed_with_what_was_seen(
    database: str,
) -> None:
    assert database
    ward = await a_ward()
    nurse = await a_nurse(ward)
    task = await a_visit_planned(ward, nurse, date(2026, 11, 25))
    assert task.round == 301
    (row,) = (await phone_list(nurse, ward.now)).rows
    assert (row.kind, row.waits) == (TaskKind.HOME_VISIT, True)
    (row,) = (await phone_list(nurse, task.due_at)).rows
    assert (row.task_id, row.waits, row.reason) == (task.id, False, "home_visit")
    done: Any = VisitOutcome.VISITED
    assert await close_visit(task.id, nurse, done, " ", ward.now) is VisitFault.NOTE_NEEDED
    assert await close_visit(task.id, nurse, done, "伤口干燥", ward.now) is None
    await task.refresh_from_db()
    assert (task.status, task.outcome, task.closed_by_id) == ("completed", "visited", nurse.id)
    assert task.reason_note == "独居,行动不便\n伤口干燥"
    assert await close_visit(task.id, nurse, done, "又去", ward.now) is VisitFault.DONE_ALREADY


async def test_a_visit_that_came_to_nothing_has_its_reason(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward()
    nurse = await a_nurse(ward)
    task = await a_visit_planned(ward, nurse, date(2026, 11, 25))
    assert await close_visit(task.id, nurse, VisitOutcome.NOT_HOME, "敲门无人", ward.now) is None
    await task.refresh_from_db()
    assert (task.status, task.outcome, task.reason) == ("closed", "not_home", "F14")


async def test_a_visit_wants_a_day_a_reason_a_plan_and_the_right_ward(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    nurse, far = await a_nurse(ward), await a_nurse(ward, "far", departments=["GK"])
    day = date(2026, 11, 25)
    asked = [
        (nurse, HomeVisit(day, " "), VisitFault.REASON_NEEDED),
        (nurse, HomeVisit(date(2026, 11, 19), "看"), VisitFault.DAY_NEEDED),
        (nurse, HomeVisit(day, "看"), VisitFault.NO_PLAN),
        (far, HomeVisit(day, "看"), VisitFault.NOT_FOUND),
    ]
    for staff, visit, fault in asked:
        assert await plan_visit(ward.patient.id, staff, visit, ward.now) is fault
    assert await FollowUpTask.filter(kind=TaskKind.HOME_VISIT).count() == 0
