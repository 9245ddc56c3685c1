"""One patient is called once: one line on the list, one result for all that was to be asked."""

from datetime import timedelta

import pytest

from handlers.assigning import assign
from handlers.calls import CallFault, CallResult
from handlers.home_visits import HomeVisit, plan_visit
from handlers.opened_call import calls_about, open_task
from handlers.phone_list import Whose, next_call, phone_list
from handlers.story_trail import calls_of
from models.care import Encounter, FollowUpTask, TaskKind, TaskStatus
from models.hospital import StaffMember
from models.people import ContactPoint
from tests.handlers.test_desk_of_the_day import another_round, some_calls
from tests.handlers.test_phone_list import ALL_WELL, a_nurse, fill, report
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("sqlite_database")


async def a_call_about_two_rounds() -> tuple[Ward, StaffMember, FollowUpTask, FollowUpTask]:
    """Two rounds of one patient wait for a call."""
    ward = await a_ward(plan=False)
    nurse = await a_nurse(ward)
    (first,) = await some_calls(ward, 1)
    return ward, nurse, first, await another_round(first, ward)


async def now_of(*tasks: FollowUpTask) -> list[FollowUpTask]:
    """The rounds as they stand."""
    return [await FollowUpTask.get(id=task.id) for task in tasks]


async def test_a_patient_is_one_line_with_all_that_is_to_be_asked() -> None:
    ward, nurse, first, second = await a_call_about_two_rounds()
    shown = await phone_list(nurse, ward.now, Whose.ALL)
    (row,) = shown.rows
    assert (row.task_id, [each.round for each in row.asks]) == (first.id, [1, 2])
    assert shown.counts[Whose.ALL] == shown.counts[Whose.MINE] == 1
    opened = await open_task(first.id, nurse, ward.now)
    assert opened is not None
    assert [other.id for other in opened.others] == [second.id]
    assert await next_call(nurse, ward.now, Whose.ALL, first.id) is None


async def test_a_visit_at_home_is_no_part_of_the_call() -> None:
    ward, nurse, first, _ = await a_call_about_two_rounds()
    stay = await Encounter.get(id=first.encounter_id)
    visit = HomeVisit(ward.now.date(), "独居")
    assert await plan_visit(stay.patient_id, nurse, visit, ward.now) is None
    task = await FollowUpTask.get(kind=TaskKind.HOME_VISIT)
    await FollowUpTask.filter(id=task.id).update(status=TaskStatus.PHONE_LIST)
    assert len((await phone_list(nurse, ward.now, Whose.ALL)).rows) == 2
    assert await report(ward, first, nurse, CallResult.REFUSED, reason="F21") is None
    assert (await FollowUpTask.get(id=task.id)).status is TaskStatus.PHONE_LIST


async def test_a_call_nobody_answers_is_a_try_for_every_round_and_one_call_in_the_story() -> None:
    ward, nurse, first, second = await a_call_about_two_rounds()
    assert await report(ward, first, nurse, CallResult.NO_ANSWER) is None
    tried = await now_of(first, second)
    assert [(task.attempts, task.attempted_at) for task in tried] == [(1, ward.now)] * 2
    assert [call.by for call in await calls_about(second.id)] == [nurse.name]
    (call,) = await calls_of([first.id, second.id])
    assert set(call.tasks) == {first.id, second.id}


async def test_three_tries_close_only_the_rounds_that_had_three() -> None:
    ward, nurse, first, _ = await a_call_about_two_rounds()
    for _ in range(2):
        await report(ward, first, nurse, CallResult.NO_ANSWER)
    third = await another_round(first, ward, 3)
    fields = {"reason": "F14"}
    refused = await report(ward, third, nurse, CallResult.CANNOT, **fields)
    assert refused is CallFault.TOO_FEW_TRIES
    await report(ward, first, nurse, CallResult.NO_ANSWER)
    assert await report(ward, first, nurse, CallResult.CANNOT, **fields) is None
    states = {task.round: (task.status, task.reason) for task in await FollowUpTask.all()}
    assert states == {
        1: (TaskStatus.CLOSED, "F14"),
        2: (TaskStatus.CLOSED, "F14"),
        3: (TaskStatus.PHONE_LIST, ""),
    }


async def test_who_was_reached_has_answered_only_what_was_asked() -> None:
    ward, nurse, first, second = await a_call_about_two_rounds()
    assert await report(ward, first, nurse, CallResult.REACHED) is None
    done = await fill(ward, first.id, nurse, ALL_WELL, complete=True)
    assert done.completed
    asked, other = await now_of(first, second)
    assert (asked.status, asked.reached_at) == (TaskStatus.COMPLETED, ward.now)
    assert (other.status, other.attempted_at) == (TaskStatus.PHONE_LIST, None)


@pytest.mark.parametrize(
    ("result", "reason", "both"),
    [
        (CallResult.REFUSED, "F22", True),
        (CallResult.CANNOT, "F43", True),
        (CallResult.CANNOT, "F34", False),
        (CallResult.CANNOT, "F51", False),
    ],
)
async def test_the_patient_s_reasons_end_all_and_the_ward_s_only_one(
    result: CallResult, reason: str, *, both: bool
) -> None:
    ward, nurse, first, second = await a_call_about_two_rounds()
    assert await report(ward, first, nurse, result, reason=reason) is None
    ended = [
        (task.status is TaskStatus.CLOSED, task.reason) for task in await now_of(first, second)
    ]
    assert ended == [(True, reason), (True, reason) if both else (False, "")]


async def test_an_hour_agreed_on_and_a_wrong_number_are_of_all_rounds() -> None:
    ward, nurse, first, second = await a_call_about_two_rounds()
    at = ward.now + timedelta(hours=2)
    assert await report(ward, first, nurse, CallResult.CALL_LATER, call_at=at) is None
    assert [task.call_at for task in await now_of(first, second)] == [at, at]
    point = await ContactPoint.get(value_index__not_isnull=True, id__not=ward.contact_point.id)
    fields = {"contact_point_id": point.id}
    assert await report(ward, first, nurse, CallResult.WRONG_NUMBER, **fields) is None
    assert [task.reason for task in await now_of(first, second)] == ["F13", "F13"]


async def test_a_call_changes_hands_with_all_its_rounds() -> None:
    ward, nurse, first, second = await a_call_about_two_rounds()
    other = await a_nurse(ward, "other")
    assert await assign(first.id, nurse, other.username, ward.now) is None
    assert {task.assigned_to_id for task in await now_of(first, second)} == {other.id}
    assert await assign(second.id, other, "ward", ward.now) is None
    assert {task.assigned_to_id for task in await now_of(first, second)} == {None}
