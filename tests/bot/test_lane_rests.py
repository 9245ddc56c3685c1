"""A provider that asks us to wait is left alone, by the rest of the batch too, and nothing ends."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest

from bot.channel import Letter, SendError, Throttled
from bot.flow import Flow
from bot.outbox import Outbox
from bot.pace import Pace
from dialogs.actions import Say
from handlers.channel_states import standing
from handlers.conversation_lock import conversation_of
from handlers.outgoing import Draft, write
from models.conversation import Outgoing, OutgoingPurpose, OutgoingStatus
from models.people import ContactKind, ContactPoint, ContactStatus, Respondent, System
from models.unit import unit_of_work
from tests.bot.test_lanes import MORNING, Provider
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("sqlite_database")
PEOPLE = 30
WAIT = timedelta(seconds=30)
# a pause counts from the answer, and a batch takes its time
OVER = WAIT + timedelta(seconds=20)


async def waiting(ward: Ward) -> None:
    """Let a message wait for each of so many people."""
    ward.desk.channels = frozenset({"web", "sms"})
    for number in range(PEOPLE):
        owner = await Respondent.create(created_at=ward.now)
        point = await ContactPoint.create(
            respondent=owner,
            system=System.PHONE,
            value=f"139000000{number:02}",
            kind=ContactKind.MOBILE,
            status=ContactStatus.OK,
        )
        await _queue(point)


async def _queue(point: ContactPoint) -> None:
    async def work() -> None:
        draft = Draft(
            Say("M-SEEN"),
            f"rest:{point.id}",
            purpose=OutgoingPurpose.STAFF,
            contact_point_id=point.id,
            channel="sms",
        )
        await write(await conversation_of(point.respondent_id), draft, {}, MORNING)

    await unit_of_work(work)


async def test_after_a_no_to_everybody_the_rest_of_the_batch_waits_as_well() -> None:
    ward, sms = await a_ward(), Provider("sms")
    await waiting(ward)
    answers = iter([Throttled("429", after=WAIT)])
    sms.answer = lambda _letter: next(answers, None)
    outbox = Outbox(ward.desk, {"sms": sms})
    await outbox.drain(MORNING)
    # those that were on their way already
    assert len(sms.letters) <= sms.capabilities.at_once
    before = len(sms.letters)
    await outbox.drain(MORNING + WAIT - timedelta(seconds=1))
    assert len(sms.letters) == before
    await outbox.drain(MORNING + OVER)
    assert len(sms.letters) == PEOPLE + 1
    assert not await Outgoing.exclude(status=OutgoingStatus.ACCEPTED).exists()


async def test_waiting_for_a_provider_uses_up_no_tries() -> None:
    """More pauses than a message has tries: each of them arrives all the same."""
    ward, sms = await a_ward(), Provider("sms")
    await waiting(ward)
    said_no: Counter[UUID] = Counter()
    at = MORNING

    def no_twice_to_each(letter: Letter) -> SendError | None:
        if said_no[letter.key] == 2 or said_no.total() == 25:
            return None
        said_no[letter.key] += 1
        return Throttled("429", after=WAIT)

    sms.answer = no_twice_to_each
    sms.capabilities = type(sms.capabilities)(600, at_once=1)
    outbox = Outbox(ward.desk, {"sms": sms})
    for _ in range(26):
        await outbox.drain(at)
        at += OVER
    assert said_no.total() == 25
    rows = await Outgoing.all()
    assert {row.status for row in rows} == {OutgoingStatus.ACCEPTED}
    assert len({letter.key for letter in sms.letters}) == PEOPLE


async def test_what_it_took_beside_its_no_does_not_end_the_pause() -> None:
    ward, sms = await a_ward(), Provider("sms")
    await waiting(ward)
    answers = iter([None, Throttled("429", after=WAIT)])
    sms.answer = lambda _letter: next(answers, None)
    await Outbox(ward.desk, {"sms": sms}).drain(MORNING)
    assert (await standing("sms", MORNING + timedelta(seconds=29))).paused_until is not None


async def test_after_a_no_one_goes_alone_and_then_more_and_more_side_by_side() -> None:
    flow = Flow(8, Pace(None))
    async with flow.turn() as turn, flow.turn() as other:
        flow.refused(turn)
        # it was on its way by then: the same no
        flow.refused(other)
    assert flow.at_once == 1
    grown = []
    for _ in range(5):
        async with flow.turn():
            flow.took()
        grown.append(flow.at_once)
    assert grown == [2, 3, 4, 4, 4]
    for _ in range(400):
        flow.took()
    assert flow.at_once == 8


async def test_no_more_calls_are_under_way_than_may_be() -> None:
    flow = Flow(3, Pace(None))
    under_way, most = 0, 0

    async def call() -> None:
        nonlocal under_way, most
        async with flow.turn():
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1

    await asyncio.gather(*(call() for _ in range(50)))
    assert most == 3
