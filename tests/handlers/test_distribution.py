"""The day's calls given out in the morning, and every new one at once."""

from datetime import date, datetime, timedelta

import pytest

from handlers.calls import CallResult
from handlers.distribution import ASSIGNED, LEFT, distribute
from handlers.reminders.days import open_day, subject_of
from handlers.tasks import PhoneReason, to_phone_list
from handlers.timers import DueKind
from models.audit import AuditEntry, verify_chain
from models.care import Encounter, FollowUpPlan, FollowUpTask, PlanStatus
from models.duty import DutyShift
from models.hospital import StaffMember
from models.people import Patient
from models.timetable import Due
from models.unit import unit_of_work
from tests.browser.staff_scene import a_call
from tests.handlers.test_phone_list import a_nurse, report
from tests.handlers.ward import Ward, a_ward

MORNING = "2026-11-23T08:00"


async def calls_of_the_night(ward: Ward, count: int) -> list[FollowUpTask]:
    """Rounds that reached the phone list while nobody gives out calls."""
    ward.now = datetime.fromisoformat("2026-11-22T22:00+08:00")
    tasks = [await a_call(ward, f"测试{n}", f"139000001{n:02}") for n in range(count)]
    for task in tasks:
        await to_phone_list(task, PhoneReason.NO_ANSWER, ward.now)
        await task.refresh_from_db()
        assert task.assigned_to_id is None
    return tasks


async def morning(ward: Ward) -> str:
    """It strikes eight."""
    ward.now = datetime.fromisoformat(f"{MORNING}+08:00")
    due = Due(kind=DueKind.DISTRIBUTE, subject=subject_of(ward.now.date()), due_at=ward.now)
    return await unit_of_work(lambda: distribute(ward.desk, due, ward.now))


async def whose(tasks: list[FollowUpTask]) -> list[str]:
    """The user names, one a call; empty for the ward's."""
    names = {one.id: one.username for one in await StaffMember.all()}
    found = [await FollowUpTask.get(id=task.id) for task in tasks]
    return [names.get(one.assigned_to_id, "") if one.assigned_to_id else "" for one in found]


async def why(task: FollowUpTask) -> tuple[str, str]:
    """The last word of the trail about a call: what was done and why."""
    entry = await AuditEntry.filter(subject=task.id).order_by("-sequence").first()
    assert entry is not None
    return entry.action, entry.reason


async def test_at_eight_the_calls_are_given_out_evenly_each_with_its_reason(
    database: str,
) -> None:
    assert database
    ward = await a_ward(plan=False)
    for name in ("an", "bao"):
        await a_nurse(ward, name)
    await a_nurse(ward, "gone", active=False)
    await a_nurse(ward, "elsewhere", departments=["GK"])
    tasks = await calls_of_the_night(ward, 5)
    assert (await morning(ward)).startswith("5 given out, 0 left")
    assert sorted(await whose(tasks)) == ["an", "an", "an", "bao", "bao"]
    (first,) = await whose(tasks[:1])
    assert await why(tasks[0]) == (ASSIGNED, f"fewest:{first}")
    assert (await verify_chain()).whole
    assert (await morning(ward)).startswith("0 given out, 0 left")


async def test_the_day_begins_with_a_distribution(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    await a_nurse(ward, "an")
    (task,) = await calls_of_the_night(ward, 1)
    await open_day(datetime.fromisoformat("2026-11-23T00:10+08:00"))
    await ward.until("2026-11-23T07:59")
    assert await whose([task]) == [""]
    await ward.until(MORNING)
    assert await whose([task]) == ["an"]


async def test_a_round_that_comes_up_during_the_day_is_given_out_at_once(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    await a_nurse(ward, "an")
    await a_nurse(ward, "bao")
    tasks = [await a_call(ward, "测试甲", f"1390000000{n}") for n in range(2)]
    for task in tasks:
        await to_phone_list(task, PhoneReason.NO_ANSWER, ward.now)
    assert await whose(tasks) == ["an", "bao"]


async def test_who_is_not_on_the_roster_gets_nothing_and_loses_what_is_due(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    present, absent = await a_nurse(ward, "on"), await a_nurse(ward, "off")
    tasks = await calls_of_the_night(ward, 2)
    await FollowUpTask.filter(id=tasks[0].id).update(assigned_to_id=absent.id)
    begins = datetime.fromisoformat(f"{MORNING}+08:00")
    await DutyShift.create(
        staff=present,
        role="nurse",
        department_id=ward.encounter.department_id,
        starts_at=begins,
        ends_at=begins + timedelta(hours=12),
    )
    await morning(ward)
    assert await whose(tasks) == ["on", "on"]


async def test_the_elderly_keep_their_nurse_and_others_those_who_speak_with_them(
    sqlite_database: str,
) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    await a_nurse(ward, "an")
    await a_nurse(ward, "bao", skills=["粤语"])
    await a_nurse(ward, "chen", skills=["specialist"])
    tasks = await calls_of_the_night(ward, 4)
    stays = [await Encounter.get(id=task.encounter_id) for task in tasks]
    await Patient.filter(id=stays[0].patient_id).update(usual_caller="chen")
    await Patient.filter(id=stays[1].patient_id).update(needs=["yue", "轮椅"])
    await Patient.filter(id=stays[2].patient_id).update(needs=["英语"])
    await Encounter.filter(id=stays[3].id).update(risk="high")
    await morning(ward)
    assert await whose(tasks) == ["chen", "bao", "", "chen"]
    reasons = [await why(task) for task in tasks]
    assert reasons == [
        (ASSIGNED, "usual_caller:chen"),
        (ASSIGNED, "language:bao"),
        (LEFT, "nobody_speaks"),
        (ASSIGNED, "specialist:chen"),
    ]


async def test_a_call_agreed_for_another_day_waits_for_that_day(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    nurse = await a_nurse(ward, "an")
    (task,) = await calls_of_the_night(ward, 1)
    later = datetime.fromisoformat("2026-11-24T10:30+08:00")
    assert await report(ward, task, nurse, CallResult.CALL_LATER, call_at=later) is None
    await morning(ward)
    assert await whose([task]) == [""]


@pytest.mark.parametrize("why_not", ["paused", "withdrawn"])
async def test_nobody_is_given_a_call_that_is_not_to_be_made(
    sqlite_database: str, why_not: str
) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    await a_nurse(ward, "an")
    (task,) = await calls_of_the_night(ward, 1)
    if why_not == "paused":
        await FollowUpPlan.filter(id=task.plan_id).update(status=PlanStatus.PAUSED)
    else:
        await Encounter.filter(id=task.encounter_id).update(withdrawn_at=ward.now)
    await morning(ward)
    assert await whose([task]) == [""]


async def test_the_service_centre_is_given_its_own_rounds(sqlite_database: str) -> None:
    assert sqlite_database
    ward = await a_ward(plan=False)
    await a_nurse(ward, "an")
    await a_nurse(ward, "centre", role="market_centre", departments=[], licensed=False)
    tasks = await calls_of_the_night(ward, 2)
    await FollowUpTask.filter(id=tasks[0].id).update(owner_role="market_centre")
    await morning(ward)
    assert await whose(tasks) == ["centre", "an"]
    assert date(2026, 11, 23) == ward.now.date()
