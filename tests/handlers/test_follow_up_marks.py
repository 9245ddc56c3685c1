"""When a round counts as tried and as answered: what the figures of the month rest on (M1, M3)."""

import pytest

from handlers.calls import CallResult
from models.care import FollowUpTask
from tests.handlers.test_phone_list import ALL_WELL, a_nurse, fill, report, to_call
from tests.handlers.ward import a_ward

pytestmark = pytest.mark.usefixtures("sqlite_database")


async def test_a_round_is_tried_once_its_message_was_taken_and_reached_once_answered() -> None:
    ward = await a_ward()
    await ward.until("2026-11-23T08:00")
    assert (await ward.task(1)).attempted_at is None
    await ward.until("2026-11-23T11:30")
    task = await ward.task(1)
    assert task.attempted_at is not None
    assert task.reached_at is None
    # who answers is no answer yet
    await ward.say("1")
    await ward.say("1")
    assert (await ward.task(1)).reached_at is None
    await ward.say("在家")
    reached = (await ward.task(1)).reached_at
    assert reached is not None
    await ward.say("好多了")
    task = await ward.task(1)
    assert task.reached_at == reached


@pytest.mark.parametrize(
    ("result", "values", "tried", "reached"),
    [
        (CallResult.NO_ANSWER, {}, True, False),
        (CallResult.REACHED, {}, True, True),
        (CallResult.REFUSED, {"reason": "F21"}, True, False),
        (CallResult.CANNOT, {"reason": "F11"}, False, False),
    ],
)
async def test_a_call_counts_as_what_came_of_it(
    result: CallResult, values: dict[str, str], *, tried: bool, reached: bool
) -> None:
    ward = await a_ward(plan=False)
    task = await to_call(ward)
    assert await report(ward, task, await a_nurse(ward), result, **values) is None
    task = await FollowUpTask.get(id=task.id)
    assert (task.attempted_at is not None, task.reached_at is not None) == (tried, reached)


async def test_answers_taken_down_by_phone_reach_the_round() -> None:
    ward = await a_ward(plan=False)
    task = await to_call(ward)
    await fill(ward, task.id, await a_nurse(ward), ALL_WELL, complete=True)
    task = await FollowUpTask.get(id=task.id)
    assert task.reached_at == task.attempted_at == ward.now
