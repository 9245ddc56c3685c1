"""An open question is reminded of before its window closes: once, and at a decent hour."""

from datetime import datetime, timedelta

import pytest

from handlers.closing_windows import closing_soon, remind_before_close
from handlers.contents import content_of
from handlers.windows import open_window, use_window
from models.conversation import Dialog, DialogStatus, Outgoing, OutgoingPurpose
from models.people import ContactKind, ContactPoint, ContactStatus, System
from tests.handlers.talking import answering, asked_for_a_person
from tests.handlers.ward import Ward

pytestmark = pytest.mark.usefixtures("database")
HOUR = timedelta(hours=1)


def at(moment: str) -> datetime:
    """A local moment such as 2026-11-25T09:30."""
    return datetime.fromisoformat(f"{moment}+08:00")


async def wrote_by_wechat(ward: Ward, when: datetime) -> ContactPoint:
    """The ward's patient has an account, and wrote from it last at that moment."""
    account = await ContactPoint.create(
        respondent_id=ward.contact_point.respondent_id,
        system=System.WECHAT,
        value="openid-of-tests",
        kind=ContactKind.OPENID,
        status=ContactStatus.OK,
        verified_at=ward.now,
    )
    await open_window(account.id, when, clicked=False)
    return account


async def reminders(account: ContactPoint) -> list[Outgoing]:
    """What was started with the account."""
    rows = Outgoing.filter(contact_point_id=account.id, purpose=OutgoingPurpose.INITIATED)
    return await rows.order_by("position")


async def test_the_reminder_goes_in_the_last_two_hours() -> None:
    ward = await answering()
    account = await wrote_by_wechat(ward, at("2026-11-23T11:30"))
    assert await remind_before_close(ward.desk, at("2026-11-25T09:20")) == 0
    assert await remind_before_close(ward.desk, at("2026-11-25T09:31")) == 1
    (row,) = await reminders(account)
    assert (row.channel, content_of(row).body.message) == ("wechat", "M-RESUME")


async def test_nobody_is_reminded_twice_in_a_window() -> None:
    ward = await answering()
    account = await wrote_by_wechat(ward, at("2026-11-23T11:30"))
    for minute in range(31, 36):
        await remind_before_close(ward.desk, at(f"2026-11-25T09:{minute}"))
    assert len(await reminders(account)) == 1


@pytest.mark.parametrize(
    ("wrote", "too_early", "last_chance"),
    [
        ("2026-11-23T23:00", "2026-11-25T19:30", "2026-11-25T20:05"),
        ("2026-11-23T13:30", "2026-11-25T11:20", "2026-11-25T11:35"),
        ("2026-11-24T07:00", "2026-11-25T19:30", "2026-11-25T20:05"),
    ],
)
async def test_where_the_end_is_quiet_the_reminder_goes_before_the_quiet(
    wrote: str, too_early: str, last_chance: str
) -> None:
    ward = await answering()
    await wrote_by_wechat(ward, at(wrote))
    assert await remind_before_close(ward.desk, at(too_early)) == 0
    assert await remind_before_close(ward.desk, at(last_chance)) == 1


async def test_in_quiet_hours_nobody_is_reminded() -> None:
    ward = await answering()
    await wrote_by_wechat(ward, at("2026-11-23T22:00"))
    assert await remind_before_close(ward.desk, at("2026-11-25T21:00")) == 0


async def test_the_last_message_of_a_window_is_not_used_for_it() -> None:
    ward = await answering()
    account = await wrote_by_wechat(ward, at("2026-11-23T11:30"))
    for _ in range(4):
        await use_window(account.id, at("2026-11-23T11:30"))
    assert await closing_soon(at("2026-11-25T10:00")) == []
    assert await remind_before_close(ward.desk, at("2026-11-25T10:00")) == 0


async def test_whoever_answered_everything_is_left_alone() -> None:
    ward = await answering()
    await wrote_by_wechat(ward, at("2026-11-23T11:30"))
    await Dialog.all().update(status=DialogStatus.CLOSED)
    assert await remind_before_close(ward.desk, at("2026-11-25T10:00")) == 0


async def test_whoever_was_reminded_today_is_not_reminded_again() -> None:
    ward = await answering()
    account = await wrote_by_wechat(ward, at("2026-11-23T11:30"))
    await ward.until("2026-11-24T11:30")
    before = len(await Outgoing.filter(purpose=OutgoingPurpose.INITIATED))
    assert before >= 2
    assert await remind_before_close(ward.desk, at("2026-11-25T10:00")) == 0
    assert len(await reminders(account)) <= before


async def test_while_a_person_leads_the_talk_nothing_is_reminded_of() -> None:
    ward = await asked_for_a_person()
    await wrote_by_wechat(ward, at("2026-11-23T11:30"))
    assert await remind_before_close(ward.desk, at("2026-11-25T10:00")) == 0


async def test_who_left_is_not_reminded() -> None:
    ward = await answering()
    account = await wrote_by_wechat(ward, at("2026-11-23T11:30"))
    await ContactPoint.filter(id=account.id).update(opted_out_at=ward.now)
    assert await remind_before_close(ward.desk, at("2026-11-25T10:00")) == 0
