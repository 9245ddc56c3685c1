"""The lanes of the outbox: every answer of a provider ends where it should, and nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from aiohttp import web

from bot.channel import (
    Capabilities,
    ContactStopped,
    Fact,
    Invalid,
    Letter,
    NotConnected,
    OutcomeUnknown,
    SendError,
    Throttled,
    WindowClosed,
)
from bot.outbox import Outbox
from dialogs.actions import Ask, Say
from handlers.channel_states import standing
from handlers.conversation_lock import conversation_of
from handlers.outgoing import Draft, write
from models.conversation import DeliveryClass, Outgoing, OutgoingPurpose, OutgoingStatus
from models.people import ContactKind, ContactPoint, ContactStatus, System
from models.unit import unit_of_work
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("database")
MORNING = datetime.fromisoformat("2026-11-23T09:30+08:00")


@dataclass
class Provider:
    """A channel whose answers are decided by the test; it keeps what it was given."""

    name: str
    answer: Callable[[Letter], SendError | None] = lambda _letter: None
    capabilities: Capabilities = field(default_factory=lambda: Capabilities(600, at_once=4))
    letters: list[Letter] = field(default_factory=list)

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """Nobody calls."""
        return ()

    async def start(self) -> None:
        """Nothing to open."""

    async def close(self) -> None:
        """Nothing to close."""

    async def probe(self) -> Sequence[Fact]:
        """There is no provider."""
        return ()

    async def announce(self, conversation_id: UUID | None) -> None:
        """Nobody watches."""

    async def send(self, letter: Letter) -> str:
        """Answer as the test wants."""
        await asyncio.sleep(0)
        fault = self.answer(letter)
        self.letters.append(letter)
        if fault is not None:
            raise fault
        return uuid4().hex

    @property
    def texts(self) -> list[str]:
        """What it was given, in order."""
        return [letter.bubble.text for letter in self.letters]


async def reachable(ward: Ward, *channels: str) -> dict[str, ContactPoint]:
    """Give the ward's patient a WeChat account and a number in the hospital's file."""
    ward.desk.channels = frozenset({"web", *(channels or ("wechat", "sms"))})
    respondent = ward.contact_point.respondent_id
    account = await ContactPoint.create(
        respondent_id=respondent,
        system=System.WECHAT,
        value="openid-of-tests",
        kind=ContactKind.OPENID,
        status=ContactStatus.OK,
        verified_at=ward.now,
    )
    number = await ContactPoint.create(
        respondent_id=respondent,
        system=System.PHONE,
        value="13900000001",
        kind=ContactKind.MOBILE,
        status=ContactStatus.OK,
    )
    return {"wechat": account, "sms": number}


async def queued(
    ward: Ward,
    point: ContactPoint,
    body: Say | Ask | None = None,
    delivery_class: DeliveryClass = DeliveryClass.B,
) -> Outgoing:
    """Queue a reply to an address."""

    async def work() -> Outgoing:
        conversation = await conversation_of(ward.contact_point.respondent_id)
        draft = Draft(
            body or Say("M-THANKS"),
            occurrence=uuid4().hex,
            purpose=OutgoingPurpose.REPLY,
            delivery_class=delivery_class,
            contact_point_id=point.id,
            channel=point.system.channel,
            patient_id=ward.patient.id,
        )
        row = await write(conversation, draft, {}, MORNING)
        assert row is not None
        return row

    return await unit_of_work(work)


def always(fault: Callable[[], SendError]) -> Callable[[Letter], SendError | None]:
    """Answer everything with a fault."""
    return lambda _letter: fault()


async def now_of(row: Outgoing) -> Outgoing:
    """Read a row anew."""
    return await Outgoing.get(id=row.id)


async def test_a_message_the_provider_took_has_its_id() -> None:
    ward = await a_ward()
    points, wechat = await reachable(ward), Provider("wechat")
    row = await queued(ward, points["wechat"])
    assert await Outbox(ward.desk, {"wechat": wechat}).drain(MORNING) == 1
    kept = await now_of(row)
    assert kept.status is OutgoingStatus.ACCEPTED
    assert kept.provider_id
    assert wechat.letters[0].address == "openid-of-tests"
    assert wechat.letters[0].key == row.id


async def test_after_a_closed_window_the_same_words_go_by_sms() -> None:
    ward = await a_ward()
    points, sms = await reachable(ward), Provider("sms")
    wechat = Provider("wechat", always(WindowClosed))
    rows = [await queued(ward, points["wechat"]) for _ in range(2)]
    await Outbox(ward.desk, {"wechat": wechat, "sms": sms}).drain(MORNING)
    assert len(wechat.letters) == 1
    assert [letter.address for letter in sms.letters] == ["13900000001"] * 2
    kept = await now_of(rows[0])
    assert (kept.status, kept.channel, kept.tried) == (OutgoingStatus.ACCEPTED, "sms", ["wechat"])


async def test_where_no_address_is_left_it_fails_with_its_reason() -> None:
    ward = await a_ward()
    points = await reachable(ward, "sms")
    sms = Provider("sms", always(lambda: Invalid("not filed: M-THANKS")))
    row = await queued(ward, points["sms"])
    await Outbox(ward.desk, {"sms": sms}).drain(MORNING)
    kept = await now_of(row)
    assert (kept.status, kept.reason) == (OutgoingStatus.FAILED, "invalid")
    assert kept.error == "invalid: not filed: M-THANKS"


async def test_whoever_blocked_us_is_not_written_to_there_again() -> None:
    ward = await a_ward()
    points, sms = await reachable(ward), Provider("sms")
    wechat = Provider("wechat", always(ContactStopped))
    await queued(ward, points["wechat"])
    await Outbox(ward.desk, {"wechat": wechat, "sms": sms}).drain(MORNING)
    assert (await ContactPoint.get(id=points["wechat"].id)).opted_out_at == MORNING
    assert len(sms.letters) == 1


async def test_what_was_not_taken_waits_and_what_was_said_after_it_does_not_overtake_it() -> None:
    ward = await a_ward()
    points = await reachable(ward, "sms")
    sms = Provider("sms", always(NotConnected))
    first = await queued(ward, points["sms"])
    outbox = Outbox(ward.desk, {"sms": sms})
    await outbox.drain(MORNING)
    second = await queued(ward, points["sms"])
    await outbox.drain(MORNING + timedelta(seconds=1))
    assert [letter.key for letter in sms.letters] == [first.id]
    sms.answer = lambda _letter: None
    await outbox.drain(MORNING + timedelta(seconds=6))
    assert [letter.key for letter in sms.letters] == [first.id, first.id, second.id]


async def test_an_unknown_outcome_is_not_sent_again() -> None:
    ward = await a_ward()
    points = await reachable(ward, "sms")
    sms = Provider("sms", always(OutcomeUnknown))
    row = await queued(ward, points["sms"])
    outbox = Outbox(ward.desk, {"sms": sms})
    for minutes in (0, 1, 60):
        await outbox.drain(MORNING + timedelta(minutes=minutes))
    assert len(sms.letters) == 1
    assert (await now_of(row)).status is OutgoingStatus.UNKNOWN


async def test_what_must_arrive_goes_once_more_and_no_more_than_once() -> None:
    ward = await a_ward()
    points = await reachable(ward, "sms")
    sms = Provider("sms", always(OutcomeUnknown))
    await queued(ward, points["sms"], delivery_class=DeliveryClass.A)
    outbox = Outbox(ward.desk, {"sms": sms})
    for minutes in (0, 1, 2, 60):
        await outbox.drain(MORNING + timedelta(minutes=minutes))
    assert len(sms.letters) == 2


async def test_while_a_provider_is_down_it_is_asked_twice_a_minute_at_most() -> None:
    ward = await a_ward()
    points = await reachable(ward, "sms")
    sms = Provider("sms", always(NotConnected))
    for _ in range(5):
        await queued(ward, points["sms"])
    outbox = Outbox(ward.desk, {"sms": sms})
    for second in range(600):
        await outbox.drain(MORNING + timedelta(seconds=second))
    # three to find out, then one in half a minute
    assert len(sms.letters) <= 3 + 600 // 30
    sms.answer = lambda _letter: None
    for second in range(600, 2000, 5):
        await outbox.drain(MORNING + timedelta(seconds=second))
    assert await Outgoing.filter(status=OutgoingStatus.ACCEPTED).count() == 5
    assert (await standing("sms", MORNING)).probing is False


async def test_what_must_arrive_leaves_a_dead_channel_within_two_minutes() -> None:
    ward = await a_ward()
    points, sms = await reachable(ward), Provider("sms")
    wechat = Provider("wechat", always(NotConnected))
    await queued(ward, points["wechat"])
    urgent = await queued(ward, points["wechat"], delivery_class=DeliveryClass.A)
    outbox = Outbox(ward.desk, {"wechat": wechat, "sms": sms})
    for second in range(0, 126, 5):
        await outbox.drain(MORNING + timedelta(seconds=second))
    assert [letter.key for letter in sms.letters] == [urgent.id]


async def test_a_throttled_channel_rests_as_long_as_it_was_told_and_loses_nothing() -> None:
    ward = await a_ward()
    points = await reachable(ward, "sms")
    sms = Provider("sms", always(lambda: Throttled("429", after=timedelta(seconds=30))))
    row = await queued(ward, points["sms"])
    outbox = Outbox(ward.desk, {"sms": sms})
    for second in range(30):
        await outbox.drain(MORNING + timedelta(seconds=second))
    assert len(sms.letters) == 1
    sms.answer = lambda _letter: None
    await outbox.drain(MORNING + timedelta(seconds=31))
    assert (await now_of(row)).status is OutgoingStatus.ACCEPTED


async def test_bubbles_that_wait_become_one_message_where_messages_are_counted() -> None:
    ward = await a_ward()
    points = await reachable(ward)
    wechat = Provider("wechat", capabilities=Capabilities(600, merges=True))
    rows = [await queued(ward, points["wechat"], Say(text)) for text in ("M-THANKS", "M-HELLO")]
    await Outbox(ward.desk, {"wechat": wechat}).drain(MORNING)
    assert len(wechat.letters) == 1
    assert wechat.texts[0].count("\n\n") == 1
    kept = [await now_of(row) for row in rows]
    assert len({row.provider_id for row in kept}) == 1


async def test_what_waits_for_a_channel_that_does_not_run_is_not_forgotten() -> None:
    ward = await a_ward()
    points, sms = await reachable(ward), Provider("sms")
    ward.desk.channels = frozenset({"web", "sms"})
    await queued(ward, points["wechat"])
    await Outbox(ward.desk, {"sms": sms}).drain(MORNING)
    assert len(sms.letters) == 1
