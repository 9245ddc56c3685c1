"""Receipts twice, early and out of order: a message ends as the gravest of them says, once."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialogs.actions import Say
from handlers.contents import Content
from handlers.delivery import RANK, claim_outgoing
from handlers.desk import Desk
from handlers.not_taken import Fault, note_failed
from handlers.receipts import PARKED, forget_receipts, match_parked, note_receipt
from handlers.transcript import lines_after
from models.channel import Receipt
from models.conversation import (
    Conversation,
    DeliveryClass,
    Outgoing,
    OutgoingPurpose,
    OutgoingStatus,
)
from models.people import ContactPoint, ContactStatus, System
from tests.handlers.people import a_contact_point, a_task

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DESK = Desk("示例医院", channels=frozenset({"web", "sms"}))
ACCEPTED, DELIVERED = OutgoingStatus.ACCEPTED, OutgoingStatus.DELIVERED
READ, FAILED, UNKNOWN = OutgoingStatus.READ, OutgoingStatus.FAILED, OutgoingStatus.UNKNOWN


async def a_message(status: OutgoingStatus = ACCEPTED, provider_id: str = "biz-1") -> Outgoing:
    """An SMS of a conversation, as it stands after it was handed over."""
    point = await a_contact_point(AT, f"139{uuid4().int % 10**8:08}")
    conversation = await Conversation.create(respondent_id=point.respondent_id)
    return await Outgoing.create(
        conversation=conversation,
        contact_point=point,
        occurrence=f"test:{uuid4()}",
        purpose=OutgoingPurpose.INITIATED,
        delivery_class=DeliveryClass.B,
        content=Content(Say("M-THANKS")).to_json(),
        channel="sms",
        provider_id=provider_id,
        not_before=AT,
        status=status,
        rank=RANK[status],
        created_at=AT,
    )


async def reported(
    provider_id: str, status: OutgoingStatus, code: str = "", after: int = 1, desk: Desk = DESK
) -> str:
    """The provider reports, so many seconds later."""
    now = AT + timedelta(seconds=after)
    return await note_receipt(desk, "sms", provider_id, status, code, now, now)


async def fresh(row: Outgoing) -> Outgoing:
    """The message as it stands in the database."""
    return await Outgoing.get(id=row.id)


async def test_a_delivery_is_noted_with_its_time(database: str) -> None:
    row = await a_message()
    assert await reported("biz-1", DELIVERED) == "delivered"
    stands = await fresh(row)
    assert (stands.status, stands.rank) == (DELIVERED, RANK[DELIVERED])
    assert stands.delivered_at == AT + timedelta(seconds=1)


async def test_the_same_receipt_twice_is_one(database: str) -> None:
    await a_message()
    await reported("biz-1", DELIVERED)
    assert await reported("biz-1", DELIVERED, after=9) == "repeated"
    assert await Receipt.all().count() == 1


async def test_a_late_receipt_lowers_nothing(database: str) -> None:
    row = await a_message()
    await reported("biz-1", READ)
    assert await reported("biz-1", DELIVERED) == "late"
    assert (await fresh(row)).status is READ


async def test_a_receipt_before_the_id_is_known_waits_for_it(database: str) -> None:
    row = await a_message(OutgoingStatus.SENDING, provider_id="")
    assert await reported("biz-1", DELIVERED) == "parked"
    await Outgoing.filter(id=row.id).update(
        provider_id="biz-1", status=ACCEPTED, rank=RANK[ACCEPTED]
    )
    assert await match_parked(DESK, "sms", ["biz-1"], AT + timedelta(minutes=1)) == 1
    assert (await fresh(row)).status is DELIVERED


async def test_a_receipt_with_our_own_key_waits_while_the_message_is_handed_over(
    database: str,
) -> None:
    """Applied at once, it would keep the id and the looks of the message from being stored."""
    row = await a_message(OutgoingStatus.SENDING, provider_id="")
    assert await reported(str(row.id), DELIVERED) == "parked"
    await Outgoing.filter(id=row.id).update(
        provider_id="biz-1", status=ACCEPTED, rank=RANK[ACCEPTED]
    )
    assert await match_parked(DESK, "sms", ["biz-1"], AT + timedelta(minutes=1)) == 1
    assert (await fresh(row)).status is DELIVERED


async def test_what_nobody_knows_of_is_settled_by_a_receipt_with_our_key(database: str) -> None:
    row = await a_message(UNKNOWN, provider_id="")
    assert await reported(str(row.id), DELIVERED) == "delivered"
    assert (await fresh(row)).status is DELIVERED


async def test_what_may_have_arrived_is_seen_in_the_talk_once_a_receipt_says_so(
    database: str,
) -> None:
    """How it was rendered is kept where nobody knows whether it left."""
    row = await a_message(OutgoingStatus.QUEUED, provider_id="")
    (sending,) = await claim_outgoing(DESK, AT, 1, "sms")
    lost = Fault("unknown", "unknown: TimeoutError", UNKNOWN)
    looks = {row.id: {"text": "谢谢您,祝您早日康复!", "options": []}}
    await note_failed(DESK, [sending], lost, AT, looks)
    assert (await fresh(row)).status is UNKNOWN
    assert await reported(str(row.id), DELIVERED) == "delivered"
    assert row.conversation_id is not None
    (line,) = await lines_after(row.conversation_id, -1, AT)
    assert line.text == "谢谢您,祝您早日康复!"


async def test_after_a_day_a_parked_receipt_is_matched_no_more_and_let_go_of(
    sqlite_database: str,
) -> None:
    row = await a_message(OutgoingStatus.SENDING, provider_id="")
    await reported("biz-1", DELIVERED)
    await Outgoing.filter(id=row.id).update(
        provider_id="biz-1", status=ACCEPTED, rank=RANK[ACCEPTED]
    )
    late = AT + PARKED + timedelta(seconds=2)
    assert await match_parked(DESK, "sms", ["biz-1"], late) == 0
    assert await forget_receipts(late) == 1
    assert (await fresh(row)).status is ACCEPTED


async def test_a_failure_without_another_address_is_a_persons_to_call(
    sqlite_database: str,
) -> None:
    row = await a_message()
    task = await a_task(AT)
    await Outgoing.filter(id=row.id).update(task_id=task.id)
    assert await reported("biz-1", FAILED, "MOBILE_NOT_ON_SERVICE") == "failed"
    stands = await fresh(row)
    assert stands.error == "receipt: MOBILE_NOT_ON_SERVICE"
    await task.refresh_from_db()
    assert task.phone_reason == "unsent"


async def test_a_failure_goes_to_the_next_address_and_later_reports_of_it_mean_nothing(
    sqlite_database: str,
) -> None:
    desk = Desk("示例医院", channels=frozenset({"sms", "wechat"}))
    row = await a_message()
    point = await ContactPoint.get(id=row.contact_point_id)
    other = await ContactPoint.create(
        respondent_id=point.respondent_id,
        system=System.WECHAT,
        value="openid-of-tests",
        kind="openid",
        status=ContactStatus.OK,
        verified_at=AT,
    )
    assert await reported("biz-1", FAILED, "IS_CLOSE", desk=desk) == "rerouted"
    assert await reported("biz-1", DELIVERED, desk=desk) == "parked"
    stands = await fresh(row)
    assert (stands.channel, stands.contact_point_id) == ("wechat", other.id)
    assert stands.status is OutgoingStatus.QUEUED


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    order=st.lists(st.sampled_from((ACCEPTED, DELIVERED, READ, FAILED)), min_size=5, max_size=5),
    known_after=st.integers(0, 5),
    by_key=st.booleans(),
)
async def test_every_order_of_five_receipts_ends_in_the_highest_rank(
    database: str, order: list[OutgoingStatus], known_after: int, by_key: bool
) -> None:
    """Some come before the message has been accepted, some come twice."""
    provider_id = f"biz-{uuid4().hex}"
    row = await a_message(OutgoingStatus.SENDING, provider_id="")
    name = str(row.id) if by_key else provider_id
    for status in order[:known_after]:
        await reported(name, status)
    await Outgoing.filter(id=row.id).update(
        provider_id=provider_id, status=ACCEPTED, rank=RANK[ACCEPTED]
    )
    await match_parked(DESK, "sms", [provider_id], AT + timedelta(minutes=1))
    for status in order[known_after:]:
        await reported(name, status)
    stands = await fresh(row)
    highest = max((ACCEPTED, *order), key=lambda status: RANK[status])
    assert (stands.status, stands.rank) == (highest, RANK[highest])
