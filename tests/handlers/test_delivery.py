"""The outbox: what may go, goes once and in order; what may not, ends with its reason."""

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from dialogs.actions import Say
from handlers.conversation_lock import conversation_of
from handlers.delivery import claim_outgoing, note_accepted, release_lost
from handlers.outgoing import Draft, write
from models.conversation import DeliveryClass, Outgoing, OutgoingPurpose, OutgoingStatus
from models.people import Consent, ContactPoint, Patient
from models.unit import unit_of_work
from tests.handlers.ward import Ward, a_ward

pytestmark = pytest.mark.usefixtures("database")
MORNING = datetime.fromisoformat("2026-11-23T09:30+08:00")
NIGHT = datetime.fromisoformat("2026-11-23T23:30+08:00")


async def queued(
    ward: Ward,
    message: str = "M-THANKS",
    purpose: OutgoingPurpose = OutgoingPurpose.INITIATED,
    **more: object,
) -> Outgoing:
    """Queue a message to the ward's patient."""
    safety = bool(more.pop("safety", False))

    async def work() -> Outgoing:
        conversation = await conversation_of(ward.contact_point.respondent_id)
        draft = Draft(
            Say(message, safety=safety),
            occurrence=uuid4().hex,
            purpose=purpose,
            contact_point_id=ward.contact_point.id,
            channel="web",
            patient_id=ward.patient.id,
            **more,  # type: ignore[arg-type]
        )
        row = await write(conversation, draft, {}, ward.now)
        assert row is not None
        return row

    return await unit_of_work(work)


async def status(row: Outgoing) -> tuple[str, str]:
    """Return status and reason as they stand."""
    found = await Outgoing.get(id=row.id)
    return found.status.value, found.reason


async def test_messages_of_a_conversation_leave_in_the_order_they_were_written() -> None:
    ward = await a_ward()
    rows = [await queued(ward) for _ in range(3)]
    claimed = await claim_outgoing(ward.desk, MORNING, 10)
    assert [sending.row_id for sending in claimed] == [row.id for row in rows]


async def test_while_one_is_being_sent_the_next_of_the_conversation_waits() -> None:
    ward = await a_ward()
    await queued(ward)
    first = await claim_outgoing(ward.desk, MORNING, 10)
    await queued(ward)
    assert await claim_outgoing(ward.desk, MORNING, 10) == []
    await note_accepted([(first[0], "id", {"text": "x"})], MORNING)
    assert len(await claim_outgoing(ward.desk, MORNING, 10)) == 1


async def test_a_safety_text_waits_behind_nothing_that_is_being_sent_or_tried_again() -> None:
    ward = await a_ward()
    opening = await queued(ward)
    await claim_outgoing(ward.desk, MORNING, 10)
    safety = await queued(ward, "M-RF1", safety=True)
    await queued(ward, "M-HELLO", OutgoingPurpose.REPLY)
    claimed = await claim_outgoing(ward.desk, MORNING, 10)
    assert [sending.row_id for sending in claimed] == [safety.id]
    await Outgoing.filter(id=safety.id).update(status=OutgoingStatus.ACCEPTED)
    again = MORNING + timedelta(minutes=10)
    await Outgoing.filter(id=opening.id).update(status=OutgoingStatus.QUEUED, not_before=again)
    assert await claim_outgoing(ward.desk, MORNING, 10) == []
    second = await queued(ward, "M-RF1", safety=True)
    claimed = await claim_outgoing(ward.desk, MORNING, 10)
    assert [sending.row_id for sending in claimed] == [second.id]


async def test_ten_senders_at_once_take_a_message_once() -> None:
    ward = await a_ward()
    await queued(ward)
    claims = await asyncio.gather(*(claim_outgoing(ward.desk, MORNING, 10) for _ in range(10)))
    assert sum(len(claim) for claim in claims) == 1


async def test_the_same_occurrence_is_written_once() -> None:
    ward = await a_ward()

    async def work() -> list[Outgoing | None]:
        conversation = await conversation_of(ward.contact_point.respondent_id)
        draft = Draft(Say("M-THANKS"), occurrence="once")
        return [await write(conversation, draft, {}, ward.now) for _ in range(2)]

    first, second = await unit_of_work(work)
    assert first is not None
    assert second is None


async def test_at_night_what_we_start_waits_for_the_morning() -> None:
    ward = await a_ward()
    row = await queued(ward)
    assert await claim_outgoing(ward.desk, NIGHT, 10) == []
    found = await Outgoing.get(id=row.id)
    assert found.status is OutgoingStatus.QUEUED
    assert found.not_before == datetime.fromisoformat("2026-11-24T08:00+08:00")


async def test_what_waits_for_the_morning_holds_no_reply_back_and_is_read_after_it() -> None:
    ward = await a_ward()
    started = await queued(ward)
    await claim_outgoing(ward.desk, NIGHT, 10)
    reply = await queued(ward, purpose=OutgoingPurpose.REPLY)
    (first,) = await claim_outgoing(ward.desk, NIGHT, 10)
    await note_accepted([(first, "id", {"text": "x"})], NIGHT)
    morning = datetime.fromisoformat("2026-11-24T09:30+08:00")
    (second,) = await claim_outgoing(ward.desk, morning, 10)
    assert (first.row_id, second.row_id) == (reply.id, started.id)
    positions = {row.id: row.position for row in await Outgoing.all()}
    assert positions[started.id] > positions[reply.id]


async def test_at_night_a_reply_and_a_safety_text_go_at_once() -> None:
    ward = await a_ward()
    await queued(ward, purpose=OutgoingPurpose.REPLY)
    await queued(ward, "M-RF1", safety=True)
    assert len(await claim_outgoing(ward.desk, NIGHT, 10)) == 2


async def test_after_an_opt_out_what_we_start_is_suppressed_and_danger_is_not() -> None:
    ward = await a_ward()
    started = await queued(ward)
    safety = await queued(ward, "M-RF1", safety=True)
    await ContactPoint.filter(id=ward.contact_point.id).update(opted_out_at=ward.now)
    claimed = await claim_outgoing(ward.desk, MORNING, 10)
    assert [sending.row_id for sending in claimed] == [safety.id]
    assert await status(started) == ("suppressed", "stopped")


async def test_a_withdrawn_consent_and_a_death_are_seen_in_the_last_moment() -> None:
    ward = await a_ward()
    row = await queued(ward)
    await Consent.filter(patient_id=ward.patient.id).update(withdrawn_at=ward.now)
    await claim_outgoing(ward.desk, MORNING, 10)
    assert await status(row) == ("suppressed", "no consent")
    await Consent.filter(patient_id=ward.patient.id).update(withdrawn_at=None)
    row = await queued(ward)
    await Patient.filter(id=ward.patient.id).update(deceased_at=ward.now)
    await claim_outgoing(ward.desk, MORNING, 10)
    assert await status(row) == ("suppressed", "deceased")


async def test_a_message_about_a_round_that_moved_is_not_sent() -> None:
    ward = await a_ward()
    task = await ward.task(1)
    row = await queued(ward, task_id=task.id, subject_version=task.version)
    task.version += 1
    await task.save()
    await claim_outgoing(ward.desk, MORNING, 10)
    assert await status(row) == ("suppressed", "moved")


async def test_what_is_no_longer_worth_sending_expires() -> None:
    ward = await a_ward()
    row = await queued(ward, expires_at=MORNING - timedelta(hours=1))
    await claim_outgoing(ward.desk, MORNING, 10)
    assert await status(row) == ("expired", "too late")


async def test_a_sender_that_died_leaves_an_unknown_that_is_never_sent_again() -> None:
    ward = await a_ward()
    row = await queued(ward)
    await Outgoing.filter(id=row.id).update(channel="sms")
    await claim_outgoing(ward.desk, MORNING, 10, "sms")
    later = MORNING + timedelta(minutes=2)
    await release_lost(later)
    assert await claim_outgoing(ward.desk, later, 10, "sms") == []
    assert (await Outgoing.get(id=row.id)).status is OutgoingStatus.UNKNOWN


async def test_in_the_web_chat_a_lost_lease_is_taken_up_again_and_the_old_one_counts_no_more() -> (
    None
):
    ward = await a_ward()
    row = await queued(ward)
    (lost,) = await claim_outgoing(ward.desk, MORNING, 10)
    later = MORNING + timedelta(minutes=1)
    await release_lost(later)
    (again,) = await claim_outgoing(ward.desk, later, 10)
    await note_accepted([(lost, "old", {"text": "old"})], later)
    assert (await Outgoing.get(id=row.id)).status is OutgoingStatus.SENDING
    await note_accepted([(again, "new", {"text": "new"})], later)
    assert (await Outgoing.get(id=row.id)).provider_id == "new"


async def test_a_text_that_lacks_a_value_is_not_sent_and_says_which() -> None:
    ward = await a_ward()
    row = await queued(ward, "M-RF-ACK", OutgoingPurpose.REPLY)
    await ward.outbox.drain(MORNING)
    outcome, _ = await status(row)
    assert outcome == "failed"
    assert (await Outgoing.get(id=row.id)).error.startswith("template:")


async def test_a_round_whose_message_cannot_be_sent_is_a_persons_to_call() -> None:
    ward = await a_ward()
    task = await ward.task(1)
    await queued(ward, "M-RF-ACK", OutgoingPurpose.REPLY, task_id=task.id)
    await ward.outbox.drain(MORNING)
    assert (await ward.task(1)).phone_reason == "unsent"


async def test_must_arrive_messages_pass_every_check() -> None:
    ward = await a_ward(consent=False)
    await queued(ward, delivery_class=DeliveryClass.A)
    assert len(await claim_outgoing(ward.desk, NIGHT, 10)) == 1
